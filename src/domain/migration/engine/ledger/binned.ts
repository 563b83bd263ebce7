import type { SourceFolder } from '../../source.ts'

type Placed = Pick<SourceFolder, 'key' | 'parent' | 'role'>

/** Keys of a source's folder for what is deleted, and of all folders below it. */
export function binnedKeys(folders: readonly Placed[]): ReadonlySet<string> {
  const children = Map.groupBy(folders, ({ parent }) => parent)
  const binned = new Set<string>()
  const open = folders.filter(({ role }) => role === 'deleteditems')
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (binned.has(next.key)) continue
    binned.add(next.key)
    open.push(...(children.get(next.key) ?? []))
  }
  return binned
}
