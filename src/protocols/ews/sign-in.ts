import { BackOff } from '#src/domain/directory/login/back-off.ts'
import { checkImpersonationToken } from '#src/domain/impersonation/token.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { HttpReply, HttpRequest } from '#src/platform/http/route.ts'
import { askForCredentials, basicSignIn, refuseSignIn } from '../basic-sign-in.ts'
import type { SignedIn } from './caller.ts'
import type { EwsServices } from './services.ts'

type Deps = Pick<EwsServices, 'store' | 'authenticator' | 'now' | 'log'>

/** Says whose a request is, by HTTP Basic, or by the token of an impersonation role (IMP-02); or what to answer to who is nobody. */
export class EwsSignIn {
  readonly #deps: Deps
  readonly #backOff: BackOff

  constructor(deps: Deps) {
    this.#deps = deps
    this.#backOff = new BackOff(deps.now)
  }

  async of(request: Pick<HttpRequest, 'headers' | 'peer'>): Promise<SignedIn | { refused: HttpReply }> {
    const token = bearerToken(request.headers.authorization)
    try {
      if (token !== undefined) return await this.#byToken(token, request.peer)
      const login = await basicSignIn(this.#deps, request, { purpose: 'ews' })
      return login === undefined ? { refused: askForCredentials } : { kind: 'user', login }
    } catch (error) {
      if (token !== undefined && error instanceof Refusal && error.reason === 'bad-credentials')
        return { refused: askForToken }
      return { refused: refuseSignIn(error) }
    }
  }

  /** Who comes with wrong tokens waits like who guesses passwords. */
  async #byToken(token: string, client: string): Promise<SignedIn> {
    const account = token.slice(0, ROLE)
    const waitMs = this.#backOff.waitMs(account, client)
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1_000)
      throw new Refusal('too-many-failures', `Too many wrong tokens. Wait ${seconds} seconds.`)
    }
    const attempt = this.#backOff.begin(account, client)
    try {
      const of = await checkImpersonationToken(this.#deps.store.organizations, token, this.#deps.now())
      attempt.succeeded()
      return { kind: 'role', ...of }
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'bad-credentials') attempt.succeeded()
      else this.#deps.log.warn({ client, protocol: 'ews' }, 'A token of an impersonation role was refused')
      throw error
    }
  }
}

/** Characters of a token that say whose it is. */
const ROLE = 48
const LONGEST = 1_024

function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined || header.length > LONGEST) return undefined
  return /^bearer +(\S+)$/i.exec(header.trim())?.[1]
}

const askForToken: HttpReply = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="Landbridge", error="invalid_token"' },
  body: 'The token is not good, or not any more. Assume the impersonation role again.\n',
}
