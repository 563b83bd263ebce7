import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { landbridge } from '#test/stories/service-process.ts'
import { commandLine } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-killed-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const init = (data: string) => ['init', '--org', 'acme', '--domain', 'acme.example', '--data', data]

/** Where the organisation's key lies from the moment it is made, which is when the organisation is. */
const hasKey = (data: string) => existsSync(join(data, 'keys')) && readdirSync(join(data, 'keys')).length > 0

test('an init that is killed leaves an organisation with all its domains, or none at all', async () => {
  for (const [attempt, laterMs] of [5, 30, 80].entries()) {
    const data = join(folder, String(attempt))
    const { child, ended } = landbridge(init(data))
    while (!hasKey(data) && child.exitCode === null) await pause(1)
    await pause(laterMs)
    child.kill('SIGKILL')
    await ended
    const list = await commandLine(['org', 'list', '--json', '--data', data])
    assert.equal(list.exitCode, 0, list.stderr)
    const organizations = JSON.parse(list.stdout)
    if (organizations.length > 0) {
      assert.equal(organizations[0].DefaultMailDomain, 'acme.test', `killed ${laterMs} ms after its key`)
      const { stdout } = await commandLine(['domain', 'list', '--json', '--data', data])
      const names = JSON.parse(stdout).map(({ DomainName }: { DomainName: string }) => DomainName)
      assert.deepEqual(names.sort(), ['acme.example', 'acme.test'])
    } else {
      assert.equal((await commandLine(init(data))).exitCode, 0)
    }
  }
})
