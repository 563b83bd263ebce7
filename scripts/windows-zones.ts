/**
 * Writes src/formats/time-zone/windows-zones.ts from CLDR's windowsZones.json (package cldr-core, folder supplemental):
 *   node scripts/windows-zones.ts PATH/windowsZones.json
 */
import { readFileSync, writeFileSync } from 'node:fs'

type MapZone = { mapZone: { _other: string; _type: string; _territory: string } }
const source = process.argv[2]
if (source === undefined) throw new Error('Say where windowsZones.json of CLDR is.')
const { supplemental } = JSON.parse(readFileSync(source, 'utf8')) as {
  supplemental: { version: { _cldrVersion: string }; windowsZones: { mapTimezones: MapZone[] } }
}

const zones = new Map<string, Set<string>>()
const rows = supplemental.windowsZones.mapTimezones.map(({ mapZone }) => mapZone)
// The territory 001 names the zone that stands for all of them: it comes first.
for (const row of rows.toSorted((a, b) => Number(b._territory === '001') - Number(a._territory === '001'))) {
  const names = zones.get(row._other) ?? new Set()
  for (const name of row._type.trim().split(/\s+/)) names.add(name)
  zones.set(row._other, names)
}

const lines = [...zones]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([windows, names]) => `  '${windows}': '${[...names].join(' ')}',`)
writeFileSync(
  new URL('../src/formats/time-zone/windows-zones.ts', import.meta.url),
  `// Made by scripts/windows-zones.ts from CLDR ${supplemental.version._cldrVersion} (Unicode License v3). Do not edit.

/** Windows time zone ids, each with its IANA names; the first stands for all. */
const windowsZones: Readonly<Record<string, string>> = {
${lines.join('\n')}
}
`,
)
