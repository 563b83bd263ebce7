import { Breath } from '#src/base/breath.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { NewStaged, SyncWriter } from '#src/domain/directory-sync/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import { insertEntries } from '../directory/new-entries.ts'
import { nextVersion } from '../directory/version.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import {
  formKey,
  objectPlace,
  placeKey,
  type SealedObject,
  samKey,
  sealNote,
  sidKey,
  upnKey,
} from './object-row.ts'
import { portions, them } from './portions.ts'
import { connectionPlace, freshState, type SyncRow, statePlace, syncReader } from './reads.ts'

/** Writes what was read from directories elsewhere, inside one transaction. */
export function syncWriter(session: Session): SyncWriter {
  const { sql, keys } = session
  return {
    ...syncReader(session),

    async putConnection(org, connection, dueAt) {
      const key = await keys.organization(org)
      const sealed = connection === null ? null : key.sealJson(connectionPlace(org), connection)
      await nextVersion(sql, org)
      await sql.run(
        `INSERT INTO directory_sync (org, sealed_connection, sealed_state, next_run, due_at, objects) VALUES (?, ?, ?, 1, ?, 0)
         ON CONFLICT (org) DO UPDATE SET sealed_connection = excluded.sealed_connection, due_at = excluded.due_at`,
        org,
        sealed,
        key.sealJson(statePlace(org), freshState),
        dueAt,
      )
    },

    async saveSync(org, change) {
      const key = await keys.organization(org)
      const row = await sql.get<Omit<SyncRow, 'connected' | 'leased_until'>>(
        'SELECT next_run, applying, applying_step, applying_after, waiting, synchronized_at, due_at, objects, last_run_ms, sealed_state FROM directory_sync WHERE org = ?',
        org,
      )
      if (!row)
        throw new Refusal(
          'no-such-item',
          'No directory is connected. Connect one with "landbridge gal connect".',
        )
      await sql.run(
        `UPDATE directory_sync SET next_run = ?, applying = ?, applying_step = ?, applying_after = ?, waiting = ?, synchronized_at = ?, due_at = ?, objects = ?, last_run_ms = ?,
           sealed_state = ? WHERE org = ?`,
        change.nextRun ?? row.next_run,
        change.applying === undefined ? row.applying : change.applying,
        change.applyingAt === undefined ? row.applying_step : (change.applyingAt?.step ?? null),
        change.applyingAt === undefined ? row.applying_after : (change.applyingAt?.after ?? null),
        change.waiting === undefined ? row.waiting : change.waiting,
        change.synchronizedAt === undefined ? row.synchronized_at : change.synchronizedAt,
        change.dueAt ?? row.due_at,
        change.objects ?? row.objects,
        change.lastRunMs ?? row.last_run_ms,
        change.state === undefined ? row.sealed_state : key.sealJson(statePlace(org), change.state),
        org,
      )
    },

    async takeLease(org, token, now, until) {
      const taken = await sql.run(
        `UPDATE directory_sync SET lease_token = ?, leased_until = ?
         WHERE org = ? AND (lease_token IS NULL OR lease_token = ? OR leased_until < ?)`,
        token,
        until,
        org,
        token,
        now,
      )
      if (taken === 0)
        throw new Refusal(
          'try-later',
          'The address book is being synchronised already. Wait until that has ended.',
        )
    },

    async freeLease(org, token) {
      await sql.run(
        'UPDATE directory_sync SET lease_token = NULL, leased_until = NULL WHERE org = ? AND lease_token = ?',
        org,
        token,
      )
    },

    async stage(org, run, objects) {
      const key = await keys.organization(org)
      const breath = new Breath()
      const moved: string[] = []
      const marks = await marksOf(
        sql,
        org,
        objects.map(({ guid }) => guid),
      )
      for (const object of objects) {
        await breath.taken()
        if (await stageOne(sql, key, org, run, object, marks.get(object.guid))) moved.push(object.guid)
      }
      return moved
    },

    async stageKnown(org, run, guid, held) {
      const from = held ? 'sealed_held' : 'sealed'
      const made = await sql.run(
        `INSERT INTO source_staged (org, run, guid, there, place_key, upn_key, sam_key, sid_key, change_number, digest, form_key, sealed)
         SELECT org, ?, guid, 1, place_key, upn_key, sam_key, sid_key, change_number, digest, form_key, ${from} FROM source_object
         WHERE org = ? AND guid = ? AND ${from} IS NOT NULL ON CONFLICT (org, run, guid) DO NOTHING`,
        run,
        org,
        guid,
      )
      return made > 0
    },

    async decide(org, run, guid, { decision, step, entry, note }) {
      const key = await keys.organization(org)
      await sql.run(
        'UPDATE source_staged SET decision = ?, step = ?, entry = ?, sealed_note = ? WHERE org = ? AND run = ? AND guid = ?',
        decision,
        step,
        entry,
        note === null ? null : sealNote(key, org, guid, note, null),
        org,
        run,
        guid,
      )
    },

    async adopt(org, run, guid, { state, entry }) {
      await sql.run(
        `${adoptAs('?', '?')} WHERE org = ? AND run = ? AND guid = ? ${adopted}`,
        entry,
        state,
        org,
        run,
        guid,
      )
    },

    async importNew(org, run, objects) {
      const key = await keys.organization(org)
      const refused = await insertEntries(
        sql,
        key,
        org,
        objects.map(({ entry }) => entry),
      )
      const made = objects.flatMap(({ guid, entry }) => (refused.has(entry.id) ? [] : [guid]))
      const breath = new Breath()
      for (const some of portions(made)) {
        await breath.taken()
        await sql.run(adoptDecided, org, run, ...some)
      }
      return new Set(objects.flatMap(({ guid, entry }) => (refused.has(entry.id) ? [guid] : [])))
    },

    async hold(org, run, guid, { state, entry, object }) {
      await this.adopt(org, run, guid, { state, entry })
      const key = await keys.organization(org)
      const text = sealedText({ object, reason: null, place: object.place })
      await sql.run(
        'UPDATE source_object SET held_run = ?, sealed_held = sealed, sealed = ? WHERE org = ? AND guid = ?',
        run,
        key.seal(objectPlace(org, guid), text),
        org,
        guid,
      )
    },

    async setMissing(org, guid, run) {
      await sql.run('UPDATE source_object SET missing_run = ? WHERE org = ? AND guid = ?', run, org, guid)
    },

    async setGone(org, guid, at) {
      await sql.run(
        `UPDATE source_object SET state = 'gone', gone_at = ?, missing_run = NULL, held_run = NULL, sealed_held = NULL
         WHERE org = ? AND guid = ?`,
        at,
        org,
        guid,
      )
    },

    async setEntry(org, guid, entry) {
      await sql.run('UPDATE source_object SET entry = ? WHERE org = ? AND guid = ?', entry, org, guid)
    },

    async removeKnown(org, guid) {
      await sql.run('DELETE FROM source_link WHERE org = ? AND guid = ?', org, guid)
      await sql.run('DELETE FROM source_object WHERE org = ? AND guid = ?', org, guid)
    },

    async forgetGone(org, before, limit) {
      const rows = await sql.all<{ guid: string }>(
        `SELECT guid FROM source_object WHERE org = ? AND state = 'gone' AND gone_at < ? AND NOT EXISTS
           (SELECT 1 FROM source_link l WHERE l.org = source_object.org AND l.target = source_object.guid) LIMIT ?`,
        org,
        before,
        limit,
      )
      for (const { guid } of rows) await this.removeKnown(org, guid)
      return rows.length
    },

    async replaceLinks(org, guid, links) {
      const wanted = new Set(links.map(({ kind, target }) => `${kind}\0${target}`))
      const present = await sql.all<{ kind: string; target: string }>(
        'SELECT kind, target FROM source_link WHERE org = ? AND guid = ?',
        org,
        guid,
      )
      for (const { kind, target } of present) {
        if (wanted.delete(`${kind}\0${target}`)) continue
        await sql.run(
          'DELETE FROM source_link WHERE org = ? AND guid = ? AND kind = ? AND target = ?',
          org,
          guid,
          kind,
          target,
        )
      }
      await insertAll(
        sql,
        [...wanted].map((link) => [org, guid, ...link.split('\0')]),
      )
    },

    async addLinks(org, links) {
      const distinct = new Map(links.map((link) => [`${link.guid}\0${link.kind}\0${link.target}`, link]))
      await insertAll(
        sql,
        [...distinct.values()].map(({ guid, kind, target }) => [org, guid, kind, target]),
      )
    },

    async unstage(org, run, guids) {
      const breath = new Breath()
      for (const some of portions(guids)) {
        await breath.taken()
        await sql.run(unstageAll, org, run, ...some)
      }
    },

    async clearStaged(org, kept, limit) {
      const [one = -1, two = -1] = kept
      const cleared = await sql.run(
        `DELETE FROM source_staged WHERE org = ? AND (run, guid) IN
           (SELECT run, guid FROM source_staged WHERE org = ? AND run <> ? AND run <> ? LIMIT ?)`,
        org,
        org,
        one,
        two,
        limit,
      )
      return cleared < limit
    },

    async setMembers(org, group, members) {
      const wanted = new Set<string>(members)
      wanted.delete(group)
      const present = await sql.all<{ member: string }>(
        'SELECT member FROM directory_member WHERE org = ? AND grp = ?',
        org,
        group,
      )
      const breath = new Breath()
      let added = 0
      let removed = 0
      for (const { member } of present) {
        await breath.taken()
        if (wanted.delete(member)) continue
        await sql.run(
          'DELETE FROM directory_member WHERE org = ? AND grp = ? AND member = ?',
          org,
          group,
          member,
        )
        removed++
      }
      for (const some of portions([...wanted])) {
        await breath.taken()
        added += await sql.run(insertMembers, group, org, ...some)
      }
      if (added + removed > 0)
        await sql.run(
          'UPDATE directory_entry SET version = ? WHERE org = ? AND id = ?',
          await nextVersion(sql, org),
          org,
          group,
        )
      return { added, removed }
    },
  }
}

const adoptAs = (entry: string, state: string) => `INSERT INTO source_object
    (org, guid, entry, state, place_key, upn_key, sam_key, sid_key, change_number, digest, form_key, missing_run, held_run, gone_at, sealed, sealed_note, sealed_held)
  SELECT org, guid, ${entry}, ${state}, place_key, upn_key, sam_key, sid_key, change_number, digest, form_key, NULL, NULL, NULL, sealed, sealed_note, NULL
  FROM source_staged`
const adopted = `ON CONFLICT (org, guid) DO UPDATE SET entry = excluded.entry, state = excluded.state,
    place_key = excluded.place_key, upn_key = excluded.upn_key, sam_key = excluded.sam_key, sid_key = excluded.sid_key,
    change_number = excluded.change_number, digest = excluded.digest, form_key = excluded.form_key, missing_run = NULL, held_run = NULL, gone_at = NULL,
    sealed = excluded.sealed, sealed_note = excluded.sealed_note, sealed_held = NULL`
const adoptDecided = `${adoptAs('entry', "'imported'")} WHERE org = ? AND run = ? AND guid IN ${them} ${adopted}`

const unstageAll = `DELETE FROM source_staged WHERE org = ? AND run = ? AND guid IN ${them}`

async function insertAll(sql: Sql, links: readonly (readonly string[])[]): Promise<void> {
  const breath = new Breath()
  let from = 0
  for (; from + LINKS <= links.length; from += LINKS) {
    await breath.taken()
    await sql.run(insertLinks, ...links.slice(from, from + LINKS).flat())
  }
  for (const link of links.slice(from)) await sql.run(insertLink, ...link)
}

/** Members of a group come by the thousand. */
const insertMembers = `INSERT INTO directory_member (org, grp, member) SELECT org, ?, id FROM directory_entry WHERE org = ? AND id IN ${them}`
const LINKS = 20
const insertLink = 'INSERT INTO source_link (org, guid, kind, target) VALUES (?, ?, ?, ?)'
const insertLinks = `${insertLink}${', (?, ?, ?, ?)'.repeat(LINKS - 1)}`

type Mark = {
  guid: string
  digest: Uint8Array
  form_key: Uint8Array | null
  change_number: string
  state: string
  missing_run: number | null
  held_run: number | null
}

const marksAmong = `SELECT guid, digest, form_key, change_number, state, missing_run, held_run FROM source_object WHERE org = ? AND guid IN ${them}`

async function marksOf(
  sql: Sql,
  org: OrganizationId,
  guids: readonly string[],
): Promise<ReadonlyMap<string, Mark>> {
  const marks = new Map<string, Mark>()
  for (const some of portions(guids))
    for (const mark of await sql.all<Mark>(marksAmong, org, ...some)) marks.set(mark.guid, mark)
  return marks
}

/** What is known in just this form, as most of a full reading is, is not staged. True where its change number moved. */
async function stageOne(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  run: number,
  { guid, form, changeNumber, place, object, reason, name, address, verdict }: NewStaged,
  known: Mark | undefined,
): Promise<boolean> {
  const named = name !== undefined && { name, address: address ?? null }
  const text = sealedText({ object, reason, place, ...named })
  const digest = key.blindOnce('source-object', text)
  const formed = form === undefined ? null : formKey(key, form)
  const isSame =
    known !== undefined &&
    known.state !== 'gone' &&
    known.state !== 'quarantined' &&
    known.held_run === null &&
    Buffer.compare(known.digest, digest) === 0
  if (isSame) {
    const moved = known.change_number !== changeNumber
    if (moved || known.missing_run !== null || !isSameForm(known.form_key, formed))
      await sql.run(
        'UPDATE source_object SET missing_run = NULL, change_number = ?, form_key = ? WHERE org = ? AND guid = ?',
        changeNumber,
        formed,
        org,
        guid,
      )
    return moved
  }
  const account = object?.account
  await sql.run(
    `INSERT INTO source_staged (org, run, guid, there, place_key, upn_key, sam_key, sid_key, change_number, digest,
       form_key, decision, step, entry, sealed, sealed_note)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (org, run, guid) DO UPDATE SET there = excluded.there, place_key = excluded.place_key,
       upn_key = excluded.upn_key, sam_key = excluded.sam_key, sid_key = excluded.sid_key,
       change_number = excluded.change_number, digest = excluded.digest, form_key = excluded.form_key, decision = excluded.decision,
       step = excluded.step, entry = excluded.entry, sealed = excluded.sealed, sealed_note = excluded.sealed_note`,
    org,
    run,
    guid,
    object === null ? 0 : 1,
    placeKey(key, place),
    account?.upn ? upnKey(key, account.upn) : null,
    account?.sam ? samKey(key, object!.partition, account.sam) : null,
    account?.sid ? sidKey(key, account.sid) : null,
    changeNumber,
    digest,
    formed,
    verdict?.decision ?? null,
    verdict?.step ?? null,
    verdict?.entry ?? null,
    key.seal(objectPlace(org, guid), text),
    verdict?.note ? sealNote(key, org, guid, verdict.note, object) : null,
  )
  return true
}

/** The change number moves without anything else, and differs between servers. */
const sealedText = ({ object, ...others }: SealedObject): string =>
  JSON.stringify({ object: object && { ...object, changeNumber: '' }, ...others })

const isSameForm = (one: Uint8Array | null, other: Uint8Array | null): boolean =>
  one === null || other === null ? one === other : Buffer.compare(one, other) === 0
