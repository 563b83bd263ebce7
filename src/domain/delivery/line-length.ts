import { MailRefusal } from './intake.ts'
import type { Spooled } from './spool.ts'

/** RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6: without CRLF. */
const LONGEST_LINE = 998
const LF = 10

/**
 * Refuses (554 5.6.0) a message with a line that other servers need not take, or cut in two, which breaks its signature. Its program
 * can encode it; we cannot without changing what was written.
 */
export async function requireShortLines(octets: Spooled): Promise<void> {
  let length = 0
  for await (const chunk of octets.read()) {
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      // The CR before the LF is no part of the line.
      if (length + end - from > LONGEST_LINE + 1) throw tooLong()
      length = 0
      from = end + 1
    }
    length += chunk.length - from
    if (length > LONGEST_LINE + 1) throw tooLong()
  }
}

const tooLong = () =>
  new MailRefusal(
    'invalid-parameter',
    '5.6.0',
    `The message has a line of more than ${LONGEST_LINE} octets, which other servers do not take. Send it encoded (quoted-printable or base64).`,
  )
