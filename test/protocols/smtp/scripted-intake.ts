import { createHash } from 'node:crypto'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import {
  type IntakeConnection,
  type IntakeRecipient,
  type IntakeSender,
  type MailIntake,
  MailRefusal,
  type MailStatus,
  type RefusedWith,
} from '#src/domain/delivery/intake.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'

/** `recipient ghost@corp.example no-such-entry`, `write * too-large`, `finish * crash`, `begin * 5.7.26`. */
export type Script = { call: string; argument: string; outcome: string }

/** Takes what it is sent, notes each call in one line, and fails where its script says so. */
export class ScriptedIntake implements MailIntake {
  readonly calls: string[] = []
  readonly messages: { recipients: string[]; content: Buffer }[] = []
  readonly #script: readonly Script[]

  constructor(script: readonly Script[] = []) {
    this.#script = script
  }

  async begin(connection: IntakeConnection, sender: IntakeSender) {
    const { address, ...facts } = sender
    const { role, helo, extended, tls, user } = connection
    const who = [
      role,
      helo,
      extended ? 'ESMTP' : 'SMTP',
      tls ? 'TLS' : 'clear',
      user ? user.user.name : 'nobody',
    ]
    this.#note('begin', `<${address}>`, `${JSON.stringify(facts)} from ${who.join(' ')}`)
    this.#perform('begin', address)
    const message = { recipients: [] as string[], content: Buffer.alloc(0) }
    const chunks: Uint8Array[] = []
    return {
      recipient: async ({ address, ...facts }: IntakeRecipient) => {
        this.#note('recipient', `<${address}>`, JSON.stringify(facts))
        this.#perform('recipient', address)
        message.recipients.push(address)
      },
      write: async (octets: Uint8Array) => {
        this.#perform('write', '')
        chunks.push(octets)
      },
      finish: async () => {
        message.content = Buffer.concat(chunks)
        const digest = createHash('sha256').update(message.content).digest('hex').slice(0, 12)
        this.#note('finish', `${message.content.length} octets`, digest)
        this.#perform('finish', '')
        this.messages.push(message)
        return { queueId: `q${this.messages.length}` }
      },
      abort: async () => this.#note('abort'),
    }
  }

  async turnedAway(
    _connection: IntakeConnection,
    { address }: IntakeSender,
    recipients: readonly string[],
    { status }: RefusedWith,
  ): Promise<void> {
    this.#note('turned away', `<${address}>`, status, ...recipients)
  }

  #note(...words: string[]): void {
    this.calls.push(words.join(' '))
  }

  #perform(call: string, argument: string): void {
    const line = this.#script.find(
      (each) => each.call === call && (each.argument === '*' || each.argument === argument),
    )
    if (line === undefined) return
    if (line.outcome === 'crash') throw new Error('secret detail of our own')
    if (/^[45]\./.test(line.outcome))
      throw new MailRefusal('not-allowed', line.outcome as MailStatus, `Scripted ${line.outcome}`)
    throw new Refusal(line.outcome as RefusalReason, `Scripted ${line.outcome}`)
  }
}

/** Lets in whoever has the password `open sesame`. */
export const scriptedAuthenticator: Authenticator = {
  authenticate: async ({ name, secret }) => {
    if (name === 'crash@corp.example') throw new Error('secret detail of our own')
    if (name === 'busy@corp.example') return { accepted: false, failure: 'too-many-failures', waitMs: 4_000 }
    if (secret !== 'open sesame') return { accepted: false, failure: 'wrong-password', waitMs: 0 }
    const user = { id: '1' as EntryId, name } as User
    return {
      accepted: true,
      login: { organization: 'm-1' as OrganizationId, user, mailbox: null, by: 'password' },
    }
  },
}
