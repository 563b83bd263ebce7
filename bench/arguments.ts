import { readFileSync } from 'node:fs'
import { parseArgs as parse } from 'node:util'

/** As that of node:util; for `--help`, and what cannot be read, the program ends with the comment at the head of its file. */
export const parseArgs: typeof parse = (config) => {
  if (process.argv.slice(2).includes('--help')) end(process.stdout, '', 0)
  try {
    return parse(config)
  } catch (error) {
    const isWrong = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')
    if (!isWrong) throw error
    return end(process.stderr, `${(error as Error).message}\n\n`, 2)
  }
}

function end(to: NodeJS.WriteStream, why: string, exitCode: number): never {
  const head = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(process.argv[1]!, 'utf8'))?.[1] ?? ''
  to.write(`${why}${head.replace(/^ \* ?/gm, '').trim()}\n`)
  process.exit(exitCode)
}
