import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { peer } from './peers.ts'

const python = '/usr/bin/python3'

/** The Python client for EWS that many programs are made with. */
export const exchangelib = peer(
  'exchangelib',
  () => (spawnSync(python, ['-c', 'import exchangelib']).status === 0 ? python : undefined),
  'install python3-exchangelib',
)

/** Runs a program that finds `values` in its arguments, and answers what it put into `said`. */
export async function said(program: string, values: readonly string[]): Promise<Record<string, unknown>> {
  const source = `${program}\nprint(json.dumps(said, default=str))\n`
  const child = spawn(exchangelib.found, ['-W', 'ignore', '-c', source, ...values], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  assert.equal(child.exitCode, 0, err)
  return JSON.parse(out.trim().split('\n').at(-1)!)
}
