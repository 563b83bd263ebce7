import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { runDemonstration } from '#src/app/demo/demo.ts'
import { assertCompanyMoved, assertLogsTellNothing, STAYS } from '#test/support/company-moves.ts'
import { landbridge } from './service-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-demonstration-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('a company on Exchange is joined, coexists and is moved in batches, through a crash', {
  timeout: 900_000,
}, async () => {
  const place = join(folder, 'demonstration')
  const ended = new AbortController()
  let said = ''
  const voice = {
    write(text: string) {
      said += text
      if (text.includes(STAYS)) ended.abort()
    },
  }
  await runDemonstration(place, voice, ended.signal)
  await assertCompanyMoved(said, place)
  assertLogsTellNothing(said, place)
  await assertServesAgain(place)
})

/** Each side with nothing but the settings that the demonstration left, and all checks of what joins them. */
async function assertServesAgain(place: string): Promise<void> {
  const sides = ['exchange', 'landbridge'].map((side) => {
    const settings = join(place, side, 'landbridge.yaml')
    return { settings, ...landbridge(['serve', '--config', settings]) }
  })
  try {
    for (const { said, child } of sides)
      while (!said().includes(STAYS) && child.exitCode === null) await pause(50)
    const command = (...args: string[]) => landbridge([...args, '--config', sides[1]!.settings]).ended
    let checked = await command('interop', 'check')
    // A check waits seconds for an answer, which a machine that does much else may take longer to give.
    for (let more = 0; checked.exitCode !== 0 && more < 2; more++) checked = await command('interop', 'check')
    assert.equal(checked.exitCode, 0, checked.stdout + checked.stderr)
    assert.match(checked.stdout, /Everything that was checked is good|Nothing failed: \d+ good, /)
    const status = await command('status')
    assert.match(status.stdout, /running since/)
  } finally {
    for (const { child } of sides) child.kill('SIGTERM')
    await Promise.all(sides.map(({ ended }) => ended))
  }
}

test('a place that takes no folder is told at once', {
  skip: existsSync('/proc/self') ? false : 'there is no /proc here',
}, async () => {
  const { exitCode, stderr } = await landbridge(['demo', '--data', '/proc/landbridge/demo']).ended
  assert.equal(exitCode, 69)
  assert.match(stderr, /^landbridge: \/proc\/landbridge cannot be used: .+\n$/)
})

test('a folder that holds something else is left alone', async () => {
  const other = mkdtempSync(join(tmpdir(), 'landbridge-other-'))
  after(() => rmSync(other, { recursive: true, force: true }))
  writeFileSync(join(other, 'letter.txt'), 'dear')
  const { exitCode, stderr } = await landbridge(['demo', '--data', other]).ended
  assert.notEqual(exitCode, 0)
  assert.match(stderr, /holds something that is not of a demonstration\. Name another folder with --data\./)
  assert.ok(existsSync(join(other, 'letter.txt')))
})
