import type { KeyTrouble } from '#src/domain/keys/key-unavailable.ts'
import { CryptokiFault, KoffiMissing, ModuleUnusable } from './cryptoki.ts'
import { AmbiguousKey, TokenNotFound } from './token-keys.ts'

/** Where the token is; for sentences. */
export type TokenPlace = { module: string; token: string }

/** What stands between us and the token, as it crosses from the token's process to ours. */
export type TokenTrouble = {
  reason: KeyTrouble
  message: string
  /** The PIN was tried and found wrong: trying it again can lock the token. */
  pinRefused: boolean
}

/** CKR values (PKCS#11 v2.40, pkcs11t.h) that say more than "the token failed". The rest is `unreachable`. */
const meanings: Record<number, [KeyTrouble, string]> = {
  16: ['denied', 'does not let the key be changed; disable or enable it with the tool of the maker'],
  27: ['denied', 'forbids this; ask who manages the token'],
  50: ['unreachable', 'was removed; put it back'],
  80: ['unreachable', 'stopped the call; try again'],
  84: ['denied', 'does not know this call; it cannot hold organisation keys'],
  99: ['unusable', 'holds a key of another type under this label'],
  104: [
    'disabled',
    'holds the key disabled. Run `landbridge key enable --org ALIAS` to make its mail readable again',
  ],
  112: ['denied', 'has no AES-GCM; it cannot hold organisation keys'],
  113: ['denied', 'does not take our AES-GCM parameters; it cannot hold organisation keys'],
  160: ['denied', 'refuses the PIN. Correct it before the token locks itself, then try again'],
  161: ['denied', 'refuses characters of the PIN. Correct it'],
  162: ['denied', 'refuses the length of the PIN. Correct it'],
  163: ['denied', 'says the PIN has expired. Set a new one with the tool of the maker'],
  164: ['denied', 'is locked after too many wrong PINs. Unlock it with the security officer PIN'],
  181: ['denied', 'is open for reading only'],
  224: ['unreachable', 'is not in its slot; put it back'],
  226: ['denied', 'is write-protected'],
  258: ['denied', 'has no user PIN yet. Set one with the tool of the maker'],
}

export function tokenTrouble(error: unknown, { module, token }: TokenPlace): TokenTrouble {
  const trouble = (reason: KeyTrouble, message: string, pinRefused = false) => ({
    reason,
    message,
    pinRefused,
  })
  if (error instanceof KoffiMissing) {
    return trouble('unreachable', 'PKCS#11 needs the package koffi. Run `npm ci --include=optional`.')
  }
  if (error instanceof ModuleUnusable) {
    return trouble(
      'unreachable',
      `The PKCS#11 module ${module} cannot be used (${error.message}). Correct its path.`,
    )
  }
  if (error instanceof TokenNotFound) {
    const remedy = 'Check the label and, for SoftHSM, SOFTHSM2_CONF.'
    return trouble('unreachable', `${module} shows ${error.message} with the label "${token}". ${remedy}`)
  }
  if (error instanceof AmbiguousKey) {
    return trouble(
      'unusable',
      `Token "${token}" holds several keys with one label. Delete the copy that is not ours.`,
    )
  }
  if (error instanceof CryptokiFault) {
    const [reason, words] = meanings[error.rv] ?? ['unreachable', 'failed. Look into its own log']
    return trouble(
      reason,
      `Token "${token}" ${words} (${error.message}).`,
      error.rv >= 160 && error.rv <= 162,
    )
  }
  throw error
}
