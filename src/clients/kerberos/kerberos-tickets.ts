import { createHash } from 'node:crypto'
import { isIP, type LookupFunction } from 'node:net'
import { Recent } from '#src/base/recent.ts'
import { untilAborted } from '#src/base/until-aborted.ts'
import { askKdc, calledOff } from './ask-kdc.ts'
import type { Ticket } from './exchanges.ts'
import { KerberosFailure } from './kerberos-failure.ts'
import type { Realms } from './realms.ts'
import {
  type Account,
  isFresh,
  isGood,
  type KerberosLogin,
  noKdc,
  TicketErrand,
  type Ways,
} from './ticket-errand.ts'

type TicketOptions = {
  lookup?: LookupFunction | undefined
  signal?: AbortSignal | undefined
  /** After it nothing new is asked for, and nothing waited for but what a KDC says of a proof that it has been sent. */
  choice?: AbortSignal | undefined
}

/** The first two are for each KDC; `choiceMs` is how long a server is kept waiting that takes something else too. */
const WAITS = { connectMs: 1_500, timeoutMs: 5_000, choiceMs: 3_000 }
const MOST_ACCOUNTS = 100
const MOST_SERVICES = 20

/**
 * Tickets for web servers (`HTTP/host`), got with an account and its password (RFC 4120 over TCP). They are kept in memory for a
 * quarter of an hour, and until shortly before they end while no KDC answers. Of one realm, and with one password, one thing is asked at
 * a time: what one KDC says of a wrong password keeps it from the others.
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

  /** Rejects with KerberosFailure; whoever hears of `choice` by it may try the password elsewhere. */
  async ticketFor(login: KerberosLogin, host: string, options: TicketOptions = {}): Promise<Ticket> {
    if (isIP(host.replace(/^\[|\]$/g, '')) !== 0)
      throw new KerberosFailure('refused', `${host} is no name, and there are tickets for names alone.`)
    const { lookup, signal, choice } = options
    const ends = [signal, choice].filter((end) => end !== undefined)
    if (ends.length === 0) return this.#ticket(login, host, options)
    const ended = AbortSignal.any(ends)
    try {
      return await untilAborted(this.#ticket(login, host, { lookup, signal: ended }), ended)
    } catch (error) {
      if (!ended.aborted || (error instanceof KerberosFailure && error.kind !== 'aborted')) throw error
      if (!signal?.aborted) await this.#proofSaid(login, signal)
      throw calledOff()
    }
  }

  /** Waits for what is said of a proof that is on its way, as long as a KDC may take. Rejects where the account is refused. */
  async #proofSaid(login: KerberosLogin, signal: AbortSignal | undefined): Promise<void> {
    const account = this.#account(login)
    const said = account.proving?.promise
    if (said === undefined) return
    await (signal === undefined ? said : untilAborted(said, signal).catch(() => undefined))
    if (account.failed?.failure.kind === 'account') throw account.failed.failure
  }

  async #ticket(login: KerberosLogin, host: string, options: TicketOptions): Promise<Ticket> {
    const account = this.#account(login)
    const found = account.services.get(host)
    if (found !== undefined && isFresh(found)) return found
    try {
      return await this.#newTicket(account, login, host, options)
    } catch (error) {
      const isAway = error instanceof KerberosFailure && error.kind === 'unreachable'
      if (found !== undefined && isGood(found) && isAway) return found
      throw error
    }
  }

  async #newTicket(
    account: Account,
    login: KerberosLogin,
    host: string,
    options: TicketOptions,
  ): Promise<Ticket> {
    const home = await this.#realms.homeOf(login.user, host)
    if (home === undefined) throw noKdc(this.#realms.candidates(login.user, host))
    const errand = new TicketErrand(account, login, home, this.#ways(options))
    // Always in this order: nobody who has the turn of a realm waits for another one.
    return this.#inTurn(`account ${nameOf(login)}`, () =>
      this.#inTurn(`realm ${home.realm}`, () => errand.run(host)),
    )
  }

  /** The server did not take it: the next one is new. */
  forget(login: KerberosLogin, host: string): void {
    this.#account(login).services.delete(host)
  }

  #account(login: KerberosLogin): Account {
    const name = nameOf(login)
    const account = this.#accounts.get(name) ?? { services: new Recent<Ticket>(MOST_SERVICES) }
    this.#accounts.set(name, account)
    return account
  }

  #ways({ lookup, signal }: TicketOptions): Ways {
    return {
      serversOf: (realm) => this.#realms.serversOf(realm),
      isConfigured: (realm) => this.#realms.isConfigured(realm),
      askOf: (realm, servers) => async (question, hasProof) => {
        const reach = { servers, realm, lookup, once: hasProof, ...this.waits }
        if (!hasProof) return askKdc(question, { ...reach, signal })
        if (signal?.aborted) throw calledOff()
        // Once it is sent it may be counted: whoever has the same password waits in turn for what is said of it.
        return askKdc(question, reach)
      },
    }
  }

  async #inTurn<T>(of: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(of) ?? Promise.resolve()
    const mine = before.then(work, work)
    this.#turns.set(of, mine)
    try {
      return await mine
    } finally {
      if (this.#turns.get(of) === mine) this.#turns.delete(of)
    }
  }
}

const nameOf = ({ user, password }: KerberosLogin): string =>
  createHash('sha256').update(`${user}\0${password}`).digest('base64')
