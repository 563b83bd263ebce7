/** A fault is planted in a batch that is well: the pre-flight names it, says where it is and what to do (migration.md 5). */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { CheckLine, SourceKind } from '#src/domain/migration/engine/project/project.ts'
import { standOf } from '#test/support/planted-faults.ts'
import { faultsHere } from './faults-here.ts'
import { faultsOfFiles } from './faults-of-files.ts'
import { faultsThere } from './faults-there.ts'

const faults = [...faultsThere, ...faultsOfFiles, ...faultsHere]

test('there are more than forty faults, each with words of its own', () => {
  assert.ok(faults.length > 40, `${faults.length}`)
  const words = faults.map(({ state, name, found }) => `${state} ${name} ${found}`)
  assert.equal(new Set(words).size, words.length)
})

const wellOfKind = new Map<SourceKind, readonly CheckLine[]>()

/** What the pre-flight says of a batch of this kind that is well, which is the same for every fault. */
async function well(kind: SourceKind, t: TestContext): Promise<readonly CheckLine[]> {
  const known = wellOfKind.get(kind)
  if (known !== undefined) return known
  const lines = await (await standOf(kind, t)).look()
  assert.deepEqual(
    lines.filter((line) => line.state === 'failed' || line.found === ''),
    [],
  )
  wellOfKind.set(kind, lines)
  return lines
}

for (const { what, kinds, plant, state, name, found, remedy } of faults)
  for (const kind of kinds)
    test(`${what} (${kind})`, async (t) => {
      const named = (lines: readonly CheckLine[]) =>
        lines.filter((line) => line.state === state && name.test(line.name) && found.test(line.found))
      assert.deepEqual(named(await well(kind, t)), [], 'it is not named where it is not')
      const stand = await standOf(kind, t)
      await plant(stand, t)
      const lines = await stand.look()
      const [line] = named(lines)
      assert.ok(line, JSON.stringify(lines.filter((each) => each.state !== 'ok')))
      assert.match(line.remedy, remedy)
      for (const each of lines)
        assert.doesNotMatch(`${each.found} ${each.remedy}`, /geheim|undefined|\[object|^ {4}at /, what)
    })
