import { findIanaZone, isSameZone } from './iana-zone.ts'
import { windowsZones } from './windows-zones.ts'

const byWindows = new Map(
  Object.entries(windowsZones).map(([windows, names]) => [windows.toLowerCase(), names.split(' ')[0]!]),
)
const byIana = new Map<string, string>()
for (const [windows, names] of Object.entries(windowsZones)) {
  for (const name of names.split(' ')) if (!byIana.has(name)) byIana.set(name, windows)
}

/** IANA name of a Windows id (`W. Europe Standard Time`), in any case. */
export function ianaOfWindows(windows: string): string | undefined {
  return byWindows.get(windows.trim().toLowerCase())
}

/** Windows id of an IANA name or of an alias that CLDR does not list (`Europe/Kyiv`). */
export function windowsOfIana(iana: string): string | undefined {
  const known = byIana.get(iana)
  if (known !== undefined) return known
  const zone = findIanaZone(iana)
  if (zone === undefined) return undefined
  for (const [name, windows] of byIana) {
    if (findIanaZone(name) !== undefined && isSameZone(name, zone.id)) {
      byIana.set(iana, windows)
      return windows
    }
  }
  return undefined
}
