import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store, Writer } from '#src/domain/store.ts'
import { DataKey } from '#src/store/data-key.ts'
import { directoryReader } from '#src/store/directory/reader.ts'
import { directoryWriter } from '#src/store/directory/writer.ts'
import { syncReader } from '#src/store/directory-sync/reads.ts'
import type { Migration, Row, Sql, Value } from '#src/store/driver/driver.ts'
import { sqliteDialect } from '#src/store/driver/sqlite.ts'
import { keptPlan } from '#src/store/driver/sqlite-connection.ts'
import { directory } from '#src/store/migrations/0002-directory.ts'
import { directorySync } from '#src/store/migrations/0008-directory-sync.ts'
import { availability } from '#src/store/migrations/0012-availability.ts'
import { migration } from '#src/store/migrations/0013-migration.ts'
import { mailFrom } from '#src/store/migrations/0021-mail-from.ts'
import type { Session } from '#src/store/session.ts'

/** A database in memory that counts its statements. */
export class MemorySql implements Sql {
  readonly database = new Database(':memory:')
  readonly statements: string[] = []

  constructor(migrations: readonly Migration[]) {
    for (const migration of migrations) {
      for (const text of migration.up(sqliteDialect)) this.database.exec(text)
    }
  }

  async all<R extends Row = Row>(text: string, ...values: Value[]): Promise<R[]> {
    this.statements.push(text)
    return this.database.prepare(text).all(...values) as R[]
  }

  async get<R extends Row = Row>(text: string, ...values: Value[]): Promise<R | undefined> {
    this.statements.push(text)
    return this.database.prepare(text).get(...values) as R | undefined
  }

  async run(text: string, ...values: Value[]): Promise<number> {
    this.statements.push(text)
    return this.database.prepare(text).run(...values).changes
  }

  /** Tables whose rows belong to an organisation; what hangs on a mailbox goes with the mailbox. */
  ownedTables(): string[] {
    const tables = this.database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string
    }[]
    return tables.flatMap(({ name }) => {
      const columns = this.database.prepare(`PRAGMA table_info(${name})`).all() as { name: string }[]
      return columns.some((column) => column.name === 'org') ? [name] : []
    })
  }

  /** How SQLite would find the rows. */
  plan(text: string, ...values: Value[]): string[] {
    const rows = this.database.prepare(`EXPLAIN QUERY PLAN ${keptPlan(text)}`).all(...values) as {
      detail: string
    }[]
    return rows.map(({ detail }) => detail)
  }
}

/** A store in memory with directories that work and mailboxes of which only the existence is known. */
export type MemoryStore = {
  store: Store
  sql: MemorySql
  session: Session
  mailboxes: Set<MailboxId>
}

/** Organisations get fixed keys; with `locked`, an organisation's key is out of reach. */
export function memoryStore(
  organizations: readonly OrganizationId[],
  locked: Set<OrganizationId> = new Set(),
): MemoryStore {
  const sql = new MemorySql([directory, directorySync, availability, migration, mailFrom])
  const mailboxes = new Set<MailboxId>()
  const session: Session = {
    sql,
    keys: {
      organization: async (id) => {
        if (!organizations.includes(id))
          throw new Refusal('no-such-organization', `There is no organisation ${id}.`)
        if (locked.has(id)) throw new Refusal('key-unavailable', `The key of ${id} is disabled.`)
        return new DataKey(createHash('sha256').update(id).digest())
      },
      mailbox: absent,
      newMailbox: absent,
      destroyed: absent,
    },
  }
  let turn: Promise<unknown> = Promise.resolve()
  const store = {
    organizations: {
      get: async (id: OrganizationId) => {
        await session.keys.organization(id)
        return { id, settings: { interoperability: false } }
      },
    },
    directory: directoryReader(session),
    directorySync: syncReader(session),
    transact<T>(scope: Parameters<Store['transact']>[0], work: (writer: Writer) => Promise<T>): Promise<T> {
      const run = async () => {
        await session.keys.organization(scope.organization)
        sql.database.exec('BEGIN')
        const before = [...mailboxes]
        try {
          const result = await work({
            directory: directoryWriter(session),
            mailboxes: fakeMailboxes(mailboxes),
          } as Writer)
          sql.database.exec('COMMIT')
          return result
        } catch (error) {
          sql.database.exec('ROLLBACK')
          mailboxes.clear()
          for (const mailbox of before) mailboxes.add(mailbox)
          throw error
        }
      }
      const result = turn.then(run)
      turn = result.catch(() => undefined)
      return result
    },
  }
  return { store: store as unknown as Store, sql, session, mailboxes }
}

function fakeMailboxes(mailboxes: Set<MailboxId>): Writer['mailboxes'] {
  const fake = {
    createMailbox: async (at: MailboxRef) => void mailboxes.add(at.mailbox),
    destroyMailbox: async (at: MailboxRef) => void mailboxes.delete(at.mailbox),
  }
  return fake as unknown as Writer['mailboxes']
}

function absent(): never {
  throw new Error('The store in memory has no mailboxes')
}
