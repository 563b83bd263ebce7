import { findIanaZone } from './iana-zone.ts'
import { windowsZones } from './windows-zones.ts'
import { type ZoneYear, zoneYear } from './yearly-change.ts'

const keyOf = (rules: ZoneYear): string => JSON.stringify(rules)
const years = new Map<number, ReadonlyMap<string, string>>()
const YEARS_KEPT = 20

/** The big ones first: who has the rules of Berlin is more likely there than in Ceuta. */
const first = [
  'Etc/UTC',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Kiev',
  'America/New_York',
  'Asia/Shanghai',
]

/**
 * An IANA zone whose clocks go by those rules in a year; undefined where there is none. Several zones may have the same
 * rules, and then one of them is as good as another for that year.
 */
export function ianaOfRules(rules: ZoneYear, year: number): string | undefined {
  let zones = years.get(year)
  if (zones === undefined) {
    zones = rulesOf(year)
    if (years.size >= YEARS_KEPT) years.clear()
    years.set(year, zones)
  }
  return zones.get(keyOf(rules))
}

function rulesOf(year: number): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const all = Object.values(windowsZones).map((names) => names.split(' ')[0]!)
  for (const name of [...first, ...all]) {
    const zone = findIanaZone(name)
    if (zone === undefined) continue
    const key = keyOf(zoneYear(zone, year))
    if (!found.has(key)) found.set(key, name)
  }
  return found
}
