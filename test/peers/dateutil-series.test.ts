/** The series of `fixtures/recurrence`, with their zones and exceptions, computed here and by Python's dateutil. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { peer } from '#test/support/peers.ts'
import { expectedFile, ourStarts, recurrenceCases, summed } from '#test/support/recurrence-cases.ts'

const python = '/usr/bin/python3'
const dateutil = peer(
  'dateutil',
  () => (spawnSync(python, ['-c', 'import dateutil']).status === 0 ? python : undefined),
  'install python3-dateutil',
)

const program = `
import json, sys
from datetime import datetime, timezone
from dateutil import rrule, tz
utc = timezone.utc
FROM, TO = datetime(2026, 1, 1, tzinfo=utc), datetime(2036, 1, 1, tzinfo=utc)
def zone(name):
    return tz.UTC if name in (None, 'Etc/UTC') else tz.gettz(name)
def local(text, z):
    # Wall clock of the series, whatever the value is written in.
    if text.endswith('Z'):
        return datetime.strptime(text, '%Y%m%dT%H%M%SZ').replace(tzinfo=tz.UTC).astimezone(z).replace(tzinfo=None)
    return datetime.strptime(text, '%Y%m%dT%H%M%S' if 'T' in text else '%Y%m%d')
def seconds(naive, z):
    return int(tz.resolve_imaginary(naive.replace(tzinfo=z)).astimezone(utc).timestamp())
for line in sys.stdin:
    case = json.loads(line)
    z = zone(case['zone'])
    start = local(case['start'], z)
    made = rrule.rruleset()
    made.rdate(start)
    moved = []
    for prop in case['lines']:
        name, value = prop.split(':', 1)
        name = name.split(';')[0]
        if name in ('RRULE', 'EXRULE'):
            parts = [part if not part.startswith('UNTIL=') else 'UNTIL=' + local(part[6:], z).strftime('%Y%m%dT%H%M%S') for part in value.split(';')]
            rule = rrule.rrulestr(';'.join(parts), dtstart=start)
            made.rrule(rule) if name == 'RRULE' else made.exrule(rule)
        elif name in ('RDATE', 'EXDATE'):
            for at in value.split(','):
                made.rdate(local(at, z)) if name == 'RDATE' else made.exdate(local(at, z))
        elif name == 'MOVED':
            key, to, name = value.split(' ')
            made.exdate(local(key, z))
            moved.append(seconds(local(to, zone(name)), zone(name)))
    found = set(moved)
    for at in made:
        if at.year > 2036:
            break
        found.add(seconds(at, z))
    print(json.dumps(sorted(s for s in found if FROM.timestamp() <= s < TO.timestamp())), flush=True)
`

test(`${recurrenceCases.length} series over ten years are what dateutil says`, {
  skip: dateutil.skip,
}, () => {
  const input = recurrenceCases.map((one) => JSON.stringify(one)).join('\n')
  const run = spawnSync(dateutil.found, ['-c', program], {
    input,
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 26,
  })
  assert.equal(run.status, 0, run.stderr)
  const theirs = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as number[])
  const summary = Object.fromEntries(recurrenceCases.map(({ name }, at) => [name, summed(theirs[at]!)]))
  if (process.env.UPDATE_GOLDEN) writeFileSync(expectedFile, `${JSON.stringify(summary, null, 1)}\n`)
  recurrenceCases.forEach((one, at) => {
    assert.deepEqual(ourStarts(one), theirs[at], one.name)
  })
  assert.deepEqual(JSON.parse(readFileSync(expectedFile, 'utf8')), summary)
})
