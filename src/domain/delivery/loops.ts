import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import { loopCount } from '#src/formats/trace-headers/loop-mark.ts'
import { countHops } from '#src/formats/trace-headers/received-parse.ts'
import { primaryAddress } from '../directory/entry.ts'
import { MailRefusal } from './intake.ts'
import type { IntakeDeps } from './intake-deps.ts'
import type { AcceptedRecipient } from './recipients.ts'
import type { TakenMessage } from './taken-message.ts'

/** RFC 5321 §6.3 wants at least 100 to be let through; exchange-interop 4.3 stops at what Exchange calls a loop. */
const MOST_HOPS = 30

/**
 * Recipients for whom the message was here before and comes back. Refuses it (5.4.6) when those are all it has, and when it went
 * through too many servers for anybody.
 */
export function loopingRecipients(
  deps: Pick<IntakeDeps, 'keys'>,
  { message, accepted }: TakenMessage,
  messageId: string,
): readonly AcceptedRecipient[] {
  const { fields } = message
  if (countHops(fields) > MOST_HOPS)
    throw loop(`The message went through more than ${MOST_HOPS} servers; it goes in a circle.`)
  const looping = accepted.filter(
    ({ given, way }) =>
      way.to !== 'mailbox' &&
      addressesOf(given.address, way).some((address) => wasAt(deps, fields, messageId, address)),
  )
  if (looping.length === 0 || looping.length < accepted.length) return looping
  throw loop(
    `This message was here for ${looping[0]!.given.address} before and comes back; two servers send it to each other.`,
  )
}

/** A group is the same group under every address it has. */
const addressesOf = (given: string, way: AcceptedRecipient['way']): string[] => {
  const primary = way.to === 'members' ? primaryAddress(way.entry) : null
  return primary === null ? [given] : [given, primary]
}

/** Whether one of our marks says so. An address too long to be marked was never marked. */
export function wasAt(
  { keys }: Pick<IntakeDeps, 'keys'>,
  fields: readonly HeaderField[],
  messageId: string,
  recipient: string,
): boolean {
  try {
    return loopCount(fields, keys.loop, { recipient, messageId }) > 0
  } catch (error) {
    if (error instanceof SyntaxFault) return false
    throw error
  }
}

export const withoutThose = (taken: TakenMessage, some: readonly AcceptedRecipient[]): TakenMessage =>
  some.length === 0 ? taken : { ...taken, accepted: taken.accepted.filter((each) => !some.includes(each)) }

const loop = (sentence: string) => new MailRefusal('group-cycle', '5.4.6', sentence)
