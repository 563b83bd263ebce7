import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../../bin/landbridge', import.meta.url))

/** A command line that can be pasted into a shell in the folder `from`, with the program as it lies from there. */
export const commandLine = (args: readonly string[], from: string = process.cwd()): string =>
  [wayTo(program, from), ...args].map(quoted).join(' ')

/** Relative where that is short; never a bare name, which a shell would look for elsewhere. */
function wayTo(file: string, from: string): string {
  const way = relative(from, file)
  if (way.startsWith(`..${sep}..${sep}`)) return file
  return way.includes(sep) ? way : `.${sep}${way}`
}

/** As a POSIX shell takes it for one word. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
