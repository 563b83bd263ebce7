import type { ImapFailure } from '#src/clients/imap/failure.ts'

/** How often what was refused without a lasting reason is asked for again before it is named. */
const MOST_AGAIN = 3

/** How servers without a code for it say that it stays so: Cyrus, Courier, Dovecot, Exchange, Zimbra. */
const isLasting =
  /permission|denied|forbidden|not (?:allowed|permitted|authori[sz]ed)|\bACL\b|access|no such|unknown|invalid|no ?select|(?:not|n't) (?:exist|found|there|a mailbox|selectable|subscribed)|non-?exist|deleted|no mailbox/i

const ofExamine = /^The server refuses EXAMINE:?/

/** Whether a NO to EXAMINE names no reason that lasts: neither a response code (RFC 9051 section 7.1) nor such words. */
export const mayBeOpened = ({ kind, status, code, message }: ImapFailure): boolean =>
  kind === 'refused' &&
  status === 'NO' &&
  code === undefined &&
  ofExamine.test(message) &&
  !isLasting.test(message.replace(ofExamine, ''))

/** What was refused and is asked for again, by its key; whoever asks rests in between. */
export class AskedAgain {
  readonly #counts = new Map<string, number>()

  /** Whether it is to be asked for once more; where not, it begins anew. */
  mayBe(key: string): boolean {
    const count = (this.#counts.get(key) ?? 0) + 1
    if (count <= MOST_AGAIN) this.#counts.set(key, count)
    else this.#counts.delete(key)
    return count <= MOST_AGAIN
  }

  clear(key: string): void {
    this.#counts.delete(key)
  }
}
