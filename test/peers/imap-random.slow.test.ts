/**
 * Scenario 13 of migration.md 5 over IMAP: mailboxes of real servers, and of ours, that are filled and changed at random are here as they
 * are there, octet by octet; also through a proxy that ends connections, says answers twice, and holds them back.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSourceOptions } from '#connectors/imap/server.ts'
import type { ImapTls } from '#src/clients/imap/connect.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { LEASE_MS } from '#src/domain/migration/engine/ledger/page-run.ts'
import { LanePostponed } from '#src/domain/migration/engine/project/retry.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { randomNumbers } from '#test/fuzz/random.ts'
import { courier, startCourier } from '#test/support/courier.ts'
import { CYRUS_ADMIN, cyrus, startCyrus } from '#test/support/cyrus.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { openPlace } from '#test/support/imap-places.ts'
import { mailboxHere, mailboxThere } from '#test/support/imap-truth.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { type RandomImapMailbox, randomImapMailbox } from '#test/support/random-imap-mailbox.ts'
import { IMAP_PASSWORD } from '#test/support/unpacked-imap.ts'
import { type UnrulyProxy, unrulyProxy } from '#test/support/unruly-proxy.ts'

const SEED = 20_261_123
const MESSAGES = 60
/** In each pass. */
const MISDEEDS = 10

type Server = {
  port: number
  tls: ImapTls
  /** How a proxy comes to it, without STARTTLS. */
  behind: Parameters<typeof unrulyProxy>[0]
  path(...levels: string[]): string
  emoji: boolean
  signIn: ImapSourceOptions['signIn']
  password: string
  user(name: string): Promise<string>
  end(): Promise<void>
}

const own = (password: string): ImapSourceOptions['signIn'] => ({
  kind: 'own',
  credentialsOf: async (name) => ({ name, password }),
})

async function placed(name: 'Dovecot' | 'Landbridge'): Promise<Server> {
  const place = await openPlace(name)
  const ca = await readFile(place.ca, 'utf8')
  return {
    ...{ port: place.port, tls: { mode: 'implicit', verifyName: 'localhost', ca }, emoji: true },
    behind: { port: place.port, tls: { ca } },
    path: (...levels) => levels.join('/'),
    ...{ signIn: own(place.password), password: place.password },
    user: (who) => place.user(who),
    end: () => place.end(),
  }
}

const servers: Record<string, { skip: string | false; start(): Promise<Server> }> = {
  Dovecot: { skip: dovecot.skip, start: () => placed('Dovecot') },
  Landbridge: { skip: false, start: () => placed('Landbridge') },
  Cyrus: {
    skip: cyrus.skip,
    async start() {
      const server = await startCyrus({ allowplaintext: 'yes' })
      const signIn = {
        kind: 'master',
        name: CYRUS_ADMIN,
        password: IMAP_PASSWORD,
        form: 'authorization',
      } as const
      const more = { behind: { port: server.port }, emoji: true, signIn, password: IMAP_PASSWORD }
      return { ...server, ...more, path: (...levels) => levels.join('/') }
    },
  },
  Courier: {
    skip: courier.skip,
    async start() {
      const server = await startCourier()
      const more = { behind: { port: server.port }, emoji: false, password: IMAP_PASSWORD }
      return {
        ...server,
        ...more,
        signIn: own(IMAP_PASSWORD),
        path: (...levels) => ['INBOX', ...levels].join('.'),
      }
    },
  },
}

/** Where each folder of the source lies here. */
async function places(copy: MigratedMailbox): Promise<Map<string, string>> {
  const here = new Map((await copy.folders()).map((folder) => [folder.no, folder]))
  const pathOf = (no: number): string => {
    const { parent, name, distinguished } = here.get(no as never)!
    return distinguished === 'msgfolderroot' || parent === null ? '' : `${pathOf(parent)}/${name}`
  }
  const rows = await copy.store.migration.listLedgerFolders(copy.at, 'old')
  const there = new Map(rows.map((row) => [row.key, row]))
  const levelsOf = (key: string): string[] => {
    const { parent, name } = there.get(key)!
    return [...(parent === null ? [] : levelsOf(parent)), name]
  }
  return new Map(
    rows.flatMap((row) => (row.gone ? [] : [[levelsOf(row.key).join('\0'), pathOf(row.target)] as const])),
  )
}

/** As the engine does: what a server could not do just now is tried again, and goes on where it was. */
async function wholePass(copy: MigratedMailbox, clock: ManualClock, mayFail: boolean): Promise<void> {
  for (let same = false; ; same = true)
    try {
      await copy.pass({ same })
      return
    } catch (error) {
      const isAway = error instanceof SourceFailure && error.kind === 'transient'
      if (!mayFail || !(isAway || error instanceof LanePostponed)) throw error
      clock.advance(LEASE_MS + 1)
    }
}

/** As `migrate retry`. Answers what was named. */
async function askAgain({ store, at }: MigratedMailbox): Promise<readonly string[]> {
  const { rows } = await store.migration.listLedgerItems(at, { after: null, limit: 1_000 })
  const skipped = rows.filter(({ state }) => state === 'skipped')
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ migration }) => {
    for (const row of skipped) await migration.putLedgerItem(at, { ...row, state: 'pending' })
  })
  const folders = await store.migration.listLedgerFolders(at, 'old')
  return [
    ...skipped.map(({ problem }) => problem),
    ...folders.flatMap(({ losses }) => losses.map(({ reason }) => reason)),
  ]
}

async function compare(what: string, session: ImapSession, random: RandomImapMailbox, copy: MigratedMailbox) {
  const at = await places(copy)
  const here = await mailboxHere(copy.store, copy.at)
  const paths = random.folders.map((levels) => random.path(levels))
  const there = await mailboxThere(session, paths)
  for (const levels of random.folders) {
    const place = at.get(levels.join('\0'))
    assert.ok(place !== undefined, `${what}: ${levels.join(' > ')} is not known`)
    assert.deepEqual(here[place], there[random.path(levels)], `${what}: ${levels.join(' > ')}`)
    delete here[place]
  }
  assert.deepEqual(
    Object.entries(here).filter(([, items]) => items.length > 0),
    [],
    what,
  )
}

for (const [name, { skip, start }] of Object.entries(servers))
  describe(`random mailboxes of ${name}`, { skip, timeout: 580_000 }, () => {
    for (const how of ['as they are', 'through an unruly proxy'] as const)
      test(how, async (t) => {
        const server = await start()
        t.after(() => server.end())
        const random = randomNumbers(SEED)
        const login = await server.user('anna')
        const { port, tls, password } = server
        const session = await openImapSession({
          ...{ host: '127.0.0.1', port, tls },
          credentials: { name: login, password },
        })
        t.after(() => session.destroy())
        const there = randomImapMailbox(session, random, server)
        await there.fill(MESSAGES)
        const proxy: UnrulyProxy | undefined =
          how === 'as they are' ? undefined : await unrulyProxy(server.behind, randomNumbers(SEED + 1))
        t.after(() => proxy?.close())
        const sizes = { together: 9, pieceBytes: 50_000 }
        const calm = openImapSource({ host: '127.0.0.1', port, tls, signIn: server.signIn, sizes })
        const source =
          proxy === undefined
            ? calm
            : openImapSource({
                ...{ host: '127.0.0.1', port: proxy.port, tls: { mode: 'clear' }, compress: false },
                ...{ signIn: server.signIn, sizes },
                deadlines: { silenceMs: 4_000, stallMs: 4_000, endMs: 2_000, hurriedMs: 4_000 },
              })
        let isCalm = false
        const clock = new ManualClock()
        t.after(clock.leap())
        const copy = await migratedMailbox(
          { ...source, open: (_, until) => (isCalm ? calm : source).open(login, until) },
          { clock, settings: { deletesHere: true } },
        )
        t.after(() => copy.remove())
        for (let no = 1; no <= (proxy ? 2 : 3); no++) {
          if (no > 1) await there.change(15)
          if (proxy) proxy.left = MISDEEDS
          await wholePass(copy, clock, proxy !== undefined)
          if (proxy) {
            t.diagnostic(`pass ${no}: ${[...proxy.done].join(' ')}; left ${proxy.left}`)
            isCalm = true
            // What could not be had by then is named, and comes once somebody asks for it again.
            for (const problem of await askAgain(copy)) t.diagnostic(problem)
            await wholePass(copy, clock, false)
            isCalm = false
          }
          await compare(`pass ${no}`, session, there, copy)
        }
      })
  })
