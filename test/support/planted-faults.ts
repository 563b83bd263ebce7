/** Sources of every kind that are well, each with what a test spoils of it, for pre-flights by the real connectors. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { ExchangeSourceOptions } from '#connectors/exchange/exchange-source.ts'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSourceOptions } from '#connectors/imap/server.ts'
import { openMigrationSource } from '#src/app/migration-sources.ts'
import { openWorkMailSource } from '#src/app/workmail-source.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import type { DnsFound, PreflightDns } from '#src/domain/migration/engine/preflight/preflight-dns.ts'
import { preflightPart } from '#src/domain/migration/engine/preflight/preflight-part.ts'
import type {
  Batch,
  CheckLine,
  SourceConfig,
  SourceKind,
} from '#src/domain/migration/engine/project/project.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { type Script, scriptedExchange } from '#test/connectors/exchange/scripted-exchange.ts'
import { exchangeUser, type MigrationSite, migrationSite, oldExchange } from './migration-site.ts'
import { appendMessage, temporaryStore } from './store.ts'
import { reply, type StubHttps, type StubRequest, stubHttps } from './stub-https.ts'
import { type StubFolder, type StubMailbox, stubImapMailbox } from './stub-imap-mailbox.ts'

export const ANNA = 'anna@corp.example'

/** A batch of Anna alone, all of which is well. */
export type Stand = {
  site: MigrationSite
  kind: SourceKind
  /** Of source "old". */
  config: Partial<Pick<SourceConfig, 'url' | 'user' | 'options'>>
  /** By `TYPE name`; what is not among them is well. Null: nobody answers. */
  dns: Map<string, DnsFound | null>
  /** Hosts that nobody knows. */
  lost: Set<string>
  freeBytes: number
  batch: Pick<Batch, 'startAfter' | 'completeAfter'>
  exchange: { script: Script; options: (server: StubHttps) => Partial<ExchangeSourceOptions> }
  /** Absent: the one that answers as `api` says to who wants a token. */
  apiUrl?: string
  api: (asked: StubRequest) => void
  imap: { folders: StubFolder[]; options: Partial<ImapSourceOptions>; special: StubMailbox['special'] }
  /** With the files, or the data folder, of those who move. */
  folder: string
  open: () => Promise<MailboxSource> | MailboxSource
  /** By its lines. */
  look(): Promise<readonly CheckLine[]>
}

const { signal } = new AbortController()
const packaged = createRequire(import.meta.url).resolve('pst-extractor')
const PST = join(dirname(packaged), '..', 'example', 'testdata', 'enron.pst')
const HOST = 'mail.lb.example'

const token = (asked: StubRequest) => reply(asked, 200, '{"Token":"t","ExpiresIn":900}')

/** Ends with the test. */
export async function standOf(kind: SourceKind, t: TestContext): Promise<Stand> {
  const site = await migrationSite(['anna'])
  t.after(() => site.close())
  const folder = await (kind === 'landbridge' ? otherLandbridge(t) : folderWithFile(t))
  const stand: Stand = {
    ...{
      site,
      kind,
      config: kind === 'landbridge' ? { options: { organization: 'example' } } : {},
      folder,
      freeBytes: 2 ** 40,
      lost: new Set(),
    },
    dns: new Map([
      ['MX corp.example', { values: [HOST], ttlSeconds: 300 }],
      ['CNAME autodiscover.corp.example', { values: [HOST], ttlSeconds: 300 }],
      ['TXT corp.example', { values: [`v=spf1 a:${HOST} -all`], ttlSeconds: 300 }],
    ]),
    batch: { startAfter: null, completeAfter: null },
    exchange: { script: {}, options: () => ({}) },
    api: token,
    imap: {
      folders: [{ name: 'INBOX', messages: [] }],
      options: {},
      special: undefined,
    },
    open: async () => openers[kind](stand, t),
    look: () => look(stand),
  }
  await site.store.transact({ organization: site.organization }, async ({ directory }) => {
    const settings = await directory.settings(site.organization)
    await directory.putSettings(site.organization, { ...settings, routingDomain: 'lb.corp.example' })
  })
  return stand
}

async function look(stand: Stand): Promise<readonly CheckLine[]> {
  const { site, kind, config, batch } = stand
  const login = { ...oldExchange, kind, url: stand.folder, options: {}, ...config }
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putSource(site.organization, site.project.id, { config: login, secret: null }),
  )
  const dns: PreflightDns = {
    here: { mx: HOST, autodiscover: HOST, spf: `a:${HOST}` },
    async look(name, type) {
      const found = stand.dns.get(`${type} ${name}`)
      if (found === null) throw new Error('timeout')
      return found ?? { values: [], ttlSeconds: null }
    },
    resolves: async (host) => !stand.lost.has(host),
  }
  const opened: MailboxSource[] = []
  const deps = {
    ...{ store: site.store, dns, signal, now: () => site.clock.now() },
    freeBytes: async () => stand.freeBytes,
    async openSource() {
      const source = await stand.open()
      opened.push(source)
      return source
    },
  }
  try {
    const whole = { from: null, isOver: () => false }
    const part = await preflightPart(deps, await site.current(), batch as Batch, await site.members(), whole)
    return part.lines
  } finally {
    for (const source of opened) await source.close()
  }
}

async function folderWithFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-faults-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await copyFile(PST, join(folder, `${ANNA}.pst`))
  return folder
}

const openers: Record<SourceKind, (stand: Stand, t: TestContext) => Promise<MailboxSource>> = {
  async exchange({ exchange }, t) {
    const server = await scriptedExchange(exchange.script)
    t.after(() => server.end())
    return server.source(exchange.options(server.stub))
  },
  async workmail({ exchange, ...stand }, t) {
    const server = await scriptedExchange(exchange.script)
    t.after(() => server.end())
    const api = await stubHttps((asked) => stand.api(asked))
    t.after(() => api.close())
    return openWorkMailSource({
      ...{
        organization: 'm-1',
        role: 'r-1',
        region: 'eu-west-1',
        key: { id: 'AKIDEXAMPLE', secret: 'geheim' },
      },
      ...{ spool: server.spool, version: '0.0.0', retryMs: [1, 1] },
      api: { endpoint: stand.apiUrl ?? api.url, ca: api.pair.cert },
      ews: {
        url: `${server.stub.url}/EWS/Exchange.asmx`,
        tls: { ca: server.stub.pair.cert },
        ...exchange.options(server.stub),
      },
    })
  },
  async imap({ imap }, t) {
    const server = await stubImapMailbox(imap.folders, { capabilities: 'CONDSTORE' })
    t.after(() => server.close())
    server.special = imap.special
    return openImapSource({
      ...{ host: '127.0.0.1', port: server.port, tls: { mode: 'clear' }, connections: 1 },
      signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: 'geheim' }) },
      ...imap.options,
    })
  },
  pst: (stand) => ofFolder(stand),
  landbridge: (stand) => ofFolder(stand),
}

/** As the service opens it; nothing of these is spooled. */
const ofFolder = async ({ kind, folder, config }: Stand): Promise<MailboxSource> =>
  openMigrationSource(
    { config: { ...oldExchange, kind, url: folder, ...config }, secret: null },
    undefined as unknown as Spool,
  )

/** The data folder of another Landbridge, in which Anna has a message of 2 MB. */
async function otherLandbridge(t: TestContext): Promise<string> {
  const other = await temporaryStore()
  const { store, organization, mailboxes } = other
  await store.transact({ organization: organization.id }, async ({ directory }) => {
    await directory.createEntry(organization.id, {
      ...exchangeUser('anna'),
      ...{ role: 'USER', home: 'local', target: null, mailbox: mailboxes[0]!.mailbox },
    } as NewEntry)
  })
  await appendMessage(store, mailboxes[0]!, 'large', 2 ** 21)
  await store.close()
  t.after(() => rm(other.folder, { recursive: true, force: true }))
  return other.folder
}

/** What is planted in a stand that is well, and the line of the pre-flight that names it. */
export type Planted = {
  what: string
  kinds: readonly SourceKind[]
  plant: (stand: Stand, t: TestContext) => unknown
  state: 'failed' | 'warning'
  /** The line that names it. */
  name: RegExp
  found: RegExp
  remedy: RegExp
}

export const everywhere = ['exchange', 'workmail', 'imap', 'pst', 'landbridge'] as const
export const servers = ['exchange', 'workmail', 'imap'] as const
export const ews = ['exchange', 'workmail'] as const
export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** One row of a table: what is wrong, with which kinds of sources, how it comes about, and the line that names it. */
export const fault = (
  what: string,
  kinds: Planted['kinds'],
  plant: Planted['plant'],
  [state, name, found, remedy]: readonly [Planted['state'], string, RegExp, RegExp],
): Planted => ({ what, kinds, plant, state, name: new RegExp(`^(${name})$`), found, remedy })
