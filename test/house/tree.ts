/** The files of this repository as the house tests see them: paths relative to the root, with `/`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** Folders whose code we wrote. One that does not exist yet has no files. */
const codeFolders = ['src', 'connectors', 'jobs', 'test', 'scripts', 'bench'] as const

/** Paths of all `.ts` files below the given folders, sorted. */
export function codeFiles(folders: readonly string[] = codeFolders): string[] {
  return folders
    .flatMap(filesBelow)
    .filter((path) => path.endsWith('.ts'))
    .sort()
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function filesBelow(folder: string): string[] {
  let entries: ReturnType<typeof readFolder>
  try {
    entries = readFolder(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.name === 'node_modules') return []
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

function readFolder(folder: string) {
  return readdirSync(join(root, folder), { withFileTypes: true })
}
