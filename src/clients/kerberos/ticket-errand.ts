import type { Recent } from '#src/base/recent.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { encryptions, strongEncryptions } from '#src/wire/kerberos/encryption.ts'
import { KdcError, NameType, type PrincipalName } from '#src/wire/kerberos/messages.ts'
import type { KdcAddress } from './ask-kdc.ts'
import {
  type Ask,
  isGranting,
  KdcRefusal,
  NoPasswordTaken,
  signIn,
  type Ticket,
  ticketForService,
} from './exchanges.ts'
import { failureOfError, KerberosFailure, printable } from './kerberos-failure.ts'
import { partsOfUser } from './realms.ts'

export type KerberosLogin = { user: string; password: string }

/** What is known of a login. */
export type Account = {
  granting?: Ticket
  services: Recent<Ticket>
  /** What the KDC, or its silence, said last. */
  failed?: { failure: KerberosFailure; until: number }
  /** Ends when it is known, and told above, what the KDC says of a proof that was sent to it. */
  proving?: PromiseWithResolvers<void> | undefined
}

/** A wrong password is not tried again at once by whoever else has it: that locks the account. */
const REFUSED_MS = 60_000
/** A KDC that was away. */
const AWAY_MS = 30_000
/** Realms that a question is passed on to. */
const MOST_REALMS = 5
/** As far as clocks may differ. */
const EARLIER_MS = 5 * 60_000
/** A ticket tells the groups of its account, and so its rights, as they were when it was asked for. */
const FRESH_MS = 15 * 60_000

type Home = { realm: string; servers: KdcAddress[] }
export type Ways = {
  serversOf: (realm: string) => Promise<KdcAddress[]>
  isConfigured: (realm: string) => boolean
  askOf: (realm: string, servers: KdcAddress[]) => Ask
}

/** Whether a server still takes it, whichever clock is ahead. */
export const isGood = ({ authenticatedAt, endsAt }: Ticket): boolean =>
  Date.now() < endsAt - Math.min(EARLIER_MS, (endsAt - authenticatedAt) / 2)

/** Whether nobody need ask for another one. */
export const isFresh = (ticket: Ticket): boolean =>
  isGood(ticket) && Date.now() < ticket.authenticatedAt + FRESH_MS

/** From account and password to the ticket for one server. */
export class TicketErrand {
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
    const found = account.services.get(host)
    if (found !== undefined && isFresh(found)) return found
    if (account.failed !== undefined && account.failed.until > performance.now()) throw account.failed.failure
    try {
      const ticket = await this.#ticket(host)
      account.services.set(host, ticket)
      return ticket
    } catch (error) {
      if (!(error instanceof KerberosFailure)) throw error
      const ms =
        error.code === KdcError.wrongPassword ? REFUSED_MS : error.kind === 'unreachable' ? AWAY_MS : 0
      if (ms > 0) account.failed = { failure: error, until: performance.now() + ms }
      throw error
    } finally {
      this.#proven()
    }
  }

  #proven(): void {
    this.#account.proving?.resolve()
    this.#account.proving = undefined
  }

  async #ticket(host: string): Promise<Ticket> {
    const account = this.#account
    const { granting } = account
    if (granting !== undefined && isFresh(granting)) {
      try {
        return await this.#forService(granting, host)
      } catch (error) {
        if (!(error instanceof KerberosFailure) || error.kind !== 'refused') throw error
        if (error.code === KdcError.unknownService) throw error
        // The KDC may take it no more, as its key or the account is another.
      }
    }
    account.granting = await this.#granting()
    this.#proven()
    return this.#forService(account.granting, host)
  }

  async #granting(): Promise<Ticket> {
    const { realm: home } = this.#home
    let { realm, servers } = { ...this.#home, realm: home }
    const [client, ...others] = principals(this.#login.user, home)
    let name = client!
    let asked = askedRealm(this.#login.user, home)
    for (let no = 0; no < MOST_REALMS; no++) {
      const plain = this.#ways.askOf(realm, servers)
      const ask: Ask = (question, hasProof) => {
        if (hasProof) this.#account.proving ??= Promise.withResolvers()
        return plain(question, hasProof)
      }
      try {
        return await this.#named(realm, 'krbtgt', () =>
          signIn(ask, {
            realm: asked,
            client: name,
            password: this.#login.password,
            encryptions: this.#ways.isConfigured(realm) ? encryptions : strongEncryptions,
          }),
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
    throw noKdc([realm])
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

export const noKdc = (realms: readonly string[]): KerberosFailure =>
  new KerberosFailure(
    'refused',
    realms.length === 0
      ? 'Neither the account nor the server tells a realm.'
      : `No KDC of ${printable(realms.join(' or '))} is known: DNS has no _kerberos._tcp of it, and the setting kerberos.controllers names none.`,
  )

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
