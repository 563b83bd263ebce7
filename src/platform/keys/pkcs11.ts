import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { formatKeyRef, type KeyProvider, type KeyRef } from '#src/domain/keys/provider.ts'
import { readPrivateFile } from './private-file.ts'
import { SealDoesNotOpen, TokenLink } from './token-link.ts'
import type { TokenCall } from './token-process.ts'
import {
  associatedData,
  checkDataKey,
  checkOwner,
  damagedWrap,
  disabledKey,
  formatWrappedKey,
  keyIdPattern,
  newKeyId,
  parseWrappedKey,
} from './wrapped-key.ts'

const kind = 'pkcs11'

export type Pkcs11Options = {
  /** Path of the module, for SoftHSM /usr/lib/softhsm/libsofthsm2.so. */
  module: string
  /** Label of the token; slot numbers change, labels do not. */
  token: string
  /** Where the user PIN is: a file of mode 0600, or an environment variable. Never the PIN itself. */
  pin: { file: string } | { variable: string }
  /** Longest time a call may take. */
  timeoutMs?: number
  environment?: NodeJS.ProcessEnv
}

/**
 * Organisation keys in a PKCS#11 token (SoftHSM, a hardware module, a cloud HSM): AES-256 keys that cannot be
 * taken out, AES-GCM inside the token. `disable` clears CKA_ENCRYPT and CKA_DECRYPT, so that the token itself
 * refuses. `close` ends the process that holds the session.
 */
export function pkcs11Keys(options: Pkcs11Options): KeyProvider & { close(): Promise<void> } {
  const { module, token, pin, timeoutMs = 4_500, environment = process.env } = options
  const moduleEnvironment = { ...environment }
  if ('variable' in pin) delete moduleEnvironment[pin.variable]
  const readPin = () => ('file' in pin ? pinFromFile(pin.file) : pinFromVariable(environment, pin.variable))
  const link = new TokenLink({ module, token, readPin, timeoutMs, environment: moduleEnvironment })

  const call = async <T>(request: TokenCall, again = true) => (await link.call(request, again)) as T

  const missing = (ref: KeyRef) =>
    new KeyUnavailable(
      'missing',
      `Organisation key ${formatKeyRef(ref)} is gone: token "${token}" holds no key with the label ` +
        `"${labelOf(ref)}". Restore the token from its backup.`,
    )

  const permit = async (ref: KeyRef, permitted: boolean) => {
    if (!(await call<boolean>({ verb: 'permit', args: [labelOf(ref), permitted] }))) throw missing(ref)
  }

  /** The token's own "not permitted", in our words. */
  const named = (ref: KeyRef) => (error: unknown) => {
    if (error instanceof SealDoesNotOpen) throw damagedWrap(ref)
    if (error instanceof KeyUnavailable && error.reason === 'disabled') throw disabledKey(ref)
    throw error
  }

  const list = async (org: string): Promise<KeyRef[]> => {
    const labels = await call<string[]>({ verb: 'labels', args: [checkOwner(org)] })
    return labels.flatMap((label) => refOf(org, label) ?? [])
  }

  return {
    kind,

    create: async (org) => {
      const id = newKeyId(org)
      const versions = (await list(org)).map(({ version }) => version)
      const ref = { provider: kind, id, version: 1 + Math.max(0, ...versions) }
      // Not repeated: the first try may have made the key.
      await call({ verb: 'generate', args: [org, labelOf(ref)] }, false)
      return ref
    },

    wrap: async (ref, plaintextKey, context) => {
      checkDataKey(plaintextKey)
      const args: [string, Uint8Array, Uint8Array] = [
        labelOf(ref),
        plaintextKey,
        associatedData(ref, context),
      ]
      const parts = await call<{ nonce: Uint8Array; sealed: Uint8Array } | undefined>({
        verb: 'seal',
        args,
      }).catch(named(ref))
      if (!parts) throw missing(ref)
      return formatWrappedKey(parts)
    },

    unwrap: async (ref, wrapped, context) => {
      const { nonce, sealed } = parseWrappedKey(wrapped, ref)
      const args: [string, Uint8Array, Uint8Array, Uint8Array] = [
        labelOf(ref),
        nonce,
        sealed,
        associatedData(ref, context),
      ]
      const plaintextKey = await call<Uint8Array | undefined>({ verb: 'open', args }).catch(named(ref))
      if (!plaintextKey) throw missing(ref)
      return plaintextKey
    },

    state: async (ref) => {
      const permitted = await call<boolean | undefined>({ verb: 'mayDecrypt', args: [labelOf(ref)] })
      if (permitted === undefined) return 'missing'
      return permitted ? 'enabled' : 'disabled'
    },

    disable: async (ref) => permit(ref, false),
    enable: async (ref) => permit(ref, true),
    destroy: async (ref) => {
      await call({ verb: 'destroy', args: [labelOf(ref)] })
    },
    list,
    destroyAll: async (org) => {
      await call({ verb: 'destroyAll', args: [org, `${labelStart}${checkOwner(org)}-`] })
    },
    close: () => link.close(),
  }
}

/** What `pkcs11-tool --list-objects` shows, so that an administrator finds the key of an organisation. */
function labelOf(ref: KeyRef): string {
  if (ref.provider !== kind || !keyIdPattern.test(ref.id)) {
    throw new RangeError(`Not the reference of a PKCS#11 key: ${ref.provider}:${ref.id}`)
  }
  return `${labelStart}${ref.id} v${ref.version}`
}

const labelStart = 'landbridge '

/** Undefined for a label that `labelOf` does not make for that organisation. */
function refOf(org: string, label: string): KeyRef | undefined {
  const [id, version, ...rest] = label.slice(labelStart.length).split(' v')
  const ours = label.startsWith(`${labelStart}${org}-`) && keyIdPattern.test(id!) && rest.length === 0
  if (!ours || id!.length !== org.length + 17 || !/^[1-9]\d{0,8}$/.test(version ?? '')) return undefined
  return { provider: kind, id: id!, version: Number(version) }
}

async function pinFromFile(path: string): Promise<string> {
  // Secrets of systemd and Kubernetes are reached through links.
  const pin = (await readPrivateFile(path, { followLinks: true })).replace(/\r?\n$/, '')
  if (pin === '')
    throw new KeyUnavailable('denied', `The PIN file ${path} is empty. Write the token's PIN into it.`)
  return pin
}

async function pinFromVariable(environment: NodeJS.ProcessEnv, name: string): Promise<string> {
  const pin = environment[name]
  if (!pin)
    throw new KeyUnavailable(
      'denied',
      `The environment variable ${name} is not set. Put the token's PIN there.`,
    )
  return pin
}
