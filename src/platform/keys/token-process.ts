/** Entry of the process that talks to a PKCS#11 module: `pkcs11.ts` starts it, and kills it when the token hangs. */
import { openTokenKeys, SealBroken, type TokenKeys } from './token-keys.ts'
import { type TokenPlace, type TokenTrouble, tokenTrouble } from './token-trouble.ts'

/** The first message names the token, every other one is a call of TokenKeys. Answers come in the same order. */
export type TokenRequest = ({ verb: 'start'; pin: string } & TokenPlace) | TokenCall
export type TokenCall = {
  [V in keyof TokenKeys]: { verb: V; args: Parameters<TokenKeys[V]> }
}[keyof TokenKeys]
export type TokenAnswer =
  | { value: unknown }
  | { trouble: TokenTrouble }
  | { broken: true }
  | { fault: string }

let keys: TokenKeys | undefined
let place: TokenPlace | undefined

function answer(request: TokenRequest): TokenAnswer {
  try {
    if (request.verb === 'start') {
      place = { module: request.module, token: request.token }
      keys = openTokenKeys(place.module, place.token, request.pin)
      return { value: undefined }
    }
    const call = keys![request.verb] as (...args: unknown[]) => unknown
    return { value: call(...request.args) }
  } catch (error) {
    if (error instanceof SealBroken) return { broken: true }
    try {
      return { trouble: tokenTrouble(error, place!) }
    } catch {
      return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
}

process.on('message', (request: TokenRequest) => process.send!(answer(request)))
process.on('disconnect', () => process.exit())
// Ctrl+C and systemd reach the whole group; the service needs the token until it has drained, and then disconnects.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
