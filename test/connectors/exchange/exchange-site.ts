/** A Landbridge that plays the Exchange server, and a source that reads it. */

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { connect } from 'node:tls'
import { type ExchangeSourceOptions, openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { impersonationToken } from '#connectors/workmail/impersonation-token.ts'
import type {
  MailboxSource,
  ReadItem,
  SourceChange,
  SourceFolder,
  SourceItem,
  SourceMailbox,
  SourceOctets,
} from '#src/domain/migration/source.ts'
import { openSpool, type Spool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { type EwsSite, openEwsSite } from '#test/protocols/ews/ews-site.ts'
import { HOST_NAME, PASSWORD } from '#test/stories/mail-site.ts'

/** Never aborts: a time from the start of the file on would end the tests of a busy machine. */
export const { signal } = new AbortController()

export type ExchangeSite = EwsSite & {
  spool: Spool
  /** How it is reached. */
  addressed: Pick<ExchangeSourceOptions, 'url' | 'lookup' | 'tls'>
  /** Without an address nobody signs in: the options say how. */
  source(address: string, options?: Partial<ExchangeSourceOptions>): MailboxSource
  open(address: string, options?: Partial<ExchangeSourceOptions>): Promise<SourceMailbox>
}

export async function testSpool(): Promise<{ spool: Spool; end(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-source-'))
  const spool = await openSpool({
    folder,
    room: new SpoolRoom(4 * 1024 ** 3),
    full: () => new Error('The spool is full'),
  })
  return {
    spool,
    end: async () => {
      assert.equal(spool.usedBytes, 0, 'everything that was spooled is let go of')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Every name is that of this machine. */
export const here: LookupFunction = (_, options, done) => {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}

/** The self-signed certificate of a service, as its own authority. */
export function certificateOf(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate()
      socket.end()
      resolve(`-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`)
    })
    socket.once('error', reject)
  })
}

export async function openExchangeSite(): Promise<ExchangeSite> {
  const site = await openEwsSite()
  const ca = await certificateOf(site.port('web'))
  const { spool, end } = await testSpool()
  const addressed = {
    url: `https://${HOST_NAME}:${site.port('web')}/EWS/Exchange.asmx`,
    lookup: here,
    tls: { ca },
  }
  const opened: MailboxSource[] = []
  const source: ExchangeSite['source'] = (address, options = {}) => {
    const made = openExchangeSource({
      ...addressed,
      ...(address !== '' && { login: { user: address, password: PASSWORD, scheme: 'basic' as const } }),
      access: 'own-rights',
      spool,
      version: '0.0.0',
      retryMs: [1, 1],
      ...options,
    })
    opened.push(made)
    return made
  }
  return {
    ...site,
    spool,
    addressed,
    source,
    open: (address, options) => source(address, options).open(address, signal),
    async end() {
      for (const one of opened) await one.close()
      await site.end()
      await end()
    },
  }
}

/** For the tests of a file: a site with these users; what it answered is judged at the end. */
export async function exchangeSiteWith(...names: readonly string[]): Promise<ExchangeSite> {
  const site = await openExchangeSite()
  after(async () => {
    try {
      site.judge()
    } finally {
      await site.end()
    }
  })
  for (const name of names) await site.user(name)
  return site
}

export async function foldersOf(mailbox: SourceMailbox): Promise<SourceFolder[]> {
  return Array.fromAsync(mailbox.folders(signal))
}

export async function folderOf(mailbox: SourceMailbox, role: string): Promise<SourceFolder> {
  const found = (await foldersOf(mailbox)).find((folder) => folder.role === role)
  assert.ok(found, `there is no ${role}`)
  return found
}

/** All changes since a cursor, in pages. */
export async function allChanges(
  mailbox: SourceMailbox,
  folder: SourceFolder,
  cursor: string | null = null,
  limit = 512,
): Promise<{ changes: SourceChange[]; cursor: string; pages: number; restarted: boolean }> {
  const changes: SourceChange[] = []
  let at = cursor
  let restarted = false
  for (let pages = 1; ; pages++) {
    const page = await mailbox.changes(folder, at, limit, signal)
    changes.push(...page.changes)
    at = page.cursor
    restarted ||= page.restarted
    if (!page.more) return { changes, cursor: at, pages, restarted }
    assert.ok(pages < 1_000, 'the pages have no end')
  }
}

export type Taken = SourceItem & { octets: Buffer; files: { name: string; octets: Buffer }[] }

export async function octetsOf(source: SourceOctets): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of source.open(signal)) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

export const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex')

/** Everything of a folder, with its octets. */
export async function allItems(
  mailbox: SourceMailbox,
  folder: SourceFolder,
): Promise<{ items: Taken[]; failed: Extract<ReadItem, { kind: 'failed' }>[] }> {
  const { changes } = await allChanges(mailbox, folder)
  const keys = changes.flatMap((change) => (change.kind === 'item' ? change.key : []))
  const items: Taken[] = []
  const failed: Extract<ReadItem, { kind: 'failed' }>[] = []
  for await (const read of mailbox.items(folder, keys, signal)) {
    if (read.kind === 'failed') {
      failed.push(read)
      continue
    }
    const { item } = read
    const octets = item.message === null ? Buffer.alloc(0) : await octetsOf(item.message)
    const files: Taken['files'] = []
    for (const one of item.attachments) files.push({ name: one.name, octets: await octetsOf(one) })
    items.push({ ...item, octets, files })
  }
  return { items, failed }
}

/** Of the folder with this role. */
export async function itemTitled(
  mailbox: SourceMailbox,
  role: string,
  title: string,
): Promise<Taken | undefined> {
  const { items } = await allItems(mailbox, await folderOf(mailbox, role))
  return items.find((each) => each.title === title)
}

/** Mailboxes of the site, read as those of Amazon WorkMail are: over a role that may read all of them. */
export async function sourceOverRole(site: ExchangeSite): Promise<MailboxSource> {
  const { ImpersonationRoleId } = await site.call('CreateImpersonationRole', {
    ...{ Name: 'migration', Type: 'READ_ONLY' },
    Rules: [{ ImpersonationRuleId: 'all', Effect: 'ALLOW' }],
  })
  const { admin: client, organization } = site
  const authorization = impersonationToken({ client, organization, role: String(ImpersonationRoleId) })
  return site.source('', { authorization, access: 'impersonation' })
}
