import { createHmac, randomBytes } from 'node:crypto'
import { Recent } from '#src/base/recent.ts'
import { type FailureMemory, noFailures } from '#src/domain/directory/login/kept-failures.ts'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { controllersOf, type DomainOptions, type Services } from './controllers.ts'
import { formatServer, signedIn } from './domain-controller.ts'
import { LdapConnection, type LdapServer, type LdapTimes } from './ldap-connection.ts'
import { LdapFault, type SignInFailure, signInFailureOf, sourceFailureOf } from './ldap-fault.ts'
import { CAUTIOUS_POLICY, LockoutGuard, type LockoutPolicy } from './lockout-guard.ts'
import { readLockoutPolicy } from './lockout-policy.ts'
import { anyOf } from './octet-filter.ts'
import type { OpenOptions } from './open-domain.ts'
import { parseSid } from './security-descriptor.ts'

/** Somebody of a domain. `key` is the same for all names of one account; `bindName` is from the directory, never what was typed. */
export type DomainAccount = {
  key: string
  domain: string
  bindName: string
  /** SID of the account of another domain that it stands for (a linked mailbox): that one's password counts. */
  master?: string
  /** Where wrong attempts are kept; absent: they are forgotten with the process. */
  memory?: FailureMemory
}

type BindVerdict = { accepted: true } | { accepted: false; failure: Denial; waitMs: number }

type Denial = SignInFailure | 'too-many-failures' | 'account-elsewhere'

type SignInOptions = OpenOptions & {
  domains: readonly DomainOptions[]
  /** How long a right password is believed without asking again; it is also how long a disabled account still gets in. */
  believedMs?: number
}

type Binding = { domain: DomainOptions; name: string }
type Deps = { dns: Services /** Epoch milliseconds. */; now: () => number }

const TIMES: LdapTimes = { connectMs: 4_000, operationMs: 8_000 }
const BELIEVED_MS = 2 * 60_000
const MOST_BELIEVED = 100_000
const POLICY_MS = 3_600_000
const POLICY_AGAIN_MS = 600_000
/** A domain controller that could not be reached is tried last this long. */
const DOWN_MS = 30_000
/** A read-only domain controller that cannot ask the one that knows. */
const NO_LOGON_SERVERS = '51f'
const COUNTED: ReadonlySet<SignInFailure> = new Set(['wrong-password'])

/** The name to bind with: the UPN, or the one that every account has without saying so (MS-ADTS 5.1.1.1.1). */
export function bindNameOf(account: { upn: string | null; sam: string }, domain: string): string {
  return account.upn ?? `${account.sam}@${domain}`
}

/** Checks passwords of Active Directory by LDAP bind over TLS. No password is kept; at most one bind for an attempt. */
export class BindSignIn {
  readonly #options: SignInOptions
  readonly #deps: Deps
  readonly #guard: LockoutGuard
  readonly #secret = randomBytes(32)
  readonly #believed = new Recent<number>(MOST_BELIEVED)
  readonly #underWay = new Map<string, Promise<BindVerdict>>()
  readonly #policies = new Map<string, { policy: LockoutPolicy; until: number }>()
  readonly #down = new Map<string, number>()
  /** Accounts of which it is known here what was kept of them. */
  readonly #recalled = new Recent<Promise<void>>(MOST_BELIEVED)
  readonly #masters = new Recent<{ binding: Binding | undefined; until: number }>(MOST_BELIEVED)

  constructor(options: SignInOptions, deps: Deps) {
    this.#options = options
    this.#deps = deps
    this.#guard = new LockoutGuard(deps.now)
  }

  /**
   * Whether this is the account's password; `place` is where the attempt comes from. Refuses `try-later` when no domain controller
   * answers: that is not a wrong password.
   */
  async check(account: DomainAccount, password: string, place: string): Promise<BindVerdict> {
    // A server takes an empty password for an anonymous bind and says yes (RFC 4513 5.1.2).
    if (password === '') return refused('wrong-password')
    const proof = this.#proofOf(account, password)
    if (this.#isBelieved(proof)) return { accepted: true }
    const underWay = this.#underWay.get(proof)
    if (underWay) return underWay
    const attempt = this.#attempt(account, password, place, proof).finally(() => this.#underWay.delete(proof))
    this.#underWay.set(proof, attempt)
    return attempt
  }

  /** Whether the answer is known or being asked for: then it costs nothing, and is no new attempt. */
  isSettled(account: DomainAccount, password: string): boolean {
    const proof = this.#proofOf(account, password)
    return this.#isBelieved(proof) || this.#underWay.has(proof)
  }

  #proofOf(account: DomainAccount, password: string): string {
    return createHmac('sha256', this.#secret).update(`${account.key}\0${password}`).digest('base64')
  }

  async #attempt(
    account: DomainAccount,
    password: string,
    place: string,
    proof: string,
  ): Promise<BindVerdict> {
    if (this.#guard.wasWrong(proof)) return refused('wrong-password')
    const binding = await this.#bindingOf(account)
    if (binding === undefined) return refused('account-elsewhere')
    const { domain, name } = binding
    const policy = await this.#policyOf(domain)
    await this.#recall(account)
    const waitMs = this.#guard.waitMs(account.key, place, policy)
    if (waitMs > 0) return refused('too-many-failures', waitMs)
    this.#guard.begin(account.key, policy)
    try {
      const failure = await this.#bind(domain, name, password)
      if (failure === undefined) {
        const { failures } = this.#guard.failuresOf(account.key)
        this.#guard.right(account.key, place)
        // This attempt is one of them.
        if (failures > 1) await this.#keep(account)
        this.#believed.set(proof, this.#deps.now() + (this.#options.believedMs ?? BELIEVED_MS))
        return { accepted: true }
      }
      if (!COUNTED.has(failure)) this.#guard.uncounted(account.key)
      if (failure === 'wrong-password') {
        this.#guard.wrong(proof)
        await this.#keep(account)
      }
      if (failure === 'account-locked') this.#guard.locked(account.key)
      return refused(failure)
    } catch (error) {
      this.#guard.uncounted(account.key)
      throw error
    }
  }

  /** Once in the life of the process, before the first attempt: a restart gives nobody more of them. */
  async #recall({ key, memory }: DomainAccount): Promise<void> {
    if (memory === undefined) return
    const recalling =
      this.#recalled.get(key) ?? memory.find().then((failures) => this.#guard.recall(key, failures))
    this.#recalled.set(key, recalling)
    try {
      await recalling
    } catch (error) {
      this.#recalled.delete(key)
      throw error
    }
  }

  /** What cannot be kept, as on a full disk, is known for as long as the process lives. */
  async #keep({ key, memory }: DomainAccount): Promise<void> {
    const failures = this.#guard.failuresOf(key)
    await memory?.keep(failures.failures === 0 ? noFailures : failures).catch(() => undefined)
  }

  /** Where the password is known, and by which name; undefined for a linked mailbox whose account is in none of the domains. */
  async #bindingOf(account: DomainAccount): Promise<Binding | undefined> {
    const own = this.#domainOf(account)
    const { master } = account
    if (master === undefined) return { domain: own, name: account.bindName }
    const known = this.#masters.get(master)
    if (known !== undefined && known.until > this.#deps.now()) return known.binding
    let binding: Binding | undefined
    for (const domain of this.#options.domains) {
      if (domain === own || binding !== undefined) continue
      const name = await this.#nameIn(domain, master)
      if (name !== undefined) binding = { domain, name }
    }
    this.#masters.set(master, { binding, until: this.#deps.now() + POLICY_AGAIN_MS })
    return binding
  }

  async #nameIn(domain: DomainOptions, sid: string): Promise<string | undefined> {
    const times = this.#options.times ?? TIMES
    try {
      const [server] = await this.#serversOf(domain)
      if (server === undefined) return undefined
      const { connection, identity } = await signedIn(server, this.#options.account, { times })
      try {
        const { entries } = await connection.search({
          base: identity.namingContext,
          scope: 'sub',
          filter: anyOf('objectSid', [parseSid(sid)]),
          attributes: ['sAMAccountName', 'userPrincipalName'],
        })
        const sam = entries[0]?.text('sAMAccountName')
        return sam ? bindNameOf({ upn: entries[0]!.text('userPrincipalName'), sam }, domain.name) : undefined
      } finally {
        await connection.close()
      }
    } catch (error) {
      throw tryLater(domain, error)
    }
  }

  /** Undefined when the password is right. */
  async #bind(domain: DomainOptions, name: string, password: string): Promise<SignInFailure | undefined> {
    const { connection, server } = await this.#connect(domain)
    try {
      await connection.bind(name, password)
      return undefined
    } catch (error) {
      if (error instanceof LdapFault && error.code === 49 && error.windowsCode !== NO_LOGON_SERVERS)
        return signInFailureOf(error)
      // The password may have been looked at: asking another server would be a second attempt.
      throw tryLater(domain, sourceFailureOf(error, formatServer(server)))
    } finally {
      await connection.close()
    }
  }

  /** To the first domain controller that can be spoken to; until then nothing has been asked. */
  async #connect(domain: DomainOptions): Promise<{ connection: LdapConnection; server: LdapServer }> {
    let trouble: unknown
    for (const server of await this.#serversOf(domain)) {
      try {
        const connection = await LdapConnection.open(server, { times: this.#options.times ?? TIMES })
        this.#down.delete(formatServer(server))
        return { connection, server }
      } catch (error) {
        this.#down.set(formatServer(server), this.#deps.now() + DOWN_MS)
        trouble ??= sourceFailureOf(error, formatServer(server))
      }
    }
    throw tryLater(domain, trouble)
  }

  async #serversOf(domain: DomainOptions): Promise<LdapServer[]> {
    const isDown = (server: LdapServer) => (this.#down.get(formatServer(server)) ?? 0) > this.#deps.now()
    try {
      const servers = await controllersOf(domain, this.#options, this.#deps.dns)
      return [...servers.filter((server) => !isDown(server)), ...servers.filter(isDown)]
    } catch (error) {
      throw tryLater(domain, error)
    }
  }

  async #policyOf(domain: DomainOptions): Promise<LockoutPolicy> {
    const known = this.#policies.get(domain.name)
    const now = this.#deps.now()
    if (known && known.until > now) return known.policy
    // Set first, so that many sign-ins at once ask once, and a wrong password of ours does not lock our account.
    const cautious = known?.policy ?? CAUTIOUS_POLICY
    this.#policies.set(domain.name, { policy: cautious, until: now + POLICY_AGAIN_MS })
    try {
      const policy = await this.#readPolicy(domain)
      this.#policies.set(domain.name, { policy, until: now + POLICY_MS })
      return policy
    } catch (error) {
      if (error instanceof SourceFailure || error instanceof Refusal || error instanceof LdapFault)
        return cautious
      throw error
    }
  }

  async #readPolicy(domain: DomainOptions): Promise<LockoutPolicy> {
    const [server] = await this.#serversOf(domain)
    if (server === undefined) return CAUTIOUS_POLICY
    const times = this.#options.times ?? TIMES
    const { connection, identity } = await signedIn(server, this.#options.account, { times })
    try {
      return await readLockoutPolicy(connection, identity.namingContext)
    } finally {
      await connection.close()
    }
  }

  #domainOf(account: DomainAccount): DomainOptions {
    const name = account.domain.toLowerCase()
    const domain = this.#options.domains.find((each) => each.name.toLowerCase() === name)
    if (domain) return domain
    throw new Refusal('try-later', `No domain controller is configured for ${account.domain}.`)
  }

  #isBelieved(proof: string): boolean {
    return (this.#believed.get(proof) ?? 0) > this.#deps.now()
  }
}

function refused(failure: Denial, waitMs = 0): BindVerdict {
  return { accepted: false, failure, waitMs }
}

function tryLater(domain: DomainOptions, cause: unknown): Refusal {
  const why = cause instanceof Error ? ` ${cause.message}` : ''
  return new Refusal(
    'try-later',
    `Passwords of ${domain.name} cannot be checked just now, because no domain controller answers. Try again in a minute.${why}`,
    { cause },
  )
}
