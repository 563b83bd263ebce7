import type { OrganizationId } from '#src/base/ids.ts'
import { ALL_FOLDER_RIGHTS, FOLDER_BITS } from '#src/domain/directory/folder-permission.ts'
import type { Row, Value } from '../driver/driver.ts'
import { type CheckRun, PAGE, paged } from './check-run.ts'
import { fromBackup, tellUs } from './findings.ts'

/** Tables that name entries: the columns that tell their rows apart, and those of them that name an entry. */
const relations = {
  directory_address: { key: ['address_key'], names: ['entry'], what: 'An address' },
  directory_attachment: { key: ['entry', 'kind'], names: ['entry'], what: 'A photo or certificate' },
  directory_member: { key: ['grp', 'member'], names: ['grp', 'member'], what: 'A membership' },
  directory_permission: { key: ['owner', 'grantee'], names: ['owner', 'grantee'], what: 'A permission' },
  resource_delegate: { key: ['resource', 'delegate'], names: ['resource', 'delegate'], what: 'A delegate' },
  directory_credential: { key: ['entry'], names: ['entry'], what: 'A password' },
  access_token: { key: ['id'], names: ['entry'], what: 'An access token' },
} as const

/** Everything in a directory that names an entry, a mailbox or a domain names one of this organisation that is there. */
export async function checkRelations(run: CheckRun, org: OrganizationId): Promise<void> {
  const where = `directory of organisation ${org}`
  for (const [table, { key, names, what }] of Object.entries(relations)) {
    const columns = [...new Set<string>([...key, ...names])].map((column) => `r.${column}`).join(', ')
    for (const name of names) {
      const rows = pages(
        run,
        org,
        table,
        key,
        `${columns}, e.id AS found`,
        `directory_entry e ON e.org = r.org AND e.id = r.${name}`,
      )
      for await (const row of rows) {
        if (row.found === null)
          run.findings.add(where, `${what} names ${row[name]}, which is not there.`, tellUs)
      }
    }
  }
  const shared = pages(
    run,
    org,
    'folder_permission',
    ['mailbox', 'folder', 'grantee'],
    `r.mailbox, r.folder, r.grantee, r.rights, m.no AS found,
     (SELECT e.id FROM directory_entry e WHERE e.org = r.org AND e.id = r.grantee) AS known`,
    'mailbox m ON m.organization = r.org AND m.id = r.mailbox',
  )
  for await (const { mailbox, folder, grantee, rights, found, known } of shared) {
    const what = `A permission on folder ${folder} of mailbox ${mailbox}`
    if (found === null) run.findings.add(where, `${what}, which is not there.`, tellUs)
    if (known === null && grantee !== 'default' && grantee !== 'anonymous')
      run.findings.add(where, `${what} names ${grantee}, which is not there.`, tellUs)
    if ((Number(rights) & ~(ALL_FOLDER_RIGHTS | FOLDER_BITS)) !== 0)
      run.findings.add(where, `${what} gives rights that there are not: ${rights}.`, tellUs)
  }
  const mailboxes = pages(
    run,
    org,
    'directory_entry',
    ['id'],
    'r.id, r.mailbox, m.state AS found',
    'mailbox m ON m.organization = r.org AND m.id = r.mailbox',
  )
  for await (const row of mailboxes) {
    if (row.mailbox !== null && row.found !== 'active')
      run.findings.add(where, `Entry ${row.id} has mailbox ${row.mailbox}, which is not there.`, fromBackup)
  }
}

function pages(
  { sql }: CheckRun,
  org: OrganizationId,
  table: string,
  key: readonly string[],
  columns: string,
  join: string,
): AsyncGenerator<Row> {
  const ordered = key.map((column) => `r.${column}`).join(', ')
  const head = `SELECT ${columns} FROM ${table} r LEFT JOIN ${join} WHERE r.org = ?`
  const tail = `ORDER BY ${ordered} LIMIT ${PAGE}`
  const next = `${head} AND (${ordered}) > (${key.map(() => '?').join(', ')}) ${tail}`
  return paged<Row>((last) =>
    last
      ? sql.all(next, org, ...key.map((column): Value => last[column] ?? null))
      : sql.all(`${head} ${tail}`, org),
  )
}
