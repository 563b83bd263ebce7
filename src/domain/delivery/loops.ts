import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import { loopCount } from '#src/formats/trace-headers/loop-mark.ts'
import { countHops } from '#src/formats/trace-headers/received-parse.ts'
import { primaryAddress } from '../directory/entry.ts'
import { MailRefusal } from './intake.ts'
import type { IntakeDeps } from './intake-deps.ts'
import type { AcceptedRecipient } from './recipients.ts'
import type { MessageRounds } from './rounds.ts'
import type { TakenMessage } from './taken-message.ts'

/** RFC 5321 §6.3 wants at least 100 to be let through; exchange-interop 4.3 stops at what Exchange calls a loop. */
const MOST_HOPS = 30

/** Recipients for whom the message was here before and comes back. */
type Looping = {
  /** Of these its sender hears. */
  reported: readonly AcceptedRecipient[]
  /** Groups at which another server brings it once more: whoever is in them has it, so nobody need hear of it (exchange-interop 4.4). */
  ended: readonly AcceptedRecipient[]
}

/** Refuses the message (5.4.6) when all its recipients would be reported, and when it went through too many servers for anybody. */
export async function loopingRecipients(
  deps: Pick<IntakeDeps, 'keys'>,
  { message, accepted, connection, inside }: TakenMessage,
  messageId: string,
  rounds: Pick<MessageRounds, 'isCircling'>,
): Promise<Looping> {
  const { fields } = message
  if (countHops(fields) > MOST_HOPS)
    throw loop(`The message went through more than ${MOST_HOPS} servers; it goes in a circle.`)
  const reported: AcceptedRecipient[] = []
  const ended: AcceptedRecipient[] = []
  const isBrought = connection.user === undefined && inside !== 'again'
  for (const recipient of accepted) {
    const { given, way } = recipient
    if (way.to === 'mailbox') continue
    const isBack = addressesOf(given.address, way).some((at) => wasAt(deps, fields, messageId, at))
    if (isBack && isBrought && way.to === 'members') ended.push(recipient)
    else if (isBack || (connection.user === undefined && (await rounds.isCircling(given.address))))
      reported.push(recipient)
  }
  if (reported.length === 0 || reported.length < accepted.length) return { reported, ended }
  throw loop(
    `This message was here for ${reported[0]!.given.address} before and comes back; two servers send it to each other.`,
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
