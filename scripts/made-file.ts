import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const biome = `${root}node_modules/@biomejs/cli-${process.platform}-${process.arch}/biome`

/**
 * Writes a file of the tree, formatted; with `--check` on the command line it only says whether the file is as it should be, and
 * the process ends with 1 where it is not. `command` makes it anew.
 */
export function keepMade(path: string, text: string, command: string): void {
  const run = spawnSync(biome, ['check', '--write', `--stdin-file-path=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  })
  if (run.status !== 0 && run.stdout === '') throw new Error(run.stderr)
  if (!process.argv.includes('--check')) writeFileSync(root + path, run.stdout)
  else if (readFileSync(root + path, 'utf8') !== run.stdout) {
    process.stderr.write(`${path} is not what it is made from: run ${command}\n`)
    process.exitCode = 1
  }
}
