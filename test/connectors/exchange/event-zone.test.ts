import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zoneOfEventItem } from '#connectors/exchange/event-zone.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { fullDefinition, zoneNamed } from '#src/wire/ews/model/time-zones.ts'

const YEAR = 2026
const berlin = fullDefinition(zoneNamed('Europe/Berlin')!, YEAR)
const tokyo = fullDefinition(zoneNamed('Asia/Tokyo')!, YEAR)
const SUMMER = parseLocal(`${YEAR}-07-01T12:00:00`)
const HOUR = 3_600_000

const zoneOf = (definition: Parameters<typeof zoneOfEventItem>[0]) => zoneOfEventItem(definition, YEAR)
const told = (definition: Parameters<typeof zoneOfEventItem>[0]) => {
  const zone = zoneOf(definition)
  return zone && [zone.id, zone.offsetAt(SUMMER) / HOUR]
}

test('without a definition, and by a name alone that nobody knows, there is no zone', () => {
  assert.equal(zoneOf(undefined), undefined)
  assert.equal(zoneOf({ Id: 'Zone of nowhere' }), undefined)
})

test('a name alone is taken, and a name whose rules are those of the definition', () => {
  assert.deepEqual(told({ Id: 'W. Europe Standard Time' }), ['Europe/Berlin', 2])
  assert.deepEqual(told(berlin), ['Europe/Berlin', 2])
  assert.deepEqual(told({ ...berlin, Id: 'of its own', Name: 'W. Europe Standard Time' }), [
    'Europe/Berlin',
    2,
  ])
})

test('rules count more than a name, known or not', () => {
  assert.equal(zoneOf({ ...tokyo, Id: 'W. Europe Standard Time', Name: '' })?.offsetAt(SUMMER), 9 * HOUR)
  assert.equal(zoneOf({ ...tokyo, Id: 'Zone of nowhere', Name: '' })?.offsetAt(SUMMER), 9 * HOUR)
})
