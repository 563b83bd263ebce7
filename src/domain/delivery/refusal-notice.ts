import { randomUUID } from 'node:crypto'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { buildMessage } from '#src/formats/mime/build.ts'
import { primaryAddress, type User } from '../directory/entry.ts'
import type { SenderRefused } from './sender-rights.ts'

/** One notice for the same address in this time: programs that try again and again must not fill the mailbox. */
const ONCE_IN_MS = 60 * 60 * 1_000
const MOST_REMEMBERED = 10_000

/** Remembers who was told what lately, so that it is not said twice. */
export class ToldLately {
  readonly #told = new Map<string, number>()

  /** True the first time in an hour. */
  first(user: User, address: string, now: number): boolean {
    const key = `${user.id}\0${address.toLowerCase()}`
    if (now - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) < ONCE_IN_MS) return false
    this.#told.delete(key)
    this.#told.set(key, now)
    if (this.#told.size > MOST_REMEMBERED) this.#told.delete(this.#told.keys().next().value!)
    return true
  }
}

/** The message by which somebody learns in the own inbox that a sender address was refused (DIR-21). */
export function refusalNotice(
  user: User,
  refused: SenderRefused,
  about: { subject?: string; hostName: string; now: number },
): Uint8Array {
  const { mailbox, host } = parseAddrSpec(primaryAddress(user) ?? `${user.name}@${about.hostName}`)
  const subject = about.subject?.replace(/[\r\n\0]+/g, ' ').slice(0, 200)
  const lines = [
    'Your message was not sent.',
    ...(subject ? [`Subject: ${subject}`] : []),
    refused.message,
    'Your mail program was told the same. Nobody has received the message.',
  ]
  return buildMessage({
    from: [{ name: 'Mail service', mailbox: 'postmaster', host }],
    to: [{ name: user.displayName, mailbox, host }],
    subject: `Not sent: you may not send as ${refused.address.replace(/[\r\n\0]+/g, ' ').slice(0, 254)}`,
    dateMs: about.now,
    messageId: `<refused.${randomUUID()}@${about.hostName}>`,
    headers: [['Auto-Submitted', 'auto-generated']],
    parts: [{ text: `${lines.join('\n\n')}\n` }],
  })
}
