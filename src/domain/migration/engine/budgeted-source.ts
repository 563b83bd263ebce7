import type { MailboxSource, SourceCheck, SourceFolder, SourceMailbox } from '../source.ts'
import { SourceFailure } from '../source-failure.ts'
import type { SourceBudget } from './budget.ts'
import type { Clock } from './clock.ts'
import { waitAfter } from './retry.ts'

/** How often a server that is busy is asked about the same mailbox by whoever has time. */
const ATTEMPTS = 4

type Budgeted = { source: MailboxSource; budget: SourceBudget; clock: Clock; attempts?: number }

/**
 * A source as the pre-flight asks it: each call has a place of its server's budget, so caps and what lanes do count, and a server
 * that is busy is left alone for as long as it says. It is not closed: whoever opened it does.
 */
export function budgetedSource({ source, budget, clock, attempts = ATTEMPTS }: Budgeted): MailboxSource {
  const within = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const leave = await budget.enter(signal)
    const signedIn = await budget.signIn.turn(signal).catch((error: unknown) => {
      leave()
      throw error
    })
    try {
      return await work()
    } catch (error) {
      if (error instanceof SourceFailure && error.kind === 'too-many') budget.tooMany()
      if (error instanceof SourceFailure && error.kind === 'throttled' && error.backOffMs === null)
        budget.busy()
      throw error
    } finally {
      signedIn()
      leave()
    }
  }
  return {
    name: source.name,
    server: source.server,
    connections: source.connections,
    async check(mailbox, signal) {
      for (let attempt = 1; ; attempt++) {
        const checks = await within(signal, async () => judged(mailbox, await source.check(mailbox, signal)))
        const busy = checks.find((check) => check.busy === true)
        if (busy === undefined || attempt === attempts) return checks
        await leaveAlone(busy, attempt, signal)
      }
    },
    open: async (mailbox, signal) => listed(await within(signal, () => source.open(mailbox, signal))),
    close: async () => {},
  }

  /** What it says of the sign-in, which is tried with a mailbox alone, before whoever waits for that goes on. */
  function judged(mailbox: string | null, checks: readonly SourceCheck[]): readonly SourceCheck[] {
    if (checks.some(({ ofSignIn }) => ofSignIn)) budget.signIn.refused()
    else if (mailbox !== null && checks.every(({ state }) => state !== 'failed')) budget.signIn.taken()
    return checks
  }

  async function leaveAlone({ backOffMs: told }: SourceCheck, attempt: number, signal: AbortSignal) {
    const backOffMs = told ?? null
    if (backOffMs === null) budget.busy()
    const ms = waitAfter({ backOffMs }, attempt, Math.random)
    budget.noteIdle(backOffMs === null ? 'trying again' : 'server asked to wait', ms)
    await clock.sleep(ms, signal)
  }

  /** Its folders are all that is asked of it. */
  function listed(mailbox: SourceMailbox): SourceMailbox {
    return {
      folders: async function* (signal): AsyncGenerator<SourceFolder> {
        yield* await within(signal, () => Array.fromAsync(mailbox.folders(signal)))
      },
      changes: (folder, cursor, limit, signal) => mailbox.changes(folder, cursor, limit, signal),
      items: (folder, keys, signal) => mailbox.items(folder, keys, signal),
      settings: (signal) => mailbox.settings(signal),
      close: () => mailbox.close(),
    }
  }
}
