import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shellWord } from '#src/base/shell-word.ts'

const program = fileURLToPath(new URL('../../../bin/landbridge', import.meta.url))

/** A command line that can be pasted into a shell in the folder `from`, with the program as it lies from there. */
export const commandLine = (args: readonly string[], from: string = process.cwd()): string =>
  [wayTo(program, from), ...args].map(shellWord).join(' ')

/** Relative where that is short; never a bare name, which a shell would look for elsewhere. */
function wayTo(file: string, from: string): string {
  const way = relative(from, file)
  if (way.startsWith(`..${sep}..${sep}`)) return file
  return way.includes(sep) ? way : `.${sep}${way}`
}
