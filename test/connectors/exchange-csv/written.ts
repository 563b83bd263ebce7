import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { GrantBatch, GrantSource } from '#src/domain/migration/grant.ts'

/** A folder for one test, and a way to write files into it. */
export function writing(t: TestContext): (name: string, content: string | Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-csv-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return (name, content) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
}

/** All that a source says, in short: `owner < grantee right folder`, and reasons of what it left out. */
export async function allOf(source: GrantSource): Promise<{ grants: string[]; leftOut: string[] }> {
  const batches: GrantBatch[] = []
  for await (const batch of source.read()) batches.push(batch)
  return {
    grants: batches.flatMap((batch) =>
      batch.grants.map(({ owner, grantee, right, folder }) =>
        [owner, '<', grantee, right, folder].filter((each) => each !== null).join(' '),
      ),
    ),
    leftOut: batches.flatMap((batch) => batch.leftOut.map(({ reason, grantee }) => `${reason} ${grantee}`)),
  }
}

/** A table as Export-Csv writes it: every value in quotes, lines end with CRLF. */
export const csv = (...rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`).join('')
