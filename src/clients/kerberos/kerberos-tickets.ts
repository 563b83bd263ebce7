import { createHash } from 'node:crypto'
import { isIP, type LookupFunction } from 'node:net'
import { Recent } from '#src/base/recent.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { untilAborted } from '#src/base/until-aborted.ts'
import { KdcError, NameType, type PrincipalName } from '#src/wire/kerberos/messages.ts'
import { askKdc, calledOff, type KdcAddress } from './ask-kdc.ts'
import { type Ask, KdcRefusal, NoPasswordTaken, signIn, type Ticket, ticketForService } from './exchanges.ts'
import { failureOfError, KerberosFailure } from './kerberos-failure.ts'
import { partsOfUser, type Realms } from './realms.ts'

export type KerberosLogin = { user: string; password: string }

export type TicketOptions = {
  lookup?: LookupFunction | undefined
  signal?: AbortSignal | undefined
}

type Account = {
  granting?: Ticket
  services: Recent<Ticket>
  /** What the KDC, or its silence, said last. */
  failed?: { failure: KerberosFailure; until: number }
}

/** The first two are for each KDC; `choiceMs` is how long a server is kept waiting that takes something else too. */
const WAITS = { connectMs: 1_500, timeoutMs: 5_000, choiceMs: 3_000 }
/** A wrong password is not tried again at once by whoever else has it: that locks the account. */
const REFUSED_MS = 60_000
/** A KDC that was away. */
const AWAY_MS = 30_000
const MOST_ACCOUNTS = 100
const MOST_SERVICES = 20
/** Realms that a question is passed on to. */
const MOST_REALMS = 5
/** As far as clocks may differ. */
const EARLIER_MS = 5 * 60_000

/**
 * Tickets for web servers (`HTTP/host`), got with an account and its password (RFC 4120 over TCP). They are kept in memory until
 * shortly before they end. Of one realm one thing is asked at a time.
 */
export class KerberosTickets {
  readonly #realms: Realms
  readonly #accounts = new Recent<Account>(MOST_ACCOUNTS)
  readonly #turns = new Map<string, Promise<unknown>>()
  readonly waits: typeof WAITS

  constructor(realms: Realms, waits = WAITS) {
    this.#realms = realms
    this.waits = waits
  }

  /** Undefined where no KDC is known. Rejects with KerberosFailure. */
  async ticketFor(
    login: KerberosLogin,
    host: string,
    options: TicketOptions = {},
  ): Promise<Ticket | undefined> {
    if (isIP(host.replace(/^\[|\]$/g, '')) !== 0) return undefined
    const { signal } = options
    if (signal === undefined) return this.#ticket(login, host, options)
    try {
      return await untilAborted(this.#ticket(login, host, options), signal)
    } catch (error) {
      throw signal.aborted && !(error instanceof KerberosFailure) ? calledOff() : error
    }
  }

  async #ticket(login: KerberosLogin, host: string, options: TicketOptions): Promise<Ticket | undefined> {
    const home = await this.#realms.homeOf(login.user, host)
    if (home === undefined) return undefined
    const account = this.#account(login)
    return (
      kept(account, host) ??
      this.#inTurn(home.realm, () => new Errand(account, login, home, this.#ways(options)).run(host))
    )
  }

  /** Where a realm's KDC is looked for, for people. */
  sought({ user }: KerberosLogin, host: string): string[] {
    return this.#realms.candidates(user, host)
  }

  /** The server did not take it: the next one is new. */
  forget(login: KerberosLogin, host: string): void {
    this.#account(login).services.delete(host)
  }

  #account({ user, password }: KerberosLogin): Account {
    const name = createHash('sha256').update(`${user}\0${password}`).digest('base64')
    const account = this.#accounts.get(name) ?? { services: new Recent<Ticket>(MOST_SERVICES) }
    this.#accounts.set(name, account)
    return account
  }

  #ways({ lookup, signal }: TicketOptions): Ways {
    return {
      serversOf: (realm) => this.#realms.serversOf(realm),
      askOf: (realm, servers) => (question) =>
        askKdc(question, { servers, realm, lookup, signal, ...this.waits }),
    }
  }

  async #inTurn<T>(realm: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(realm) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#turns.set(realm, mine)
    try {
      return await mine
    } finally {
      if (this.#turns.get(realm) === mine) this.#turns.delete(realm)
    }
  }
}

type Home = { realm: string; servers: KdcAddress[] }
type Ways = {
  serversOf: (realm: string) => Promise<KdcAddress[]>
  askOf: (realm: string, servers: KdcAddress[]) => Ask
}

const isGood = ({ authenticatedAt, endsAt }: Ticket): boolean =>
  Date.now() < endsAt - Math.min(EARLIER_MS, (endsAt - authenticatedAt) / 2)

function kept({ services }: Account, host: string): Ticket | undefined {
  const ticket = services.get(host)
  return ticket !== undefined && isGood(ticket) ? ticket : undefined
}

/** From account and password to the ticket for one server. */
class Errand {
  readonly #account: Account
  readonly #login: KerberosLogin
  readonly #home: Home
  readonly #ways: Ways

  constructor(account: Account, login: KerberosLogin, home: Home, ways: Ways) {
    this.#account = account
    this.#login = login
    this.#home = home
    this.#ways = ways
  }

  async run(host: string): Promise<Ticket> {
    const account = this.#account
    // Somebody may have got it, or been refused, while this one waited.
    const found = kept(account, host)
    if (found !== undefined) return found
    if (account.failed !== undefined && account.failed.until > performance.now()) throw account.failed.failure
    try {
      if (account.granting === undefined || !isGood(account.granting))
        account.granting = await this.#granting()
      const ticket = await this.#forService(account.granting, host)
      account.services.set(host, ticket)
      return ticket
    } catch (error) {
      if (!(error instanceof KerberosFailure)) throw error
      const ms =
        error.code === KdcError.wrongPassword ? REFUSED_MS : error.kind === 'unreachable' ? AWAY_MS : 0
      if (ms > 0) account.failed = { failure: error, until: performance.now() + ms }
      // One that the KDC takes no more, as it was set up anew.
      else delete account.granting
      throw error
    }
  }

  async #granting(): Promise<Ticket> {
    const { realm: home } = this.#home
    let { realm, servers } = { ...this.#home, realm: home }
    const [client, ...others] = principals(this.#login.user, home)
    let name = client!
    let asked = askedRealm(this.#login.user, home)
    for (let no = 0; no < MOST_REALMS; no++) {
      const ask = this.#ways.askOf(realm, servers)
      try {
        return await this.#named(realm, 'krbtgt', () =>
          signIn(ask, { realm: asked, client: name, password: this.#login.password }),
        )
      } catch (error) {
        if (!(error instanceof KdcRefusal)) throw error
        const { code, clientRealm } = error.error
        if (code === KdcError.wrongRealm && clientRealm !== undefined && clientRealm !== asked) {
          realm = asked = clientRealm
          servers = await this.#servers(realm)
        } else if (code === KdcError.unknownClient && others.length > 0) name = others.shift()!
        else throw failureOfError(error.error, this.#asked(realm, `krbtgt/${realm}`))
      }
    }
    throw this.#circle(realm)
  }

  async #forService(granting: Ticket, host: string): Promise<Ticket> {
    const service = { type: NameType.service, parts: ['HTTP', host] }
    let ticket = granting
    const seen = new Set<string>()
    while (seen.size < MOST_REALMS) {
      const realm = grantedRealm(ticket)
      if (seen.has(realm)) break
      seen.add(realm)
      const servers = realm === this.#home.realm ? this.#home.servers : await this.#servers(realm)
      const ask = this.#ways.askOf(realm, servers)
      try {
        const shown = ticket
        ticket = await this.#named(realm, `HTTP/${host}`, () =>
          ticketForService(ask, shown, { realm, service }),
        )
      } catch (error) {
        if (!(error instanceof KdcRefusal)) throw error
        throw failureOfError(error.error, this.#asked(realm, `HTTP/${host}`))
      }
      if (!isGranting(ticket)) return ticket
    }
    throw this.#circle(grantedRealm(ticket))
  }

  /** What else goes wrong gets its sentence. */
  async #named<T>(realm: string, service: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof NoPasswordTaken)
        throw new KerberosFailure(
          'refused',
          `The KDC of ${realm} takes no password of ${this.#login.user}: it wants a smart card or an armoured sign-in (FAST). Use an account without that.`,
        )
      if (!(error instanceof SyntaxFault)) throw error
      throw new KerberosFailure(
        'protocol',
        `The KDC of ${realm} sent a broken answer about ${service} (${error.message}).`,
        { cause: error },
      )
    }
  }

  async #servers(realm: string): Promise<KdcAddress[]> {
    const servers = await this.#ways.serversOf(realm)
    if (servers.length > 0) return servers
    throw new KerberosFailure('refused', `${noKdc([realm])}.`)
  }

  #circle(realm: string): KerberosFailure {
    return failureOfError(
      { code: KdcError.wrongRealm, time: 0, clientRealm: undefined, text: '', data: undefined },
      this.#asked(realm, ''),
    )
  }

  #asked(realm: string, service: string) {
    return { realm, user: this.#login.user, service, now: Date.now() }
  }
}

/** Without a full stop. */
export const noKdc = (realms: readonly string[]): string =>
  `No KDC of ${realms.join(' or ')} is known: DNS has no _kerberos._tcp of it, and the setting kerberos.controllers names none`

const isGranting = ({ service }: Ticket): boolean => service.parts[0]?.toLowerCase() === 'krbtgt'

/** The realm whose KDC takes a ticket for tickets. */
const grantedRealm = ({ service, clientRealm }: Ticket): string => service.parts[1] ?? clientRealm

/** `CORP\svc`: a domain controller knows its domain by that name too (MS-KILE 3.3.5.6), and leads on where it is another's. */
function askedRealm(user: string, home: string): string {
  const { domain, isUpn } = partsOfUser(user)
  return isUpn || domain === '' || home.split('.')[0] === domain ? home : domain
}

/** `svc@corp.example` is a name as a whole in Active Directory, whose first part elsewhere alone is one. */
function principals(user: string, home: string): PrincipalName[] {
  const { name, domain, isUpn } = partsOfUser(user)
  const plain = { type: NameType.principal, parts: [name] }
  if (!isUpn) return [plain]
  const whole = { type: NameType.enterprise, parts: [user] }
  return domain === home ? [whole, plain] : [whole]
}
