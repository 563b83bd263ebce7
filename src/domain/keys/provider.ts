import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Octets of every data key: AES-256 (SEC-05). */
export const dataKeyBytes = 32

/**
 * Names one version of an organisation key. It holds no secret and is stored beside what the key wrapped.
 * Each `create` gives an `id` that was never used before, so a new key is never taken for a lost one.
 */
export type KeyRef = {
  /** The `kind` of the provider that holds it. */
  provider: string
  id: string
  /** Counts an organisation's keys from 1. For people; `id` alone tells keys apart. */
  version: number
}

/**
 * Holds organisation keys, and wraps data keys with them. The organisation key itself never leaves the provider.
 *
 * `context` says whose data key it is (`org:m-…/mailbox:…`) and is bound as associated data: a wrapped key
 * unwraps only under the context it was wrapped for. Everything rejects with `KeyUnavailable` when the key
 * cannot be used; nothing is remembered between calls, so that revoking a key takes effect with the next one.
 */
export type KeyProvider = {
  /** Short name in `KeyRef.provider`: lower-case letters, digits and hyphens. */
  readonly kind: string
  /** Makes a new key for that organisation, durable on return. Rotation is: create, then wrap every data key anew. */
  create(org: string): Promise<KeyRef>
  /** Seals a data key of exactly `dataKeyBytes` octets. Two calls never give the same octets. */
  wrap(ref: KeyRef, plaintextKey: Uint8Array, context: string): Promise<Uint8Array>
  /** The data key again. Octets that were changed, and those of another key or context, are `damaged`. */
  unwrap(ref: KeyRef, wrapped: Uint8Array, context: string): Promise<Uint8Array>
  state(ref: KeyRef): Promise<KeyState>
  /** Switches the key off until `enable`. A key that is off already stays so. */
  disable(ref: KeyRef): Promise<void>
  enable(ref: KeyRef): Promise<void>
  /** Deletes the key for ever, and with it everything it wrapped. A key that is not there is no error. */
  destroy(ref: KeyRef): Promise<void>
  /** Every key of that organisation that is there, switched off or not, in any order. */
  list(org: string): Promise<readonly KeyRef[]>
  /** Deletes every key of that organisation for ever, whatever its version and state. That there is none is no error. */
  destroyAll(org: string): Promise<void>
  /**
   * Copies the key to a file of that folder, as a backup needs it, and gives the file's name. Left out by
   * providers that let no key out.
   */
  copyTo?(ref: KeyRef, folder: string): Promise<string>
}

export type KeyState = 'enabled' | 'disabled' | 'missing'

/** `provider:id:version`, as it is stored. The id may hold colons itself (an ARN does). */
export function formatKeyRef(ref: KeyRef): string {
  const text = `${ref.provider}:${ref.id}:${ref.version}`
  if (!keyRefText.test(text)) throw new RangeError(`Not a key reference: ${text}`)
  return text
}

/** Reads what `formatKeyRef` wrote; anything else is a SyntaxFault. */
export function parseKeyRef(text: string): KeyRef {
  const parts = keyRefText.exec(text)
  if (!parts) throw new SyntaxFault('A key reference is provider:id:version')
  return { provider: parts[1]!, id: parts[2]!, version: Number(parts[3]) }
}

const keyRefText = /^([a-z][a-z0-9-]{0,31}):([!-~]{1,256}):([1-9][0-9]{0,8})$/
