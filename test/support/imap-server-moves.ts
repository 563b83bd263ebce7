import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSignIn } from '#connectors/imap/sign-in.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { LEASE_MS } from '#src/domain/migration/engine/ledger/page-run.ts'
import type { MailboxSource, SourceItem, SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { sampleMessage, toAppend } from './imap-mail.ts'
import { mailboxHere, mailboxThere } from './imap-truth.ts'
import { ManualClock } from './manual-clock.ts'
import { type MigratedMailbox, migratedMailbox } from './migrated-mailbox.ts'
import { IMAP_PASSWORD, type ImapServerProcess } from './unpacked-imap.ts'

const { signal } = new AbortController()

type Server = ImapServerProcess & { user(name: string): Promise<string> }

export type ImapServerKind = {
  name: string
  skip: string | false
  start(): Promise<Server>
  /** The whole name of a folder of these levels. */
  path(...levels: string[]): string
  /** It takes characters beyond the first plane in names of folders. */
  emoji: boolean
  signIn: ImapSignIn
}

/** Tests that copy a mailbox of a server with what happens to it in between, compared octet by octet. */
export function copiesWhole({ name, skip, start, path, emoji, signIn }: ImapServerKind): void {
  describe(`${name} as a source`, { skip, timeout: 300_000 }, () => {
    let server: Server
    let login: string
    let session: ImapSession
    let source: MailboxSource
    let copy: MigratedMailbox
    const clock = new ManualClock()
    let stopClock: () => void
    /** Whole names there, and paths here. */
    const places = new Map<string, string>()

    const open = (as = login) =>
      openImapSession({
        ...{ host: '127.0.0.1', port: server.port, tls: server.tls },
        credentials: { name: as, password: IMAP_PASSWORD },
      })
    const put = async (at: string, no: number, flags: readonly string[] = []) => {
      await session.append(at, {
        ...toAppend(sampleMessage(no, name), flags),
        date: { epochMs: Date.UTC(2020, 1, 3, 4, 5, no % 60), zoneMinutes: 60 },
      })
    }
    const make = async (...levels: string[]) => {
      const at = path(...levels)
      await session.create(at)
      places.set(at, `/${levels.join('/')}`)
      return at
    }
    const same = async () => {
      const there = await mailboxThere(session, [...places.keys()])
      const here = await mailboxHere(copy.store, copy.at)
      for (const [at, mine] of places) assert.deepEqual(here[mine], there[at], `${at} and ${mine}`)
      const known = new Set(places.values())
      const more = Object.entries(here).filter(([mine, items]) => !known.has(mine) && items.length > 0)
      assert.deepEqual(more, [])
    }

    const openAnyhow = async (until: AbortSignal): Promise<SourceMailbox> => {
      for (;;)
        try {
          return await source.open(login, until)
        } catch (error) {
          // Its server was killed.
          if (!(error instanceof SourceFailure) || error.kind !== 'transient') throw error
          await pause(20, undefined, { signal: until })
        }
    }

    before(async () => {
      server = await start()
      login = await server.user('anna')
      session = await open()
      source = openImapSource({ host: '127.0.0.1', port: server.port, tls: server.tls, signIn })
      stopClock = clock.leap()
      copy = await migratedMailbox(
        { ...source, open: (_, until) => openAnyhow(until) },
        { clock, settings: { deletesHere: true } },
      )
      places.set('INBOX', '/Inbox')
    })
    after(async () => {
      stopClock?.()
      session?.destroy()
      await copy?.remove()
      await server?.end()
    })

    it('is copied with names of folders, flags, keywords, dates and octets', async () => {
      const one = await make('Übersicht & 日本')
      const below = await make('Projekte', 'Müller')
      if (emoji) await put(await make('Feier 😀'), 5)
      for (let no = 10; no < 30; no++) await put('INBOX', no)
      await put(one, 30, ['\\Seen', '\\Flagged', 'Work', '$Label1', '$Forwarded'])
      await put(one, 31, ['\\Answered', '\\Draft'])
      await put(below, 32, ['\\Deleted'])
      const large = Buffer.concat([sampleMessage(99, 'large'), Buffer.alloc(2_000_000, 'large text\r\n')])
      await session.append(below, toAppend(large))
      const odd = Buffer.from('Subject: odd\r\n\r\nlone \r and \n, and the end without one')
      await session.append('INBOX', toAppend(odd)).catch(() => undefined)
      await copy.pass()
      await same()
    })

    it('and what changed since', async () => {
      const one = path('Übersicht & 日本')
      await session.select('INBOX')
      await session.store(NumberSet.of([1, 2]), 'add', ['\\Seen', 'Later'])
      await session.store(NumberSet.of([3]), 'add', ['\\Deleted'])
      await session.expunge(NumberSet.of([3]))
      await session.move(NumberSet.of([4, 5]), one)
      for (const no of [40, 41]) await put('INBOX', no)
      await copy.pass()
      await same()
      assert.equal((await copy.pass()).items, 0)
      await same()
    })

    it('folders that get another name, are deleted, and are made anew under their name', async () => {
      const old = path('Übersicht & 日本')
      await session.select('INBOX')
      await session.rename(old, path('Umbenannt'))
      places.delete(old)
      places.set(path('Umbenannt'), '/Umbenannt')
      const anew = await make('Anew')
      for (const no of [50, 51, 52]) await put(anew, no)
      const gone = await make('Gone')
      await put(gone, 53)
      await copy.pass()
      await same()
      await session.select('INBOX')
      await session.delete(gone)
      places.delete(gone)
      await session.delete(anew)
      await session.create(anew)
      for (const no of [52, 54]) await put(anew, no)
      await copy.pass()
      await same()
      assert.ok(!('/Gone' in (await mailboxHere(copy.store, copy.at))))
    })

    it('while messages come and go, the server is killed, and so are we', async () => {
      const busy = await make('Busy')
      for (let no = 100; no < 140; no++) await put(busy, no)
      const ended = new AbortController()
      const killed = copy.pass({ signal: ended.signal }).catch(() => 'ended')
      await session.select('INBOX')
      await session.store(NumberSet.of([6, 7]), 'add', ['\\Deleted'])
      await session.expunge(NumberSet.of([6, 7]))
      ended.abort(new Error('killed'))
      await killed
      clock.advance(LEASE_MS + 1)
      const pass = copy.pass({ same: true })
      await server.kill()
      await server.start()
      await pass
      session.destroy()
      session = await open()
      await session.select(busy)
      await session.store(NumberSet.ofBounds([3, 9]), 'add', ['\\Deleted'])
      await session.expunge(NumberSet.ofBounds([3, 9]))
      await copy.pass()
      await same()
    })

    it('and nothing of others, whose rights are told as addresses', async () => {
      const bert = await server.user('bert')
      const other = await open(bert)
      await other.create(path('Theirs'))
      await other.setAcl({ mailbox: path('Theirs'), identifier: login, change: 'set', rights: 'lrs' })
      await other.append(path('Theirs'), toAppend(sampleMessage(70, name)))
      await other.logout()
      await session.setAcl({ mailbox: path('Umbenannt'), identifier: bert, change: 'set', rights: 'lrs' })
      await copy.pass()
      await same()
      const mailbox = await source.open(login, signal)
      const { folderGrants, untoldFolders } = await mailbox.settings(signal)
      const folders = await Array.fromAsync(mailbox.folders(signal))
      await mailbox.close()
      assert.deepEqual(
        folderGrants.map(({ folder, grantee }) => [folders.find(({ key }) => key === folder)?.name, grantee]),
        [['Umbenannt', bert]],
      )
      assert.deepEqual(untoldFolders, [])
    })

    it('and it takes back what came in here', async () => {
      const mailbox = await source.open(login, signal)
      const { makeFolder, mark, put: give, change } = mailbox.returns!
      const first = await makeFolder!({ name: 'Zurück', class: 'message' }, null, signal)
      const below = await makeFolder!({ name: 'Darunter', class: 'message' }, first, signal)
      const octets = sampleMessage(80, name)
      const item: SourceItem = {
        ...{ key: 'here', version: '1', match: null, class: 'message', title: 'back', properties: {} },
        ...{ receivedAt: Date.UTC(2026, 5, 1, 10), flags: Flag.seen, keywords: ['Work'], content: null },
        ...{ attachments: [], losses: [] },
        message: {
          sizeBytes: octets.length,
          async *open() {
            yield octets
          },
        },
      }
      const since = await mark(first, signal)
      const told = await give(first, item, { token: 't', mark: since, again: false }, signal)
      const again = await give(first, item, { token: 't', mark: since, again: true }, signal)
      assert.equal(again.key, told.key)
      const known = { ...told, title: 'back', folder: first, class: 'message' } as const
      const order = { token: 't', mark: await mark(below, signal), again: false }
      const marks = { flags: Flag.seen | Flag.flagged, keywords: ['Work'] }
      const moved = await change(known, { marks, to: below }, order, signal)
      assert.deepEqual(moved.losses, [])
      await mailbox.close()
      places.set(path('Zurück'), '/Zurück')
      places.set(path('Zurück', 'Darunter'), '/Zurück/Darunter')
      const there = await mailboxThere(session, [path('Zurück'), path('Zurück', 'Darunter')])
      assert.deepEqual(
        Object.values(there).map((lines) => lines.length),
        [0, 1],
      )
      await copy.pass()
      await same()
    })
  })
}
