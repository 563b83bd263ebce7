import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { MailboxReader, MailboxRef, MailboxWriter, StagedBody } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Scope, Store, Writer } from '#src/domain/store.ts'
import { Bodies } from '#src/store/bodies/bodies.ts'
import { Segments } from '#src/store/bodies/segments.ts'
import { DataKey } from '#src/store/data-key.ts'
import type { Driver, Sql } from '#src/store/driver/driver.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'
import { mailboxReader } from '#src/store/mailbox/reader.ts'
import { mailboxWriter } from '#src/store/mailbox/writer.ts'
import { store } from '#src/store/migrations/0001-store.ts'
import { mailbox } from '#src/store/migrations/0003-mailbox.ts'
import { events } from '#src/store/migrations/0010-events.ts'
import { configurations } from '#src/store/migrations/0011-configurations.ts'
import { readMarks } from '#src/store/migrations/0014-read-marks.ts'
import { digests } from '#src/store/migrations/0018-digests.ts'
import { changedItems } from '#src/store/migrations/0019-changed-items.ts'
import { rowsAsTheyCame } from '#src/store/migrations/0024-rows-as-they-came.ts'
import { folderChangedAt } from '#src/store/migrations/0027-folder-changed-at.ts'
import { Sequence } from '#src/store/sequence.ts'
import type { Keys, NewMailbox, OpenMailbox, Session } from '#src/store/session.ts'

/** The mailbox store over a database in memory and keys that no provider holds; transactions run one by one. */
export type MemorySession = {
  /** The same as the domain sees it: mailboxes only. */
  store: Store
  session: Session
  bodies: Bodies
  reader: MailboxReader
  /** Runs in a transaction that is undone when `work` fails. */
  write<T>(work: (writer: MailboxWriter, sql: Sql) => Promise<T>): Promise<T>
  stage(at: MailboxRef, octets: Uint8Array | string): Promise<StagedBody>
  newRef(organization?: OrganizationId): MailboxRef
  /** Time as the writer sees it. */
  clock: { now: number }
  close(): Promise<void>
}

export const anOrganization = (): OrganizationId => `m-${randomBytes(16).toString('hex')}` as OrganizationId

export async function memorySession(): Promise<MemorySession> {
  const sql = new SqliteConnection(':memory:')
  for (const migration of [
    store,
    mailbox,
    events,
    configurations,
    readMarks,
    digests,
    changedItems,
    folderChangedAt,
    rowsAsTheyCame,
  ]) {
    for (const statement of migration.up(sqliteDialect)) await sql.run(statement)
  }
  const folder = mkdtempSync(join(tmpdir(), 'mailbox-test-'))
  let turn: Promise<unknown> = Promise.resolve()
  const transact = <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const run = async () => {
      sql.runNow('BEGIN')
      try {
        const value = await work(sql)
        sql.runNow('COMMIT')
        return value
      } catch (error) {
        sql.runNow('ROLLBACK')
        throw error
      }
    }
    const result = turn.then(run, run)
    turn = result.catch(() => undefined)
    return result
  }
  const driver = { read: sql, transact } as unknown as Driver
  const numbers = new Sequence(driver, 'store')
  const segments = await Segments.open(folder)
  const bodies = new Bodies(numbers, segments)
  const keys = new MemoryKeys()
  const session: Session = { sql, keys }
  const clock = { now: Date.UTC(2026, 2, 3) }
  const reader = mailboxReader(session, bodies)
  const mailboxes = {
    now: () => clock.now,
    mailboxes: reader,
    transact: <T>(_: Scope, work: (writer: Writer) => Promise<T>) =>
      transact((inside) => {
        const writer = mailboxWriter({ sql: inside, keys }, bodies, () => clock.now)
        return work({ mailboxes: writer } as Writer)
      }),
    stageBody: (at: MailboxRef, sizeBytes: number, source: AsyncIterable<Uint8Array>) =>
      bodies.stage(keys, at, sizeBytes, source),
  }
  return {
    store: mailboxes as unknown as Store,
    session,
    bodies,
    clock,
    reader,
    write: (work) =>
      transact((inside) =>
        work(
          mailboxWriter({ sql: inside, keys }, bodies, () => clock.now),
          inside,
        ),
      ),
    stage: (at, octets) => {
      const bytes = Buffer.from(octets)
      return bodies.stage(keys, at, bytes.length, chunks(bytes))
    },
    newRef: (organization = anOrganization()) => ({ organization, mailbox: randomUUID() as MailboxId }),
    close: async () => {
      await segments.close()
      sql.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

class MemoryKeys implements Keys {
  readonly #opened = new Map<string, Promise<OpenMailbox>>()
  #next = 1

  async organization(): Promise<DataKey> {
    return new DataKey(Buffer.alloc(32, 1))
  }

  mailbox(at: MailboxRef): Promise<OpenMailbox> {
    const refused = () => Promise.reject(new Refusal('no-such-mailbox', `There is no mailbox ${at.mailbox}.`))
    return this.#opened.get(`${at.organization}/${at.mailbox}`) ?? refused()
  }

  newMailbox(at: MailboxRef): NewMailbox {
    const fresh = {
      no: this.#next++,
      key: new DataKey(randomBytes(32)),
      keyRef: 'memory:1',
      wrappedKey: randomBytes(32),
    }
    this.#opened.set(`${at.organization}/${at.mailbox}`, Promise.resolve(fresh))
    return fresh
  }

  destroyed(at: MailboxRef): void {
    this.#opened.delete(`${at.organization}/${at.mailbox}`)
  }
}
