import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** The rights of a plan as it keeps them: numbers of `names`, and of the mailboxes that move. */
export type PlanGrants = { rows: readonly number[][]; names: GrantNames }
type GrantNames = { rights: string[]; folders: string[]; others: string[] }

/** Longer names than AddMigrationGrants takes: nobody is called so. */
const LONGEST_NAME = 256
const LONGEST_FOLDER = 1_024

/** Whether the rights on whole mailboxes and on folders, as a plan has them, are what the program wrote. */
export function isPlanGrants(rows: unknown, names: unknown, mailboxes: number): boolean {
  if (!Array.isArray(rows) || typeof names !== 'object' || names === null) return false
  const { rights, folders, others } = names as Record<string, unknown>
  if (!isWords(rights) || !isWords(folders) || !isWords(others)) return false
  const below = (value: unknown, from: number, end: number) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) < end
  return rows.every((row: unknown) => {
    if (!Array.isArray(row) || row.length % 3 !== 1 || !below(row[0], 0, mailboxes)) return false
    for (let at = 1; at < row.length; at += 3)
      if (
        !below(row[at], 0, rights.length) ||
        !below(row[at + 1], -1, folders.length) ||
        !below(row[at + 2], 0, mailboxes + others.length)
      )
        return false
    return true
  })
}

const isWords = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((word) => typeof word === 'string')

/** As AddMigrationGrants takes them, one after the other; `folderRights` false: without those on folders. */
export function* grantRows(
  { rows, names }: PlanGrants,
  mailboxes: readonly { id: string }[],
  { folderRights }: { folderRights: boolean },
): Generator<JsonObject> {
  const nameOf = (party: number) => mailboxes[party]?.id ?? names.others[party - mailboxes.length]!
  for (const row of rows) {
    const Owner = mailboxes[row[0]!]!.id
    for (let at = 1; at < row.length; at += 3) {
      const Right = names.rights[row[at]!]!
      const folder = names.folders[row[at + 1]!]
      if (!folderRights && onFolders.has(Right)) continue
      const Grantee = nameOf(row[at + 2]!).slice(0, LONGEST_NAME)
      if (Grantee !== '') yield { Owner, Grantee, Right, Folder: folder?.slice(0, LONGEST_FOLDER) ?? null }
    }
  }
}

const onFolders: ReadonlySet<string> = new Set(['calendar-edit', 'folder-edit', 'folder-read'])
