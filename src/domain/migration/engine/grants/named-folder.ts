import type { FolderNo } from '../../../mailbox/item.ts'
import { roleByName } from '../../folder-roles.ts'
import type { LedgerFolder } from '../../store.ts'

type Row = Pick<LedgerFolder, 'key' | 'parent' | 'name' | 'target' | 'gone'>

/**
 * Finds the folder here that a grant means: by the key of the source, by its path there (`Calendar\Team`, `/Inbox/Orders`), by what
 * the first name of that path is for in any language (`Calendar` of a mailbox that has a `Kalender`), else by a name that one folder
 * alone has. `special` is the folder here with the role of the path. Undefined where none is meant, or more than one. What each
 * grant costs does not grow with the folders.
 */
export function namedFolders(
  rows: readonly Row[],
): (asked: string, special: FolderNo | undefined) => FolderNo | undefined {
  const byKey = firstBy(rows, ({ key }) => key)
  let paths: ReturnType<typeof pathsOf> | undefined
  return (asked, special) => {
    const row = byKey.get(asked)
    if (row !== undefined) return row.target
    const wanted = pathOf([asked])
    if (wanted === '') return undefined
    paths ??= pathsOf(rows.filter(({ gone }) => !gone))
    // A name may have the mark between names in it, so whole paths are compared before they are taken apart.
    const byPath = paths.byPath.get(wanted) ?? []
    if (byPath.length === 1) return byPath[0]!.target
    const [, ...below] = wanted.split('\\')
    let at = special
    for (const name of below) {
      const above = at === undefined ? undefined : paths.byTarget.get(at)
      at = above && paths.below.get(`${name}\0${above.key}`)?.target
    }
    if (at !== undefined) return at
    const byName = paths.byName.get(wanted) ?? []
    return byName.length === 1 ? byName[0]!.target : undefined
  }
}

function pathsOf(there: readonly Row[]) {
  const known = new Map(there.map((row) => [row.key, row]))
  return {
    byPath: Map.groupBy(there, (row) => pathOf(namesTo(row, known))),
    byName: Map.groupBy(there, ({ name }) => pathOf([name])),
    byTarget: firstBy(there, ({ target }) => target),
    below: firstBy(there, ({ name, parent }) => `${pathOf([name])}\0${parent ?? ''}`),
  }
}

function firstBy<K>(rows: readonly Row[], of: (row: Row) => K): Map<K, Row> {
  const found = new Map<K, Row>()
  for (const row of rows) if (!found.has(of(row))) found.set(of(row), row)
  return found
}

/** Where the source has the folder with that key, as `Calendar\\Team`; undefined where no folder has it. */
export function pathOfKey(key: string, rows: readonly Row[]): string | undefined {
  const row = rows.find((each) => each.key === key)
  return row && namesTo(row, new Map(rows.map((each) => [each.key, each]))).join('\\')
}

/** What the first folder of a path is for, as an EWS distinguished name; undefined where its name does not say. */
export const roleOfPath = (path: string): string | undefined => roleByName(pathOf([path]).split('\\')[0]!)

function namesTo(row: Row, known: ReadonlyMap<string, Row>): readonly string[] {
  const names = [row.name]
  const seen = new Set([row.key])
  for (let above = row.parent; above !== null && !seen.has(above); ) {
    const found = known.get(above)
    if (found === undefined) break
    seen.add(above)
    names.unshift(found.name)
    above = found.parent
  }
  return names
}

const pathOf = (names: readonly string[]): string =>
  names
    .join('\\')
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\\/]/)
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .join('\\')
