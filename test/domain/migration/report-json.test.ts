/** plan.json has what docs/guide/reading-reports.md tells programs that it has. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatJson } from '#src/domain/migration/report/json.ts'
import { day, grantOf, mailboxNamed, planned } from '#test/support/migration-plan.ts'

const page = readFileSync(new URL('../../../docs/guide/reading-reports.md', import.meta.url), 'utf8')
const rows = page
  .slice(page.indexOf('`plan.json` for programs'))
  .split('\n## ')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)))

const told = (member: string) => rows.find(([, names]) => names!.length === 1 && names![0] === member)![2]!

test('plan.json has the members that the guide names, and no other', async () => {
  const { report } = await planned({
    mailboxes: [
      ...['a', 'b', 'c', 'd'].map((name) =>
        mailboxNamed(name, { x500: ['/o=x'], database: 'DB1', announcedDay: day('2027-01-05') }),
      ),
      mailboxNamed('z', { pinnedDay: day('2027-01-12') }),
      mailboxNamed('s', { status: 'excluded' }),
    ],
    grants: [grantOf('a', 'z'), grantOf('a', 's')],
  })
  const point = {
    cap: 3,
    exact: true,
    batches: 2,
    brokenDays: 1,
    cutPairs: 1,
    lastDay: day('2027-01-12'),
    asAtCap: null,
  }
  const plan = JSON.parse([...formatJson({ ...report, whatIf: [point] })].join(''))
  assert.deepEqual(Object.keys(plan).sort(), rows.flatMap(([, names]) => names!).sort())
  for (const member of ['batches', 'waves', 'mailboxes', 'cuts', 'staysBehind', 'ties', 'whatIf']) {
    assert.ok(plan[member].length > 0, member)
    const names = told(member)
    for (const row of plan[member]) {
      const there = Object.keys(row)
      assert.deepEqual(
        there.filter((name) => !names.includes(name) && !names.includes(`${name}?`)),
        [],
        member,
      )
      assert.deepEqual(
        names.filter((name) => !name.endsWith('?') && !there.includes(name)),
        [],
        member,
      )
    }
  }
})
