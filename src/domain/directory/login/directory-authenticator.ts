import { createHmac, randomBytes } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { Recent } from '#src/base/recent.ts'
import type { Store } from '../../store.ts'
import { domainOf, lookupText } from '../address.ts'
import type { Entry, User } from '../entry.ts'
import type { Authenticator, Login, LoginFailure, LoginResult } from './authenticator.ts'
import { BackOff } from './back-off.ts'
import type { PasswordHash } from './password-hash.ts'
import { composed } from './password-policy.ts'
import { digestOfToken, looksLikeToken } from './token.ts'

/** A right password is believed this long without hashing it again: clients open many connections. */
const BELIEVED_MS = 60_000
const MOST_BELIEVED = 100_000
const TOKEN_USE_EVERY_MS = 60_000

/**
 * Knows whether a password is a user's. The directory compares with the hash it keeps; a connector asks its own
 * directory. Without a user it takes as long as with one.
 */
export type PasswordCheck = (
  user: { organization: OrganizationId; user: User } | undefined,
  password: string,
) => Promise<boolean | 'none'>

/** Against the hash kept in the directory. */
export function keptPasswords(store: Pick<Store, 'directory'>, passwords: PasswordHash): PasswordCheck {
  return async (of, password) => {
    const credential = of && (await store.directory.findCredential(of.organization, of.user.id))
    const right = await passwords.verify(password, credential?.hash)
    return of && !credential ? 'none' : right
  }
}

type Deps = {
  store: Pick<Store, 'directory' | 'organizations' | 'transact'>
  checkPassword: PasswordCheck
  /** Epoch milliseconds. */
  now: () => number
}

/** Signs people in by password or personal access token, as the directory says. */
export function directoryAuthenticator(deps: Deps): Authenticator {
  return new DirectoryAuthenticator(deps)
}

class DirectoryAuthenticator implements Authenticator {
  readonly #deps: Deps
  readonly #backOff: BackOff
  /** Names are HMACs under a key of this process: nothing of a password can be learned from them. */
  readonly #believed = new Recent<number>(MOST_BELIEVED)
  readonly #checking = new Map<string, Promise<LoginFailure | undefined>>()
  readonly #secret = randomBytes(32)

  constructor(deps: Deps) {
    this.#deps = deps
    this.#backOff = new BackOff(deps.now)
  }

  async authenticate(login: Login): Promise<LoginResult> {
    const found = await this.#find(login)
    const account = accountName(login, found)
    // Before anything that knows right passwords: who has to wait must not learn by guessing on.
    const waitMs = this.#backOff.waitMs(account, login.client)
    if (waitMs > 0) return { accepted: false, failure: 'too-many-failures', waitMs }
    const proof = this.#proof(account, login, found)
    if (found && this.#isBelieved(proof)) return this.#accept(found, 'password')
    const token = looksLikeToken(login.secret)
    const failure = await (this.#checking.get(proof) ?? this.#shared(proof, account, login, found))
    if (failure !== undefined) return { accepted: false, failure, waitMs: 0 }
    if (!token) return this.#accept(found!, 'password')
    const digest = digestOfToken(login.secret)
    const known = await this.#deps.store.directory.findToken(found!.organization, { digest })
    // Revoked in between.
    if (known === undefined) return { accepted: false, failure: 'unknown-token', waitMs: 0 }
    return this.#accept(found!, 'token', known.id)
  }

  /** Several connections of one client with one password cost one check, and count as one attempt. */
  #shared(
    proof: string,
    account: string,
    login: Login,
    found: Found | undefined,
  ): Promise<LoginFailure | undefined> {
    const check = this.#check(proof, account, login, found).finally(() => this.#checking.delete(proof))
    this.#checking.set(proof, check)
    return check
  }

  async #check(
    proof: string,
    account: string,
    login: Login,
    found: Found | undefined,
  ): Promise<LoginFailure | undefined> {
    const attempt = this.#backOff.begin(account, login.client)
    let failure: LoginFailure | undefined
    try {
      failure = looksLikeToken(login.secret)
        ? await this.#checkToken(login, found)
        : await this.#checkPassword(proof, login, found)
    } catch (error) {
      // Ours to mend, not theirs to wait for.
      attempt.succeeded()
      throw error
    }
    if (failure === undefined) attempt.succeeded()
    return failure
  }

  async #checkPassword(
    proof: string,
    login: Login,
    found: Found | undefined,
  ): Promise<LoginFailure | undefined> {
    const barred = found ? barredFrom(found.user, login) : 'unknown-account'
    const right = await this.#deps.checkPassword(barred ? undefined : (found as FoundUser), login.secret)
    if (barred) return barred
    if (right === 'none') return 'no-password'
    if (!right) return 'wrong-password'
    const { authenticationMode } = await this.#deps.store.directory.settings(found!.organization)
    if (authenticationMode === 'IDENTITY_PROVIDER_ONLY') return 'password-not-allowed'
    this.#believed.set(proof, this.#deps.now() + BELIEVED_MS)
    return undefined
  }

  async #checkToken(login: Login, found: Found | undefined): Promise<LoginFailure | undefined> {
    if (!found) return 'unknown-account'
    const barred = barredFrom(found.user, login)
    if (barred) return barred
    const { store, now } = this.#deps
    const { organization, user } = found
    const token = await store.directory.findToken(organization, { digest: digestOfToken(login.secret) })
    if (token?.entry !== user.id) return 'unknown-token'
    if (token.expiresAt <= now()) return 'token-expired'
    if (!token.scopes.includes(login.purpose)) return 'token-out-of-scope'
    const { settings } = await store.organizations.get(organization)
    if (settings.personalAccessTokens !== 'ACTIVE') return 'tokens-inactive'
    if (token.lastUsedAt === null || now() - token.lastUsedAt >= TOKEN_USE_EVERY_MS) {
      await store.transact({ organization }, ({ directory }) =>
        directory.touchToken(organization, token.id, now()),
      )
    }
    return undefined
  }

  /** By any SMTP address of the user, or by its name, whose case counts (DIR-11). */
  async #find(login: Login): Promise<Found | undefined> {
    const { directory } = this.#deps.store
    if (login.organization !== undefined) {
      const { organization } = login
      const user = await directory.findEntry(organization, { name: login.name, kind: 'user' })
      if (user?.name === login.name) return { organization, user }
      if (!login.name.includes('@')) return undefined
      const addressed = await directory.findEntry(organization, { address: login.name })
      return addressed && { organization, user: addressed }
    }
    if (lookupText('primary', login.name) === undefined) return undefined
    const owner = await directory.findDomainOwner(domainOf(login.name))
    if (!owner?.verified) return undefined
    const user = await directory.findEntry(owner.organization, { address: login.name })
    return user && { organization: owner.organization, user }
  }

  #isBelieved(proof: string): boolean {
    return (this.#believed.get(proof) ?? 0) > this.#deps.now()
  }

  /** Any change of the entry, its password or its state among them, gives it another version and so another proof. */
  #proof(account: string, { secret, purpose, anyHome = false }: Login, found: Found | undefined): string {
    const what = looksLikeToken(secret) ? purpose : 'password'
    const text = [account, found?.user.version ?? '', what, anyHome, composed(secret)].join('\0')
    return createHmac('sha256', this.#secret).update(text).digest('base64')
  }

  #accept({ organization, user }: Found, by: 'password' | 'token', token?: string): LoginResult {
    const login = { organization, user: user as User, mailbox: user.mailbox, by }
    return { accepted: true, login: token === undefined ? login : { ...login, token } }
  }
}

type Found = { organization: OrganizationId; user: Entry }
type FoundUser = { organization: OrganizationId; user: User }

/** Why this entry can never sign in, whatever the secret. */
export function barredFrom(
  entry: Entry,
  { anyHome = false }: Pick<Login, 'anyHome'>,
): LoginFailure | undefined {
  if (entry.kind !== 'user' || entry.role === 'RESOURCE') return 'not-a-person'
  const isHere = entry.home === 'local' && entry.role !== 'REMOTE_USER'
  if (!isHere && !(anyHome && entry.home === 'exchange')) return 'not-a-person'
  return entry.state === 'ENABLED' ? undefined : 'not-enabled'
}

/** One name for all spellings and addresses of an account, so that they give no new attempts. */
function accountName({ organization, name }: Login, found: Found | undefined): string {
  if (found) return `${found.organization}\0${found.user.id}`
  return `${organization ?? ''}\0${lookupText('primary', name) ?? name.toLowerCase()}`
}
