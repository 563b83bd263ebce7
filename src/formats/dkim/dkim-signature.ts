import { type HeaderField, parseFields } from '../header/fields.ts'
import { chosenFields, relaxedField } from './canonical-header.ts'
import type { Signable } from './signable.ts'
import { algorithmOf, type SigningKey, signOctets } from './signing-key.ts'
import { formatTagField, type Tags } from './tags.ts'

/** Signed once more than they occur, so that none can be added on the way (RFC 6376 §8.15). */
const oversigned = [
  'from',
  'reply-to',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
]
/** Signed where they occur: mailing lists and forwarders add these to mail that they otherwise leave alone. */
const signed = [
  'sender',
  'resent-date',
  'resent-from',
  'resent-sender',
  'resent-to',
  'resent-cc',
  'resent-message-id',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
  'auto-submitted',
]
const oversignedNames = new Set(oversigned)
const allNames = [...oversigned, ...signed]

/** Names for `h=`, lower case, each as often as it is signed; `more` are signed where they occur. */
export function signedNames(fields: readonly HeaderField[], more: readonly string[] = []): string[] {
  return [...allNames, ...more].flatMap((name) => {
    const count = fields.filter(({ key }) => key === name).length
    return Array<string>(oversignedNames.has(name) ? count + 1 : count).fill(name)
  })
}

/**
 * DKIM-Signature fields to put in front of the message, one for each key, CRLF after each; two keys (RSA and Ed25519) sign
 * doubly (RFC 8463). relaxed/relaxed, the whole body, `now` in milliseconds since 1970. Lines of the message must travel as they were
 * hashed: ended by CRLF.
 */
export async function dkimSignatures(
  { header, bodyHash }: Signable,
  keys: readonly SigningKey[],
  now: number,
): Promise<string> {
  const fields = parseFields(header)
  const names = signedNames(fields)
  const made = await Promise.all(
    keys.map((key) => {
      const tags: Tags = [['v', '1'], ...signatureTags(key, names, bodyHash, now)]
      return signedField('DKIM-Signature', tags, chosenFields(fields, names), key)
    }),
  )
  return made.map((field) => `${field}\r\n`).join('')
}

/** The tags that DKIM-Signature and ARC-Message-Signature share. */
export function signatureTags(
  key: SigningKey,
  names: readonly string[],
  bodyHash: string,
  now: number,
): Tags {
  return [
    ['a', algorithmOf(key)],
    ['c', 'relaxed/relaxed'],
    ['d', key.domain],
    ['s', key.selector],
    ['t', String(Math.floor(now / 1_000))],
    ['h', names.join(':')],
    ['bh', bodyHash],
  ]
}

/** The field with its `b=`, made over `signedFields` and the field itself without one (RFC 6376 §3.7). No final CRLF. */
export async function signedField(
  name: string,
  tags: Tags,
  signedFields: readonly HeaderField[],
  key: SigningKey,
): Promise<string> {
  const unsigned = formatTagField(name, [...tags, ['b', '']])
  const own = { name, key: name.toLowerCase(), value: unsigned.slice(name.length + 1) }
  const canonical = [...signedFields, own].map(relaxedField).join('').slice(0, -2)
  const b = await signOctets(key, Buffer.from(canonical, 'latin1'))
  return formatTagField(name, [...tags, ['b', b]])
}
