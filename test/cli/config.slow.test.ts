import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-config-'))
after(() => rmSync(folder, { recursive: true }))

/** The options that a command names in its help, but for its own. */
async function optionsOf(command: string[], own: readonly string[]): Promise<string[]> {
  const { stdout } = await commandLine([...command, '--help'])
  const named = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name!)
  return named.filter((name) => !own.includes(name)).sort()
}

test('what is checked and shown may be given as it is given to serve', async () => {
  const taken = await optionsOf(['serve'], ['--demo', '--no-example'])
  assert.ok(taken.includes('--admin-port') && taken.includes('--set'), taken.join())
  assert.deepEqual(await optionsOf(['config', 'check'], []), taken)
  assert.deepEqual(await optionsOf(['config', 'show'], []), taken)
  assert.deepEqual(await optionsOf(['init'], ['--org', '--domain']), taken)
})

test('config check judges the options, and names them as they were written', async () => {
  const check = (...options: string[]) => commandLine(['config', 'check', '--data', folder, ...options])
  assert.equal((await check('--admin-port', '9443', '--set', 'log.level=debug')).exitCode, 0)
  const port = await check('--admin-port', '99999')
  assert.equal(port.exitCode, 78, port.stderr)
  assert.match(port.stderr, /--admin-port: admin\.port: 99999 does not fit/)
  const unknown = await check('--set', 'log.levle=debug')
  assert.equal(unknown.exitCode, 2, unknown.stderr)
  assert.match(unknown.stderr, /There is no setting log\.levle\. Did you mean log\.level\?/)
})

test('config show shows where a value came from', async () => {
  const { stdout } = await commandLine([
    'config',
    'show',
    '--data',
    folder,
    '--hostname',
    'mail.corp.example',
    '--json',
  ])
  const rows = JSON.parse(stdout) as { Name: string; Value: unknown; Source: string }[]
  assert.deepEqual(
    rows.find(({ Name }) => Name === 'service.hostname'),
    { Name: 'service.hostname', Value: 'mail.corp.example', Source: '--hostname' },
  )
})
