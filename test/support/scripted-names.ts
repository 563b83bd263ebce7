import type { RenamedFolders } from '#src/domain/migration/source.ts'
import type { ScriptedBox } from './scripted-box.ts'

/** Stands between the name of a folder in the key of an item, and what it keeps. */
const BEHIND = '!'

/**
 * Makes a box one that knows its folders, and what lies in them, by their names, as IMAP servers without OBJECTID do. `lifeOf` says what
 * stands for UIDVALIDITY: a number of each folder, unless it says otherwise.
 */
export function knownByNames(box: ScriptedBox) {
  let lives = 0
  const keyIn = (folder: string, item: string) => `${folder}${BEHIND}${item.split(BEHIND).at(-1)}`
  const rekey = (before: string, key: string) => {
    const folder = box.folder(before)
    const items = [...folder.items.values()].map((item) => ({ ...item, key: keyIn(key, item.key) }))
    folder.items.clear()
    for (const item of items) folder.items.set(item.key, item)
    for (const entry of folder.journal) entry.key = keyIn(key, entry.key)
    return Object.assign(folder, { key })
  }
  const looked = { into: 0 }
  const renamed: RenamedFolders = {
    lifeOf: ({ key }) => String(box.folder(key).epoch),
    lifeWas: ({ cursor }) => (cursor === null ? undefined : String(JSON.parse(cursor).epoch)),
    async holds({ key }, items) {
      looked.into++
      const there = items.flatMap(({ key: item, match }) => {
        const found = box.folder(key).items.get(keyIn(key, item))
        return found === undefined ? [] : found.match === match
      })
      return there.length === 0 ? undefined : there.every(Boolean)
    },
    keyIn: ({ key }, item) => keyIn(key, item),
  }
  Object.assign(box, { renamed })
  return {
    renamed,
    looked,
    /** At the top, or below another; what it is known by. */
    add(name: string, { parent = null, life = ++lives }: { parent?: string | null; life?: number } = {}) {
      const key = parent === null ? name : `${parent}/${name}`
      box.addFolder(name, { key, parent })
      box.folder(key).epoch = life
      return key
    },
    /** A message that is known by its number in the folder, as by a UID. */
    message(folder: string, uid: number, subject: string): string {
      const at = box.folder(folder)
      const made = box.addMessage(folder, subject)
      const key = `${folder}${BEHIND}${uid}`
      at.items.set(key, { ...at.items.get(made)!, key })
      at.items.delete(made)
      for (const entry of at.journal) if (entry.key === made) entry.key = key
      return key
    },
    /** Gives folders, with what lies below them, other names at once: whole names by whole names. */
    rename(names: Readonly<Record<string, string>>): void {
      const all = [...box.tree.values()]
      const moved = all.flatMap((folder) => {
        const from = Object.keys(names).find((name) => `${folder.key}/`.startsWith(`${name}/`))
        return from === undefined ? [] : [{ folder, to: names[from] + folder.key.slice(from.length) }]
      })
      const renamed = moved.map(({ folder, to }) => {
        rekey(folder.key, to)
        const levels = to.split('/')
        const [name, parent] = [levels.at(-1)!, levels.slice(0, -1).join('/') || null]
        return Object.assign(folder, { name, parent })
      })
      const names_ = new Set(renamed)
      const left = all.filter((folder) => !names_.has(folder))
      box.tree.clear()
      for (const folder of [...left, ...renamed].sort((a, b) => depth(a.key) - depth(b.key)))
        box.tree.set(folder.key, folder)
    },
  }
}

const depth = (name: string): number => name.split('/').length
