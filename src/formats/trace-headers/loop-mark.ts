import { createHmac, timingSafeEqual } from 'node:crypto'
import { normalizeAddress } from '../address/addr-spec.ts'
import { type HeaderField, unfold } from '../header/fields.ts'
import { formatEncodedHeader } from '../header/format.ts'

/**
 * Our own trace of a delivery or redirect (interop 4.3): `X-Landbridge-Loop: instance;recipient;count;signature`. It survives
 * Exchange's header firewall. The signature binds it to the message, so that nobody can stop other mail with a copy of it.
 */
export const LOOP_FIELD = 'X-Landbridge-Loop'

export interface LoopKeys {
  /** Names this installation: letters, digits, `-`, `_`, `.`. */
  instance: string
  /** The first signs, all verify. */
  secrets: readonly [string, ...string[]]
}

/** For whom a message was passed on. */
interface LoopPlace {
  recipient: string
  /** As the message has it; empty when it has none. */
  messageId: string
}

/** 96 bits. */
const SIGNATURE_OCTETS = 12
const MAX_COUNT = 1_000
/** Marks of one recipient under other Message-IDs from which on they tell of a circle. */
const MANY_MARKS = 10
/** No message comes by so often; more fields are a flood and are not read. */
const MAX_FIELDS = 200

const sign = (secret: string, ...texts: string[]) =>
  createHmac('sha256', secret).update(JSON.stringify(texts)).digest().subarray(0, SIGNATURE_OCTETS)

/** The recipient is not told to those who read the header. */
const recipientHash = (secret: string, recipient: string) =>
  sign(secret, 'recipient', normalizeAddress(recipient)).toString('base64url')

const signatureOf = (secret: string, instance: string, hash: string, count: number, messageId: string) =>
  sign(secret, 'loop', instance, hash, String(count), messageId)

/** The field with its final CRLF. `count` is 1 the first time. SyntaxFault for a recipient that is no address. */
export function formatLoopMark(keys: LoopKeys, { recipient, messageId }: LoopPlace, count: number): string {
  const secret = keys.secrets[0]
  const hash = recipientHash(secret, recipient)
  const signature = signatureOf(secret, keys.instance, hash, count, messageId).toString('base64url')
  return formatEncodedHeader(LOOP_FIELD, `${keys.instance};${hash};${count};${signature}`)
}

/**
 * How often we passed this message on for this recipient, by the marks we can verify; 0 when never. Many marks that were made
 * under other Message-IDs count as well: some servers on the way give a message a new one each time.
 */
export function loopCount(
  fields: readonly HeaderField[],
  keys: LoopKeys,
  { recipient, messageId }: LoopPlace,
): number {
  const known = keys.secrets.map((secret) => ({ secret, hash: recipientHash(secret, recipient) }))
  let highest = 0
  const unproven = new Set<string>()
  const marks = fields.filter(({ key }) => key === LOOP_FIELD.toLowerCase()).slice(0, MAX_FIELDS)
  for (const { value } of marks) {
    const parts = /^([\w.-]{1,100});([\w-]{16});(\d{1,4});([\w-]{16})$/.exec(unfold(value))
    if (!parts || parts[1] !== keys.instance) continue
    const count = Number(parts[3])
    const given = Buffer.from(parts[4]!, 'base64url')
    const valid = known.some(
      ({ secret, hash }) =>
        hash === parts[2] &&
        given.length === SIGNATURE_OCTETS &&
        timingSafeEqual(given, signatureOf(secret, keys.instance, hash, count, messageId)),
    )
    if (valid && count <= MAX_COUNT) highest = Math.max(highest, count)
    else if (known.some(({ hash }) => hash === parts[2])) unproven.add(parts[4]!)
  }
  return Math.max(highest, unproven.size < MANY_MARKS ? 0 : unproven.size)
}
