import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import type { ArrivedMessage } from '#src/domain/mailbox/store-messages.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { AppendHead } from '#src/wire/imap/append.ts'
import { allowedMarks } from './allowed-marks.ts'
import { type Catenation, takeCatenation } from './catenation.ts'
import type { CommandInput } from './command-input.ts'
import { readFlagWords } from './flag-words.ts'
import type { NamedFolder } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/**
 * Takes in a message of APPEND or REPLACE behind its head. Refuses `too-large`, `BadUrl`, and `invalid-parameter` for one of no
 * octets, by which a client calls off what it has begun (RFC 3502 §6.3.11).
 */
export async function takeMessage(
  session: ImapSession,
  target: NamedFolder,
  { flags: words, date, catenate }: AppendHead,
  input: CommandInput,
): Promise<ArrivedMessage> {
  const { sizeBytes, octets } = catenate
    ? await takeCatenation(session, input)
    : await takeWhole(session, input)
  if (sizeBytes === 0)
    throw new Refusal('invalid-parameter', 'A message of no octets is not stored, nor what came with it.')
  const indexed = await indexedMessage(session.store, target.mailbox.at, sizeBytes, octets)
  const marks = allowedMarks(target.rights, readFlagWords(words))
  return { indexed, ...marks, receivedAt: date?.epochMs ?? session.options.now() }
}

async function takeWhole(session: ImapSession, input: CommandInput): Promise<Catenation> {
  const step = await input.step()
  if (step.kind !== 'literal') throw new Error(`A ${step.kind} where the message should be`)
  const { octets } = step.literal
  const { messageBytes } = session.limits
  if (octets > messageBytes) {
    throw new Refusal(
      'too-large',
      `The message has ${octets} octets, and at most ${messageBytes} are accepted.`,
    )
  }
  return { sizeBytes: octets, octets: input.octets(step.literal) }
}
