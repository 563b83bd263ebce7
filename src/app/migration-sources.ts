import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { KnownRoles } from '#connectors/exchange/known-roles.ts'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSignIn } from '#connectors/imap/sign-in.ts'
import { publicOnly } from '#connectors/internet-mail/public-lookup.ts'
import { openLandbridgeSource } from '#connectors/landbridge/landbridge-source.ts'
import { openPstSource } from '#connectors/pst/pst-source.ts'
import { Recent } from '#src/base/recent.ts'
import type { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import type { SourceConfig, SourceKind, SourceLogin } from '#src/domain/migration/engine/project/project.ts'
import { partsOf, sourceFault } from '#src/domain/migration/engine/project/source-config.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { type DataLock, DataLocked, FolderOpenToOthers, lockDataFolder } from '#src/store/lock.ts'
import { openStore } from '#src/store/open.ts'
import { mailboxLogins, requireLogins } from './mailbox-logins.ts'
import { SharedOpening } from './shared-opening.ts'
import { version } from './version.ts'
import { openWorkMailSource } from './workmail-source.ts'

type Opening = { login: SourceLogin; spool: Spool; kerberos: KerberosTickets | undefined }

/** By address of the server and account: sources are closed as soon as nobody reads from them, and opened for the next pass. */
const roles = new Recent<KnownRoles>(4)

function rolesAt({ url, user }: SourceConfig): KnownRoles {
  const name = JSON.stringify([url, user])
  const known = roles.get(name) ?? new KnownRoles()
  roles.set(name, known)
  return known
}

/** One line for each kind of system that mailboxes come from. */
const openers: Readonly<Record<SourceKind, (opening: Opening) => MailboxSource | Promise<MailboxSource>>> = {
  exchange: ({ login, spool, kerberos }) =>
    openExchangeSource({
      ...overHttps(login.config, spool),
      ...connectionsOf(login.config),
      archive: partsOf(login.config).includes('archive'),
      recoverable: partsOf(login.config).includes('recoverable'),
      login: loginOf(login),
      kerberos,
      knownRoles: rolesAt(login.config),
    }),
  workmail: ({ login, spool }) => {
    const { user, password } = loginOf(login)
    const { url, tls, lookup } = { lookup: undefined, ...overHttps(login.config, spool) }
    return openWorkMailSource({
      organization: option(login.config, 'organization'),
      role: option(login.config, 'role'),
      region: option(login.config, 'region'),
      key: { id: user, secret: password },
      spool,
      version,
      ews: { url, tls, ...(lookup && { lookup }) },
      ...connectionsOf(login.config),
    })
  },
  imap: ({ login }) => imapSource(login),
  pst: ({ login }) =>
    openPstSource({ fileOf: (mailbox) => join(login.config.url, `${plainName(mailbox)}.pst`) }),
  landbridge: ({ login, spool }) => landbridgeSource(login.config, spool),
}

/** Opens a configured source; without `kerberos` no tickets are asked for. Refuses `invalid-configuration`. */
export async function openMigrationSource(
  login: SourceLogin,
  spool: Spool,
  kerberos?: KerberosTickets,
): Promise<MailboxSource> {
  const fault = sourceFault(login.config)
  if (fault !== undefined) throw invalid(`Source "${login.config.id}": ${fault}`)
  return openers[login.config.kind]({ login, spool, kerberos })
}

function overHttps({ url, tls, anywhere }: SourceConfig, spool: Spool) {
  const { authorities, minVersion } = tls ?? {}
  return {
    url,
    spool,
    version,
    tls: {
      ...(authorities !== undefined && { ca: authorities }),
      ...(minVersion !== undefined && { minVersion }),
    },
    ...(!anywhere && { lookup: publicOnly('migration sources named at this machine') }),
  }
}

function loginOf({ config, secret }: SourceLogin): { user: string; password: string } {
  if (config.user === null || secret === null)
    throw invalid(
      `Source "${config.id}" has no user or no password. Give both${
        config.kind === 'imap'
          ? ', or the passwords of the mailboxes with --option logins=FILE where there is no master account'
          : ''
      }.`,
    )
  return { user: config.user, password: secret }
}

const connectionsOf = ({ options: { connections } }: SourceConfig): { connections?: number } =>
  connections === undefined ? {} : { connections: Number(connections) }

function option({ id, options }: SourceConfig, name: string): string {
  const value = options[name]
  if (value === undefined) throw invalid(`Source "${id}" lacks its option "${name}".`)
  return value
}

function imapSource(login: SourceLogin): MailboxSource {
  const url = new URL(login.config.url)
  const implicit = url.protocol === 'imaps:'
  const { tls } = login.config
  const { authorities: ca, minVersion } = tls ?? {}
  return openImapSource({
    host: url.hostname,
    port: Number(url.port) || (implicit ? 993 : 143),
    tls: {
      mode: implicit ? 'implicit' : 'starttls',
      ...(ca !== undefined && { ca }),
      ...(minVersion !== undefined && { minVersion }),
    },
    signIn: imapSignIn(login),
    ...connectionsOf(login.config),
  })
}

function imapSignIn(login: SourceLogin): ImapSignIn {
  const { form = 'authorization', logins } = login.config.options
  if (logins !== undefined)
    return { kind: 'own', credentialsOf: mailboxLogins(logins), requireAll: () => requireLogins(logins) }
  const { user: name, password } = loginOf(login)
  return { kind: 'master', name, password, form }
}

type OpenFolder = { store: Store; lock: DataLock }

/** A folder is locked by the process; several migrations, and a preview meanwhile, read from it through one opening. */
const folders = new SharedOpening<OpenFolder>()

/** A data folder or backup of another Landbridge on this machine, with its keys beside it. */
async function landbridgeSource(config: SourceConfig, spool: Spool): Promise<MailboxSource> {
  const place = resolve(config.url)
  const keys = resolve(config.options.keys ?? join(place, 'keys'))
  const alias = option(config, 'organization')
  const { value, release } = await folders.use(
    `${place}\n${keys}`,
    () => openFolder(place, keys),
    closeFolder,
  )
  try {
    const organization = await value.store.organizations.find({ alias })
    if (organization === undefined) throw invalid(`There is no organisation "${alias}" in ${place}.`)
    const { store } = value
    const source = openLandbridgeSource({
      ...{ store, organization: organization.id, place },
      recoverable: partsOf(config).includes('recoverable'),
      returns: { store, spool },
    })
    return {
      ...source,
      async close() {
        await source.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function openFolder(folder: string, keyFolder: string): Promise<OpenFolder> {
  // A name that is mistyped is no new folder.
  if (!existsSync(folder)) throw invalid(`There is no folder ${folder}. Name the data folder with --url.`)
  const lock = locked(folder)
  try {
    const keys = localKeyFiles(keyFolder)
    return { lock, store: await openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind }) }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function closeFolder({ store, lock }: OpenFolder): Promise<void> {
  await store.close()
  lock.release()
}

function locked(folder: string): DataLock {
  try {
    return lockDataFolder(folder, { mayBeBackup: true })
  } catch (error) {
    if (error instanceof FolderOpenToOthers) throw invalid(error.message)
    if (!(error instanceof DataLocked)) throw error
    const { pid } = error
    const who =
      pid === null ? 'another process' : pid === process.pid ? 'this very service' : `process ${pid}`
    throw invalid(
      `The data folder ${folder} is in use by ${who}, and only one may have it open. End that one, or name a backup of the folder as the source.`,
    )
  }
}

/** Addresses name files; nothing in them leads out of the folder. */
function plainName(mailbox: string): string {
  if (/[/\\\0]/.test(mailbox) || mailbox.startsWith('.'))
    throw invalid(`"${mailbox}" is no name that a file can have.`)
  return mailbox
}

const invalid = (message: string): Refusal => new Refusal('invalid-configuration', message)
