import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type FirstUser, isUnfinished, makeExample } from '#src/app/first-start.ts'
import { openAlone } from '#src/app/open-alone.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'landbridge-first-'))
after(() => rmSync(dataFolder, { recursive: true }))

test('an example that was killed before it had its domain is made anew', async () => {
  const { config } = loadConfig({ environment: {}, options: { dataFolder }, optionNames: {} })
  const { data, client, close } = await openAlone(config, lockDataFolder(dataFolder))
  try {
    await data.store.organizations.create({ alias: 'example' })
    const told: FirstUser[] = []
    await makeExample(client, dataFolder, (users) => told.push(...users))
    assert.deepEqual(
      told.map(({ email }) => email),
      ['alice@example.test', 'bob@example.test'],
    )
    assert.equal(isUnfinished(dataFolder), false)
    const { OrganizationSummaries } = await client.call('ListOrganizations', {})
    assert.deepEqual(
      (OrganizationSummaries as JsonObject[]).map(({ Alias, DefaultMailDomain }) => [
        Alias,
        DefaultMailDomain,
      ]),
      [['example', 'example.test']],
    )
  } finally {
    await close()
  }
})
