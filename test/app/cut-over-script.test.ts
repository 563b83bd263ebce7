import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { scriptFiles, writeCutOverScript } from '#src/app/cut-over-script.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

test('the objects as they were are written once, and no later script takes their place', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-script-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const write = (script: string, homeMDB: string) =>
    writeCutOverScript(
      async (): Promise<JsonObject> => ({
        ...{ ScriptHead: 'head\n', RollbackHead: 'back\n', ScriptEnd: 'end\n' },
        Steps: [{ Name: 'anna', Script: 'do\n', Rollback: 'undo\n', Before: { homeMDB } }],
      }),
      { project: 'move', batch: 1, script: join(folder, script) },
    )
  assert.equal((await write('move.ps1', 'CN=DB1')).steps, 1)
  await assert.rejects(write('move.ps1', 'gone'), /move-before\.json is there already.*never overwritten/)
  rmSync(join(folder, 'move.ps1'))
  await assert.rejects(write('move.ps1', 'gone'), /is there already/)
  const { before } = scriptFiles(join(folder, 'move.ps1'))
  assert.match(readFileSync(before, 'utf8'), /CN=DB1/)
  assert.ok(!existsSync(join(folder, 'move.ps1.new')))
  assert.equal((await write('move-2.ps1', 'CN=DB1')).steps, 1)
  await assert.rejects(write('nowhere/move.ps1', 'x'), /There is no folder .*nowhere/)
})
