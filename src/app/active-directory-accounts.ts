import { type BindSignIn, bindNameOf, type DomainAccount } from '#connectors/active-directory/bind-sign-in.ts'
import { type DomainOptions, domainNamed } from '#connectors/active-directory/controllers.ts'
import { type KnownAccount, parseLoginName } from '#connectors/active-directory/directory-sign-in.ts'
import { baseOf } from '#connectors/active-directory/open-domain.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import type { Login } from '#src/domain/directory/login/authenticator.ts'
import { failuresAmong, failuresIn } from '#src/domain/directory/login/kept-failures.ts'
import { findOrganizationOf } from '#src/domain/directory/recipient.ts'
import type { ActiveDirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import type { KnownObject } from '#src/domain/directory-sync/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { activeDirectoryOptions } from './directory-sources.ts'

type Deps = {
  store: Pick<Store, 'directory' | 'directorySync' | 'mailboxes' | 'transact'>
  /** Asks the domain controllers of that connection. */
  open: (connection: ActiveDirectoryConnection) => BindSignIn
  /** Epoch milliseconds. */
  now: () => number
}

type Named = { organization: OrganizationId; connection: ActiveDirectoryConnection }
type Found = { user: Entry; object: NonNullable<KnownObject['object']> }

/** Which directories are connected is looked up again after this long, for names whose domain is no mail domain. */
const KNOWN_MS = 60_000
const PAGE = 100

/** Finds whose account in Active Directory a login means: only users that the sync has marked as coming from there. */
export class ActiveDirectoryAccounts {
  readonly #deps: Deps
  readonly #opened = new Map<OrganizationId, { text: string; signIn: BindSignIn }>()
  readonly #signIns = new WeakMap<DomainAccount, BindSignIn>()
  #connected: { all: Promise<readonly Named[]>; until: number } | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Who checks the password of an account that `find` gave. */
  signInOf(account: DomainAccount): BindSignIn {
    return this.#signIns.get(account)!
  }

  /** By address, UPN, `DOMAIN\user` or, in an organisation, user name; undefined for everybody else, and where it is not sure who. */
  async find(login: Login): Promise<KnownAccount | undefined> {
    const found: KnownAccount[] = []
    for (const { organization, connection } of await this.#candidates(login)) {
      const account = await this.#findIn(organization, connection, login.name)
      if (account !== undefined) found.push(account)
    }
    return found.length === 1 ? found[0] : undefined
  }

  async #findIn(
    organization: OrganizationId,
    connection: ActiveDirectoryConnection,
    name: string,
  ): Promise<KnownAccount | undefined> {
    const found = await this.#named(organization, connection, name)
    const account = found?.object.account
    if (found === undefined || account == null) return undefined
    const domain = domainsOf(connection).find((each) => partitionOf(each) === found.object.partition)
    const { upn, sam } = account
    const { mailbox } = found.user
    if (domain === undefined || (upn === null && sam === null)) return undefined
    const { authenticationMode } = await this.#deps.store.directory.settings(organization)
    // Then no password is good enough, and the directory's own way says so.
    if (authenticationMode === 'IDENTITY_PROVIDER_ONLY') return undefined
    const known: DomainAccount = {
      key: `${organization}/${found.object.guid}`,
      domain: domain.name,
      bindName: bindNameOf({ upn, sam: sam ?? '' }, domain.name),
      ...(account.master !== undefined && { master: account.master }),
      memory:
        mailbox === null
          ? failuresAmong(this.#deps.store, organization, found.object.guid)
          : failuresIn(this.#deps.store, { organization, mailbox }),
    }
    this.#signIns.set(known, this.#opens(organization, connection))
    return { organization, user: found.user, account: known }
  }

  async #named(
    organization: OrganizationId,
    connection: ActiveDirectoryConnection,
    text: string,
  ): Promise<Found | undefined> {
    const { directory, directorySync } = this.#deps.store
    const bySam = (sam: string, domain: DomainOptions | undefined) =>
      domain && directorySync.findAccount(organization, { sam, partition: partitionOf(domain) })
    const name = parseLoginName(text)
    if ('netbios' in name)
      return this.#ofObject(
        organization,
        await bySam(name.sam, domainNamed(domainsOf(connection), name.netbios)),
      )
    if ('bare' in name) {
      const user = await directory.findEntry(organization, { name: name.bare, kind: 'user' })
      if (user?.name === name.bare) return this.#ofEntry(organization, user)
      for (const domain of domainsOf(connection)) {
        const found = await this.#ofObject(organization, await bySam(name.bare, domain))
        if (found !== undefined) return found
      }
      return undefined
    }
    const addressed = await directory.findEntry(organization, { address: name.at })
    // Whose address it is, is meant, even where somebody else's UPN reads the same.
    if (addressed !== undefined) return this.#ofEntry(organization, addressed)
    const at = name.at.lastIndexOf('@')
    const suffix = name.at.slice(at + 1).toLowerCase()
    const object =
      (await directorySync.findAccount(organization, { upn: name.at })) ??
      // The one that every account has without saying so (MS-ADTS 5.1.1.1.1).
      (await bySam(
        name.at.slice(0, at),
        domainsOf(connection).find((each) => each.name.toLowerCase() === suffix),
      ))
    return this.#ofObject(organization, object)
  }

  async #ofEntry(organization: OrganizationId, user: Entry): Promise<Found | undefined> {
    if (user.source === undefined || user.kind !== 'user') return undefined
    const { guid } = user.source
    const known = await this.#deps.store.directorySync.findKnown(organization, { guid })
    return known?.object && known.state !== 'gone' ? { user, object: known.object } : undefined
  }

  async #ofObject(organization: OrganizationId, known: KnownObject | undefined): Promise<Found | undefined> {
    if (known?.entry == null || known.object === null) return undefined
    const user = await this.#deps.store.directory.findEntry(organization, { id: known.entry })
    if (user?.kind !== 'user' || user.source?.guid !== known.guid) return undefined
    return { user, object: known.object }
  }

  /** Organisations that a login can mean, as far as they read an Active Directory. */
  async #candidates(login: Login): Promise<readonly Named[]> {
    if (login.organization !== undefined) return this.#one(login.organization)
    const name = parseLoginName(login.name)
    if ('bare' in name) return []
    if ('netbios' in name) {
      const all = await this.#all()
      return all.filter(({ connection }) => domainNamed(domainsOf(connection), name.netbios) !== undefined)
    }
    const owner = await findOrganizationOf(this.#deps.store.directory, name.at)
    if (owner !== undefined) return this.#one(owner.organization)
    const suffix = name.at.slice(name.at.lastIndexOf('@') + 1).toLowerCase()
    const all = await this.#all()
    return all.filter(({ connection }) =>
      domainsOf(connection).some((each) => each.name.toLowerCase() === suffix),
    )
  }

  async #one(organization: OrganizationId): Promise<readonly Named[]> {
    const connection = await this.#deps.store.directorySync.findConnection(organization)
    return connection?.kind === 'active-directory' ? [{ organization, connection }] : []
  }

  #all(): Promise<readonly Named[]> {
    const now = this.#deps.now()
    if (this.#connected === undefined || this.#connected.until <= now)
      this.#connected = { all: this.#listed(), until: now + KNOWN_MS }
    return this.#connected.all
  }

  async #listed(): Promise<readonly Named[]> {
    const { directorySync } = this.#deps.store
    const named: Named[] = []
    for (let after: OrganizationId | null = null; ; ) {
      const page: Awaited<ReturnType<typeof directorySync.listSynchronized>> =
        await directorySync.listSynchronized(after, PAGE)
      for (const { organization } of page) {
        try {
          named.push(...(await this.#one(organization)))
        } catch (error) {
          // One organisation whose key is out of reach keeps nobody else out.
          if (!(error instanceof Refusal)) throw error
        }
      }
      if (page.length < PAGE) return named
      after = page.at(-1)!.organization
    }
  }

  /** The same as long as the connection is: it knows its servers, and what was tried. */
  #opens(organization: OrganizationId, connection: ActiveDirectoryConnection): BindSignIn {
    const text = JSON.stringify(connection)
    const kept = this.#opened.get(organization)
    if (kept?.text === text) return kept.signIn
    const signIn = this.#deps.open(connection)
    this.#opened.set(organization, { text, signIn })
    return signIn
  }
}

const domainsOf = (connection: ActiveDirectoryConnection): readonly DomainOptions[] =>
  activeDirectoryOptions(connection).domains
const partitionOf = (domain: DomainOptions): string => baseOf(domain).toLowerCase()
