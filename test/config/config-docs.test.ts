import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatConfigDocs } from '#src/config/config-docs.ts'
import { environmentName, settingNames, settings } from '#src/config/settings.ts'

test('docs/configuration.md says what the settings say', () => {
  const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')
  assert.equal(page, formatConfigDocs(), 'run: bin/landbridge config docs > docs/configuration.md')
})

test('every default fits its own setting, and no two have one variable', () => {
  for (const name of settingNames) {
    const setting = settings[name]
    if (setting.default === null) continue
    assert.ok(setting.type.safeParse(setting.default).success, name)
  }
  assert.equal(new Set(settingNames.map(environmentName)).size, settingNames.length)
})
