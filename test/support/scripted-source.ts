import type { MailboxSource, SourceCheck, SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { ScriptedBox } from './scripted-box.ts'

export type SourceCall = {
  op:
    | 'check'
    | 'open'
    | 'folders'
    | 'changes'
    | 'items'
    | 'item'
    | 'settings'
    | 'mark'
    | 'put'
    | 'change'
    | 'place'
    | 'absence'
    | 'rules'
    | 'configuration'
  mailbox: string
  folder?: string
  key?: string
}

/** A system to migrate from, in memory: seeded, changed and broken as a test wants. */
export class ScriptedSource implements MailboxSource {
  readonly name = 'a scripted source'
  readonly server: string
  connections = 10
  readonly boxes = new Map<string, ScriptedBox>()
  readonly calls: SourceCall[] = []
  /** Before each call: may wait, or throw. */
  before: (call: SourceCall, signal: AbortSignal) => void | Promise<void> = () => undefined
  after: (call: SourceCall) => void = () => undefined

  constructor(server = 'scripted') {
    this.server = server
  }

  box(address: string): ScriptedBox {
    const box = this.boxes.get(address) ?? new ScriptedBox(address, this)
    this.boxes.set(address, box)
    return box
  }

  count(op: SourceCall['op']): number {
    return this.calls.filter((call) => call.op === op).length
  }

  async call<T>(call: SourceCall, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    this.calls.push(call)
    try {
      await this.before(call, signal)
      signal.throwIfAborted()
      return await work()
    } finally {
      this.after(call)
    }
  }

  async check(mailbox: string | null, signal: AbortSignal): Promise<readonly SourceCheck[]> {
    try {
      await this.call({ op: 'check', mailbox: mailbox ?? '' }, signal, async () => undefined)
      if (mailbox !== null && !this.boxes.has(mailbox))
        return [
          {
            name: 'mailbox',
            state: 'failed',
            found: `There is no ${mailbox}.`,
            remedy: 'Check the address.',
          },
        ]
      return [{ name: 'mailbox', state: 'ok', found: 'It opens.', remedy: '' }]
    } catch (error) {
      const isBusy = error instanceof SourceFailure && error.kind === 'throttled'
      const backOffMs = isBusy ? error.backOffMs : null
      return [
        {
          ...{
            name: 'sign-in',
            state: 'failed',
            found: (error as Error).message,
            remedy: 'Sign in otherwise.',
          },
          ...(error instanceof SourceFailure && error.ofSignIn && { ofSignIn: true }),
          ...(error instanceof SourceFailure && error.kind === 'transient' && { transient: true }),
          ...(isBusy && { busy: true, ...(backOffMs !== null && { backOffMs }) }),
        },
      ]
    }
  }

  open(mailbox: string, signal: AbortSignal): Promise<SourceMailbox> {
    return this.call({ op: 'open', mailbox }, signal, async () => {
      const box = this.boxes.get(mailbox)
      if (box === undefined)
        throw new SourceFailure('mailbox-permanent', 'no-such-mailbox', `There is no mailbox ${mailbox}.`)
      return box
    })
  }

  /** How often it was let go of. */
  closed = 0

  async close(): Promise<void> {
    this.closed++
  }
}
