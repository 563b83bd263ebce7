import { randomBytes } from 'node:crypto'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { dataKeyBytes, formatKeyRef, type KeyRef } from '#src/domain/keys/provider.ts'

export const nonceBytes = 12
export const tagBytes = 16
const format = 1
const wrappedBytes = 1 + nonceBytes + dataKeyBytes + tagBytes

/** AES-256-GCM output: `sealed` is the ciphertext and then the tag, as C_Encrypt gives it. */
type WrappedKey = { nonce: Uint8Array; sealed: Uint8Array }

/** One octet of format (1), the nonce, the ciphertext, the tag: 61 octets. */
export function formatWrappedKey({ nonce, sealed }: WrappedKey): Uint8Array {
  const octets = Buffer.concat([Uint8Array.of(format), nonce, sealed])
  if (octets.length !== wrappedBytes) throw new RangeError('A wrapped key of the wrong size')
  return octets
}

/** Splits what `formatWrappedKey` wrote; other octets are `KeyUnavailable` with reason `damaged`. */
export function parseWrappedKey(octets: Uint8Array, ref: KeyRef): WrappedKey {
  if (octets.length !== wrappedBytes || octets[0] !== format) throw damagedWrap(ref)
  return { nonce: octets.subarray(1, 1 + nonceBytes), sealed: octets.subarray(1 + nonceBytes) }
}

/** What a wrapped key is bound to beside the organisation key: that key's name, and whose data key it is. */
export function associatedData(ref: KeyRef, context: string): Uint8Array {
  if (context === '' || context.length > 1024) throw new RangeError('A key context has 1 to 1024 characters')
  return Buffer.from(`landbridge-data-key\0${formatKeyRef(ref)}\0${context}`, 'utf8')
}

export function checkDataKey(plaintextKey: Uint8Array): void {
  if (plaintextKey.length !== dataKeyBytes) throw new RangeError(`A data key has ${dataKeyBytes} octets`)
}

/** An id never used before, `ORG-` and 16 hex digits. It serves as a file name and as a token's label. */
export function newKeyId(org: string): string {
  return `${checkOwner(org)}-${randomBytes(8).toString('hex')}`
}

/** The organisation that keys are named after; a RangeError for what could name those of others. */
export function checkOwner(org: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(org)) throw new RangeError('Not an organisation id')
  return org
}

/** Whom a key was made for, where `newKeyId` named it. */
const ownerOf = ({ id }: KeyRef): string => id.replace(/-[0-9a-f]{16}$/, '')

/** What `newKeyId` makes: nothing that could leave a folder or a label. */
export const keyIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}-[0-9a-f]{16}$/

export function damagedWrap(ref: KeyRef): KeyUnavailable {
  return new KeyUnavailable(
    'damaged',
    `A data key does not open under organisation key ${formatKeyRef(ref)}: it was changed, or it belongs to ` +
      'another mailbox or key. Run `landbridge check`, and restore what it names from a backup.',
  )
}

export function disabledKey(ref: KeyRef): KeyUnavailable {
  return new KeyUnavailable(
    'disabled',
    `Organisation key ${formatKeyRef(ref)} is disabled. Run \`landbridge key enable --org ${ownerOf(ref)}\` to make its mail readable again.`,
  )
}
