import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { lookupText } from '#src/domain/directory/address.ts'
import type { EntryKind } from '#src/domain/directory/entry.ts'
import type { DirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import { noCounts } from '#src/domain/directory-sync/report.ts'
import type {
  KnownObject,
  Link,
  ObjectState,
  StagedObject,
  SyncReader,
  SyncRecord,
  SyncState,
} from '#src/domain/directory-sync/store.ts'
import { addressKeyOnce } from '../directory/entries.ts'
import { pageOf, pageSize } from '../directory/page.ts'
import type { Value } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import {
  formKey,
  KNOWN_COLUMNS,
  type KnownRow,
  openKnown,
  openStaged,
  placeKey,
  SETTLED,
  STAGED_COLUMNS,
  type StagedRow,
  samKey,
  sidKey,
  upnKey,
} from './object-row.ts'
import { portions, them } from './portions.ts'
import { decidedAfter, stagedAfter } from './staged-rows.ts'

export const connectionPlace = (org: OrganizationId): string => `directory-connection:${org}`
export const statePlace = (org: OrganizationId): string => `directory-sync:${org}`

/** Of an organisation whose directory was never read. */
export const freshState: SyncState = {
  positions: [],
  lastFullAt: null,
  counts: noCounts,
  runs: [],
  pending: null,
}

/** What is kept of the runs of an organisation. */
export type SyncRow = {
  connected: number
  sealed_state: Uint8Array | null
  next_run: number
  applying: number | null
  applying_step: number | null
  applying_after: string | null
  waiting: number | null
  synchronized_at: number | null
  due_at: number
  objects: number
  leased_until: number | null
  last_run_ms: number | null
}

/** Reads what was read from directories elsewhere. */
export function syncReader({ sql, keys }: Session): SyncReader {
  const staged = (org: OrganizationId, run: number, guid: string) =>
    sql.get<StagedRow>(
      `SELECT ${STAGED_COLUMNS} FROM source_staged WHERE org = ? AND run = ? AND guid = ?`,
      org,
      run,
      guid,
    )
  return {
    async findSync(org): Promise<SyncRecord | undefined> {
      const key = await keys.organization(org)
      const row = await sql.get<SyncRow>(
        `SELECT CASE WHEN sealed_connection IS NULL THEN 0 ELSE 1 END AS connected, sealed_state, next_run, applying, applying_step, applying_after, waiting,
           synchronized_at, due_at, objects, leased_until, last_run_ms FROM directory_sync WHERE org = ?`,
        org,
      )
      return (
        row && {
          isConnected: row.connected === 1,
          state: row.sealed_state ? key.openJson<SyncState>(statePlace(org), row.sealed_state) : freshState,
          nextRun: row.next_run,
          applying: row.applying,
          applyingAt:
            row.applying_step === null ? null : { step: row.applying_step, after: row.applying_after },
          waiting: row.waiting,
          synchronizedAt: row.synchronized_at,
          dueAt: row.due_at,
          objects: row.objects,
          leasedUntil: row.leased_until,
          lastRunMs: row.last_run_ms,
        }
      )
    },

    async findConnection(org) {
      const key = await keys.organization(org)
      const row = await sql.get<{ sealed: Uint8Array | null }>(
        'SELECT sealed_connection AS sealed FROM directory_sync WHERE org = ?',
        org,
      )
      return row?.sealed ? key.openJson<DirectoryConnection>(connectionPlace(org), row.sealed) : undefined
    },

    async listSynchronized(after, limit) {
      const rows = await sql.all<{
        org: OrganizationId
        synchronized_at: number | null
        waiting: number | null
        due_at: number
        objects: number
        last_run_ms: number | null
      }>(
        `SELECT org, synchronized_at, waiting, due_at, objects, last_run_ms FROM directory_sync
         WHERE sealed_connection IS NOT NULL AND org > ? ORDER BY org LIMIT ?`,
        after ?? '',
        pageSize(limit),
      )
      return rows.map((row) => ({
        organization: row.org,
        synchronizedAt: row.synchronized_at,
        waiting: row.waiting,
        dueAt: row.due_at,
        objects: row.objects,
        lastRunMs: row.last_run_ms,
      }))
    },

    async synchronizedAt(org) {
      const row = await sql.get<{ synchronized_at: number | null }>(
        'SELECT synchronized_at FROM directory_sync WHERE org = ? AND sealed_connection IS NOT NULL',
        org,
      )
      return row?.synchronized_at ?? null
    },

    async findKnown(org, by) {
      const key = await keys.organization(org)
      const where = (condition: string, value: Value) =>
        sql.get<KnownRow>(
          `SELECT ${KNOWN_COLUMNS} FROM source_object WHERE org = ? AND ${condition}`,
          org,
          value,
        )
      const row =
        'guid' in by
          ? await where('guid = ?', by.guid)
          : await where("place_key = ? ORDER BY state = 'gone', guid LIMIT 1", placeKey(key, by.place))
      return row && openKnown(key, org, row)
    },

    async findAllKnown(org, guids) {
      const key = await keys.organization(org)
      const known = new Map<string, KnownObject>()
      for (const some of portions(guids))
        for (const row of await sql.all<KnownRow>(knownAmong, org, ...some))
          known.set(row.guid, openKnown(key, org, row))
      return known
    },

    async knownForms(org, forms) {
      const key = await keys.organization(org)
      const breath = new Breath()
      const known = new Set<string>()
      const wanted = new Map(forms.map(({ guid, form }) => [guid, form]))
      for (const some of portions([...wanted.keys()])) {
        await breath.taken()
        for (const { guid, form_key } of await sql.all<FormRow>(formsAmong, org, ...some))
          if (Buffer.compare(formKey(key, wanted.get(guid)!), form_key) === 0) known.add(guid)
      }
      return known
    },

    async findAccount(org, by) {
      const key = await keys.organization(org)
      const [column, value] =
        'upn' in by
          ? (['upn_key', upnKey(key, by.upn)] as const)
          : 'sid' in by
            ? (['sid_key', sidKey(key, by.sid)] as const)
            : (['sam_key', samKey(key, by.partition, by.sam)] as const)
      const rows = await sql.all<KnownRow>(
        `SELECT ${KNOWN_COLUMNS} FROM source_object WHERE org = ? AND ${column} = ? AND state <> 'gone' LIMIT 2`,
        org,
        value,
      )
      const [row] = rows
      return rows.length === 1 && row !== undefined ? openKnown(key, org, row) : undefined
    },

    async findLinked(org, by) {
      type Linked = Pick<KnownRow, 'guid' | 'entry' | 'state'>
      return 'guid' in by
        ? sql.get<Linked>(`${LINKED} WHERE org = ? AND guid = ?`, org, by.guid)
        : sql.get<Linked>(
            `${LINKED} WHERE org = ? AND place_key = ? ORDER BY source_object.state = 'gone', guid LIMIT 1`,
            org,
            placeKey(await keys.organization(org), by.place),
          )
    },

    async findAllLinked(org, guids) {
      const linked = new Map<string, Pick<KnownRow, 'guid' | 'entry' | 'state'>>()
      for (const some of portions(guids))
        for (const row of await sql.all<Pick<KnownRow, 'guid' | 'entry' | 'state'>>(
          linkedAmong,
          org,
          ...some,
        ))
          linked.set(row.guid, row)
      return linked
    },

    async listMarks(org, { after, limit }) {
      const rows = await sql.all<Pick<KnownRow, 'guid' | 'state' | 'change_number' | 'missing_run'>>(
        'SELECT guid, state, change_number, missing_run FROM source_object WHERE org = ? AND guid > ? ORDER BY guid LIMIT ?',
        org,
        after ?? '',
        pageSize(limit),
      )
      return rows.map((row) => ({
        guid: row.guid,
        state: row.state,
        changeNumber: row.change_number,
        missingRun: row.missing_run,
      }))
    },

    async listKnown(org, { state, after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const waits = state === 'held' || state === 'missing' ? state : undefined
      const rows =
        waits === undefined
          ? await sql.all<KnownRow>(
              `SELECT ${KNOWN_COLUMNS} FROM source_object WHERE org = ? AND state = ? AND guid > ? ORDER BY guid LIMIT ?`,
              org,
              state,
              after ?? '',
              size + 1,
            )
          : await sql.all<KnownRow>(
              `SELECT ${KNOWN_COLUMNS} FROM source_object WHERE org = ? AND ${waits}_run IS NOT NULL AND guid > ? ORDER BY guid LIMIT ?`,
              org,
              after ?? '',
              size + 1,
            )
      return pageOf(
        rows,
        size,
        (row) => row.guid,
        (row) => openKnown(key, org, row),
      )
    },

    async listEntered(org, { after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const rows = await sql.all<KnownRow & { kind: EntryKind }>(ENTERED, org, after ?? '', size + 1)
      return pageOf(
        rows,
        size,
        ({ guid }) => guid,
        // Only of these the kind does not tell the class.
        ({ kind, ...row }) => ({
          guid: row.guid,
          class: kind === 'user' || kind === 'contact' ? kind : openKnown(key, org, row).note.class,
        }),
      )
    },

    async countDoubtful(org) {
      const rows = await sql.all<{ state: ObjectState; rows: number }>(
        "SELECT state, COUNT(*) AS rows FROM source_object WHERE org = ? AND state IN ('quarantined', 'partial', 'local-partial') GROUP BY state",
        org,
      )
      const of = (state: ObjectState) => rows.find((row) => row.state === state)?.rows ?? 0
      return { quarantined: of('quarantined'), partial: of('partial') + of('local-partial') }
    },

    async countImported(org) {
      const row = await sql.get<{ rows: number }>(
        "SELECT COUNT(*) AS rows FROM source_object WHERE org = ? AND state IN ('imported', 'partial', 'local', 'local-partial')",
        org,
      )
      return row!.rows
    },

    async findStaged(org, run, guid) {
      const key = await keys.organization(org)
      const row = await staged(org, run, guid)
      return row && openStaged(key, org, row)
    },

    async listStaged(org, run, { only, after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      if (typeof only === 'object') {
        const { guids, next } = await decidedAfter(sql, org, run, only.decisions, after ?? '', size)
        const rows: StagedObject[] = []
        for (const guid of guids) {
          const row = await staged(org, run, guid)
          if (row) rows.push(openStaged(key, org, row))
        }
        return { rows, next }
      }
      const rows = await stagedAfter(sql, org, run, only, after ?? '', size + 1)
      return pageOf(
        rows,
        size,
        (row) => row.guid,
        (row) => openStaged(key, org, row),
      )
    },

    async findDecided(org, run, guid) {
      const row = await sql.get<{ entry: EntryId }>(
        `SELECT entry FROM source_staged WHERE org = ? AND run = ? AND guid = ? AND entry IS NOT NULL
           AND decision IN ('create', 'change', 'return', 'replace', 'local', 'account')`,
        org,
        run,
        guid,
      )
      return row && { guid, entry: row.entry, state: 'imported' }
    },

    async placeTarget(org, place) {
      return `~${Buffer.from(placeKey(await keys.organization(org), place)).toString('hex')}`
    },

    async linksFrom(org, guid, kind) {
      const head = 'SELECT kind, target FROM source_link WHERE org = ? AND guid = ?'
      return kind === undefined
        ? await sql.all<Link>(`${head} ORDER BY kind, target`, org, guid)
        : await sql.all<Link>(`${head} AND kind = ? ORDER BY target`, org, guid, kind)
    },

    async hasPlaceLinks(org) {
      const row = await sql.get("SELECT guid FROM source_link WHERE org = ? AND target >= '~' LIMIT 1", org)
      return row !== undefined
    },

    async ownersOf(org, addresses) {
      const key = await keys.organization(org)
      const wanted = addresses.map(({ kind, address }) => {
        const text = lookupText(kind, address)
        return text === undefined ? undefined : addressKeyOnce(key, text)
      })
      const asked = wanted.filter((each) => each !== undefined)
      const owners = new Map<string, EntryId>()
      if (asked.length <= FEW) {
        for (const address of asked) {
          const row = await sql.get<{ entry: EntryId }>(addressOwner, org, address)
          if (row !== undefined) owners.set(hexOf(address), row.entry)
        }
        return wanted.map((each) => (each === undefined ? undefined : owners.get(hexOf(each))))
      }
      for (const some of portions(asked)) {
        const rows = await sql.all<{ address_key: Uint8Array; entry: EntryId }>(addressesAmong, org, ...some)
        for (const row of rows) owners.set(hexOf(row.address_key), row.entry)
      }
      if (owners.size === 0) return wanted.map(() => undefined)
      return wanted.map((each) => (each === undefined ? undefined : owners.get(hexOf(each))))
    },

    async entriesAmong(org, ids) {
      const there = new Set<EntryId>()
      for (const some of portions(ids))
        for (const { id } of await sql.all<{ id: EntryId }>(entriesAmong, org, ...some)) there.add(id)
      return there
    },

    async linksTo(org, { target, kind, notIn, after, limit }) {
      const rows = await sql.all<{ guid: string }>(
        `SELECT l.guid FROM source_link l WHERE l.org = ? AND l.target = ? AND l.kind = ? AND l.guid > ?
           AND NOT EXISTS (SELECT 1 FROM source_staged s WHERE s.org = l.org AND s.run = ? AND s.guid = l.guid)
         ORDER BY l.guid LIMIT ?`,
        org,
        target,
        kind,
        after ?? '',
        notIn ?? -1,
        pageSize(limit),
      )
      return rows.map(({ guid }) => guid)
    },
  }
}

/** So few are asked about one by one, which costs less than a list. */
const FEW = 6
const addressOwner = 'SELECT entry FROM directory_address WHERE org = ? AND address_key = ?'
const knownAmong = `SELECT ${KNOWN_COLUMNS} FROM source_object WHERE org = ? AND guid IN ${them}`
type FormRow = { guid: string; form_key: Uint8Array }
const formsAmong = `SELECT guid, form_key FROM source_object WHERE org = ? AND guid IN ${them}
  AND form_key IS NOT NULL AND ${SETTLED}`
const ENTERED = `SELECT ${KNOWN_COLUMNS.split(', ')
  .map((column) => `o.${column}`)
  .join(', ')}, e.kind FROM source_object o
  JOIN directory_entry e ON e.org = o.org AND e.id = o.entry AND e.state = 'ENABLED' AND e.home <> 'local'
  WHERE o.org = ? AND o.guid > ? ORDER BY o.guid LIMIT ?`
/** Whose entry is hidden from everybody is as good as gone, for whatever reason. */
const LINKED = `SELECT guid, entry, CASE WHEN EXISTS (SELECT 1 FROM directory_entry e
    WHERE e.org = source_object.org AND e.id = source_object.entry AND e.state = 'DELETED') THEN 'gone' ELSE state END AS state
  FROM source_object`
const linkedAmong = `${LINKED} WHERE org = ? AND guid IN ${them}`
const entriesAmong = `SELECT id FROM directory_entry WHERE org = ? AND id IN ${them}`
const addressesAmong = `SELECT address_key, entry FROM directory_address WHERE org = ? AND address_key IN ${them}`

const hexOf = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex')
