import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { findIanaZone, isSameZone } from '#src/formats/time-zone/iana-zone.ts'
import { type Observance, observanceZone } from '#src/formats/time-zone/observance-zone.ts'
import { ianaOfWindows, windowsOfIana } from '#src/formats/time-zone/windows-names.ts'
import { windowsZones } from '#src/formats/time-zone/windows-zones.ts'
import { yearlyZone, zoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { toEpoch, toLocal } from '#src/formats/time-zone/zone.ts'

const iana = (name: string) => findIanaZone(name)!
const aZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'))
const anInstant = fc.integer({ min: Date.UTC(1950, 0, 1), max: Date.UTC(2060, 0, 1) })

test('offsets are those of Temporal, everywhere and at any time', () => {
  fc.assert(
    fc.property(aZone, anInstant, (name, at) => {
      const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(name)
      assert.equal(iana(name).offsetAt(at), Math.round(zoned.offsetNanoseconds / 1e6))
    }),
    { numRuns: 2_000 },
  )
})

test('local times become the instants that Temporal gives, also those that happen twice or never', () => {
  const near = fc.constantFrom(
    ...[
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Pacific/Auckland',
    ].flatMap((name) =>
      [2026, 2027].flatMap((year) => {
        const start = Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime(name)
        const first = start.getTimeZoneTransition('next')
        const second = first?.getTimeZoneTransition('next')
        return [first, second].flatMap((one) => (one ? [{ name, at: one.epochMilliseconds }] : []))
      }),
    ),
  )
  fc.assert(
    fc.property(near, fc.integer({ min: -6 * 60, max: 6 * 60 }), ({ name, at }, minutes) => {
      const local = at + iana(name).offsetAt(at) + minutes * 60_000
      const text = formatLocal(Math.floor(local / 1_000) * 1_000)
      const expected = Temporal.PlainDateTime.from(text).toZonedDateTime(name).epochMilliseconds
      assert.equal(toEpoch(iana(name), parseLocal(text)), expected, `${name} ${text}`)
    }),
    { numRuns: 2_000 },
  )
})

test('an instant comes back from its local time unless that happens twice', () => {
  fc.assert(
    fc.property(aZone, anInstant, (name, at) => {
      const back = toEpoch(iana(name), toLocal(iana(name), at))
      assert.ok(back === at || (back < at && at - back <= 3 * 3_600_000), `${name} ${at} ${back}`)
    }),
    { numRuns: 1_000 },
  )
})

test('names that are no zones are none', () => {
  for (const name of [
    '',
    'Nowhere/Land',
    '+02:00',
    'UTC+2',
    '../etc/passwd',
    'a'.repeat(1_000),
    'W. Europe Standard Time',
  ])
    assert.equal(findIanaZone(name), undefined, name)
  assert.equal(findIanaZone('europe/berlin')?.id, 'Europe/Berlin')
})

/** As Exchange writes Central Europe: the first onset lies in 1601. */
const exchangeBerlin: Observance[] = [
  {
    kind: 'standard',
    name: null,
    startLocalMs: parseLocal('1601-01-01T03:00:00'),
    offsetBeforeMs: 7_200_000,
    offsetAfterMs: 3_600_000,
    rules: [{ frequency: 'yearly', byDay: [{ day: 'su', nthOfPeriod: -1 }], byMonth: ['10'] }],
    dates: [],
  },
  {
    kind: 'daylight',
    name: null,
    startLocalMs: parseLocal('1601-01-01T02:00:00'),
    offsetBeforeMs: 3_600_000,
    offsetAfterMs: 7_200_000,
    rules: [{ frequency: 'yearly', byDay: [{ day: 'su', nthOfPeriod: -1 }], byMonth: ['3'] }],
    dates: [],
  },
]

test('a definition from Exchange is Berlin, whatever it is called', () => {
  const zone = observanceZone('Customized Time Zone', exchangeBerlin)
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1997, 0, 1), max: Date.UTC(2037, 0, 1) }), (at) => {
      assert.equal(zone.offsetAt(at), iana('Europe/Berlin').offsetAt(at), new Date(at).toISOString())
    }),
    { numRuns: 500 },
  )
})

test('a definition with one onset holds for ever, and before it what it left', () => {
  const zone = observanceZone('x', [
    {
      kind: 'standard',
      name: null,
      startLocalMs: parseLocal('2000-01-01'),
      offsetBeforeMs: 0,
      offsetAfterMs: 60_000,
      rules: [],
      dates: [],
    },
  ])
  assert.deepEqual(
    [Date.UTC(1970), Date.UTC(1999, 11, 31), Date.UTC(2000, 0, 1), Date.UTC(2090)].map((at) =>
      zone.offsetAt(at),
    ),
    [0, 0, 60_000, 60_000],
  )
})

test('rules that ended leave the last offset', () => {
  const until = (year: number): Observance[] =>
    exchangeBerlin.map((one) => ({
      ...one,
      rules: one.rules.map((rule) => ({ ...rule, until: `${year}-12-31T00:00:00Z` })),
    }))
  const zone = observanceZone('x', until(2010))
  assert.equal(zone.offsetAt(Date.UTC(2010, 6, 1)), 7_200_000)
  assert.equal(zone.offsetAt(Date.UTC(2030, 6, 1)), 3_600_000)
})

test('without any onset the offset is zero', () => assert.equal(observanceZone('x', []).offsetAt(0), 0))

test('the rules of a year, as Windows says them', () => {
  assert.deepEqual(zoneYear(iana('Europe/Berlin'), 2026), {
    standardOffsetMs: 3_600_000,
    daylight: {
      offsetMs: 7_200_000,
      begins: { month: 3, week: 5, weekday: 6, timeMs: 7_200_000 },
      ends: { month: 10, week: 5, weekday: 6, timeMs: 10_800_000 },
    },
  })
  assert.deepEqual(zoneYear(iana('America/New_York'), 2026).daylight?.begins, {
    month: 3,
    week: 2,
    weekday: 6,
    timeMs: 7_200_000,
  })
  assert.deepEqual(zoneYear(iana('Asia/Kolkata'), 2026), { standardOffsetMs: 19_800_000, daylight: null })
})

test('a zone by the rules of its year is that zone within the year', () => {
  // Zones with Ramadan or other changes by decree have more than two changes in some years.
  const regular = [
    'Europe/London',
    'America/Los_Angeles',
    'Australia/Sydney',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Pacific/Auckland',
    'Asia/Tokyo',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...regular),
      fc.integer({ min: 2020, max: 2036 }),
      fc.integer({ min: 2, max: 363 * 24 }),
      (name, year, hour) => {
        const at = Date.UTC(year, 0, 1) + hour * 3_600_000
        assert.equal(
          yearlyZone(name, zoneYear(iana(name), year)).offsetAt(at),
          iana(name).offsetAt(at),
          `${name} ${new Date(at).toISOString()}`,
        )
      },
    ),
    { numRuns: 300 },
  )
})

test('Windows names, aliases and case', () => {
  assert.equal(ianaOfWindows('w. europe standard time'), 'Europe/Berlin')
  assert.equal(ianaOfWindows('Europe/Berlin'), undefined)
  assert.equal(windowsOfIana('Europe/Kyiv'), 'FLE Standard Time')
  assert.equal(windowsOfIana('Asia/Kolkata'), 'India Standard Time')
  assert.equal(windowsOfIana('America/Ciudad_Juarez'), 'Mountain Standard Time')
  assert.equal(windowsOfIana('Nowhere/Land'), undefined)
  assert.ok(isSameZone('Europe/Kyiv', 'Europe/Kiev'))
  assert.ok(!isSameZone('Europe/Kyiv', 'Europe/Berlin'))
})

test('every name of the table is a zone here', () => {
  for (const names of Object.values(windowsZones))
    for (const name of names.split(' ')) assert.ok(findIanaZone(name), name)
})
