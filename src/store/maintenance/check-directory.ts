import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { lookupText } from '#src/domain/directory/address.ts'
import type { AttachmentKind } from '#src/domain/directory/entry.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { DataKey } from '../data-key.ts'
import { addressKey } from '../directory/entries.ts'
import { ENTRY_COLUMNS, type EntryRow, openEntry } from '../directory/entry-row.ts'
import { namesOf } from '../directory/entry-writes.ts'
import { directoryReader } from '../directory/reader.ts'
import { checkSync } from '../directory-sync/check.ts'
import type { Row } from '../driver/driver.ts'
import { type CheckRun, PAGE, paged } from './check-run.ts'
import { fromBackup, tellUs, tryOpen } from './findings.ts'

type NamedRow = EntryRow & { name_key: Uint8Array | null; provider_key: Uint8Array | null }

/**
 * Every record of an organisation's directory opens and agrees with its row, and is found under its own names and
 * addresses. Without a key only its versions are looked at.
 */
export async function checkDirectory(
  run: CheckRun,
  org: OrganizationId,
  key: DataKey | undefined,
): Promise<void> {
  await checkEntries(run, org, key)
  await checkSync(run, org, key)
  if (!key) return
  const reader = directoryReader(run.session)
  const where = `directory of organisation ${org}`
  await proves(run, `${where}, settings`, async () => {
    const { defaultDomain, routingDomain } = await reader.settings(org)
    for (const name of [defaultDomain, routingDomain]) {
      if (name !== null && (await reader.findDomain(org, name)) === undefined)
        run.findings.add(
          `${where}, settings`,
          `They name the domain ${name}, which is not there.`,
          fromBackup,
        )
    }
    const row = await run.sql.get<{ default_domain: string | null }>(
      'SELECT default_domain FROM directory_state WHERE org = ?',
      org,
    )
    if ((row?.default_domain ?? null) !== defaultDomain)
      run.findings.add(`${where}, settings`, 'They name another default domain than its row.', fromBackup)
  })
  for await (const { name } of ids(run, 'mail_domain', 'name', org)) {
    await proves(run, `${where}, domain ${name}`, () => reader.getDomain(org, name))
    await proves(run, `${where}, DKIM key of ${name}`, () => reader.getDkimKey(org, name))
  }
  for await (const { id } of ids(run, 'access_token', 'id', org))
    await proves(run, `${where}, access token ${id}`, () => reader.findToken(org, { id }))
  for await (const { entry } of ids(run, 'directory_credential', 'entry', org))
    await proves(run, `${where}, password of ${entry}`, () => reader.findCredential(org, entry as EntryId))
  await checkAttachments(run, org, reader, where)
}

async function checkEntries(run: CheckRun, org: OrganizationId, key: DataKey | undefined): Promise<void> {
  const { sql, findings } = run
  const state = await sql.get<{ version: number }>('SELECT version FROM directory_state WHERE org = ?', org)
  const rows = paged<NamedRow>((last) =>
    sql.all(
      `SELECT ${ENTRY_COLUMNS}, e.name_key, e.provider_key FROM directory_entry e WHERE e.org = ? AND e.id > ?
      ORDER BY e.id LIMIT ${PAGE}`,
      org,
      last?.id ?? '',
    ),
  )
  for await (const row of rows) {
    const where = `directory of organisation ${org}, entry ${row.id}`
    if (row.version > (state?.version ?? 0))
      findings.add(where, 'It changed later than its directory knows of.', tellUs)
    const entry = key && tryOpen(findings, where, () => openEntry(key, org, row))
    if (!entry || !key) continue
    const names = namesOf(key, entry)
    if (!same(row.name_key, names.name))
      findings.add(where, 'It is filed under another name than its own.', fromBackup)
    if (!same(row.provider_key, names.provider))
      findings.add(where, 'It is filed under another id of its identity provider than its own.', fromBackup)
    for (const kind of ['photo', 'certificate'] as const)
      if (entry[kind] && !(await hasAttachment(run, org, row.id, kind)))
        findings.add(where, `Its ${kind} is not there.`, fromBackup)
    const filed = await sql.all<{ address_key: Uint8Array; kind: string }>(
      'SELECT address_key, kind FROM directory_address WHERE org = ? AND entry = ?',
      org,
      row.id,
    )
    const left = new Map(filed.map((at) => [Buffer.from(at.address_key).toString('hex'), at.kind]))
    for (const { kind, address } of entry.addresses) {
      const text = lookupText(kind, address)
      const name = text === undefined ? '' : Buffer.from(addressKey(key, text)).toString('hex')
      if (left.get(name) !== kind) findings.add(where, `It is not found by its ${kind} address.`, fromBackup)
      left.delete(name)
    }
    if (left.size > 0) findings.add(where, 'It is found by an address that it does not have.', fromBackup)
  }
}

async function hasAttachment(
  { sql }: CheckRun,
  org: OrganizationId,
  entry: string,
  kind: AttachmentKind,
): Promise<boolean> {
  const row = await sql.get(
    'SELECT kind FROM directory_attachment WHERE org = ? AND entry = ? AND kind = ?',
    org,
    entry,
    kind,
  )
  return row !== undefined
}

async function checkAttachments(
  run: CheckRun,
  org: OrganizationId,
  reader: DirectoryReader,
  where: string,
): Promise<void> {
  const rows = paged<{ entry: EntryId; kind: AttachmentKind }>((last) =>
    run.sql.all(
      `SELECT entry, kind FROM directory_attachment WHERE org = ? AND (entry, kind) > (?, ?)
      ORDER BY entry, kind LIMIT ${PAGE}`,
      org,
      last?.entry ?? '',
      last?.kind ?? '',
    ),
  )
  for await (const { entry, kind } of rows)
    await proves(run, `${where}, ${kind} of ${entry}`, () => reader.findAttachment(org, entry, kind))
}

/** The values of one column that, with the organisation, is a primary key. */
function ids<C extends string>(
  { sql }: CheckRun,
  table: string,
  column: C,
  org: OrganizationId,
): AsyncGenerator<Row & Record<C, string>> {
  return paged((last) =>
    sql.all(
      `SELECT ${column} FROM ${table} WHERE org = ? AND ${column} > ? ORDER BY ${column} LIMIT ${PAGE}`,
      org,
      last?.[column] ?? '',
    ),
  )
}

async function proves({ findings }: CheckRun, where: string, read: () => Promise<unknown>): Promise<void> {
  const outcome = await read().then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  if (outcome)
    tryOpen(findings, where, () => {
      throw outcome.error
    })
}

const same = (one: Uint8Array | null, other: Uint8Array | null): boolean =>
  one === null || other === null ? one === other : Buffer.compare(one, other) === 0
