import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { windowsZones } from '#src/formats/time-zone/windows-zones.ts'
import { yearlyZone, zoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { ianaOfRules } from '#src/formats/time-zone/zone-of-rules.ts'
import { formatSerializableZone, parseSerializableZone } from '#src/wire/ews/serializable-zone.ts'

test('Berlin is written as Exchange writes it', () => {
  assert.deepEqual(formatSerializableZone(zoneYear(findIanaZone('Europe/Berlin')!, 2026)), {
    Bias: -60,
    StandardTime: { Bias: 0, Time: '03:00:00', DayOrder: 5, Month: 10, DayOfWeek: 'Sunday' },
    DaylightTime: { Bias: -60, Time: '02:00:00', DayOrder: 5, Month: 3, DayOfWeek: 'Sunday' },
  })
})

test('a zone without changes has both parts, without a bias', () => {
  const { Bias, StandardTime, DaylightTime } = formatSerializableZone({
    standardOffsetMs: 5.5 * 3_600_000,
    daylight: null,
  })
  assert.deepEqual([Bias, StandardTime.Bias, DaylightTime.Bias], [-330, 0, 0])
})

test('every zone of Windows comes back with its offsets, and a zone with those rules is found again', () => {
  for (const names of Object.values(windowsZones)) {
    const zone = findIanaZone(names.split(' ')[0]!)!
    const rules = zoneYear(zone, 2026)
    const back = parseSerializableZone(formatSerializableZone(rules))
    const [one, other] = [yearlyZone('a', rules), yearlyZone('b', back)]
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 6 * 3_600_000)
      assert.equal(other.offsetAt(at), one.offsetAt(at), `${zone.id} ${new Date(at).toISOString()}`)
    const found = findIanaZone(ianaOfRules(back, 2026)!)!
    assert.deepEqual(zoneYear(found, 2026), rules, `${zone.id} ${found.id}`)
  }
})

test('rules that nobody has lead to no zone, and rules that no year has are a fault', () => {
  assert.equal(ianaOfRules({ standardOffsetMs: 17 * 60_000, daylight: null }, 2026), undefined)
  const part = { Bias: 0, Time: '02:00:00', DayOrder: 1, Month: 3, DayOfWeek: 'Sunday' } as const
  for (const wrong of [{ Month: 13 }, { DayOrder: 6 }, { DayOfWeek: 'Day' as const }, { Time: '25:00:00' }]) {
    const StandardTime = { ...part, ...wrong }
    const zone = { Bias: 0, StandardTime, DaylightTime: { ...part, Bias: -60 } }
    assert.throws(() => parseSerializableZone(zone), SyntaxFault, JSON.stringify(wrong))
  }
  const far = { Bias: 5_000, StandardTime: part, DaylightTime: part }
  assert.throws(() => parseSerializableZone(far), SyntaxFault)
})
