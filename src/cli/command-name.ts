import { realpathSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/landbridge', import.meta.url))

/** What starts this program from a shell in the working folder: its name where PATH finds this copy, else the path to it. */
export function commandName(path = process.env.PATH ?? '', folder = process.cwd()): string {
  // npm puts node_modules/.bin before PATH for what it runs; the reader's own shell has no such thing.
  const folders = path.split(delimiter).filter((entry) => entry !== '' && !entry.includes('node_modules'))
  if (folders.some((entry) => isThis(join(entry, 'landbridge')))) return 'landbridge'
  const below = relative(folder, program)
  return below.startsWith('..') ? program : below
}

function isThis(file: string): boolean {
  try {
    return realpathSync(file) === realpathSync(program)
  } catch {
    return false
  }
}
