import { DAY_MS, dayOf, daysInMonth } from '../recurrence/civil.ts'

/** A date or date-time: the clock's reading, and whether it is UTC's clock (RFC 5545 §3.3.4, §3.3.5). */
export type IcalTime = { localMs: number; isUtc: boolean; isDate: boolean }

const timeText = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z)?)?$/

/** Reads `20261121` or `20261121T090000Z`; undefined for anything else. A leap second is the one before it. */
export function parseIcalTime(text: string): IcalTime | undefined {
  const found = timeText.exec(text.trim())
  if (found === null) return undefined
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  if (month! < 1 || month! > 12 || day! < 1 || day! > daysInMonth(year!, month!)) return undefined
  if (hour! > 23 || minute! > 59 || second! > 60) return undefined
  const clock = ((hour! * 60 + minute!) * 60 + Math.min(second!, 59)) * 1_000
  return {
    localMs: dayOf(year!, month!, day!) * DAY_MS + clock,
    isUtc: found[7] === 'Z',
    isDate: found[4] === undefined,
  }
}

export function formatIcalTime({ localMs, isUtc, isDate }: IcalTime): string {
  const text = new Date(localMs).toISOString().replace(/[-:]/g, '')
  return isDate ? text.slice(0, 8) : `${text.slice(0, 15)}${isUtc ? 'Z' : ''}`
}

/** `20261121T090000` of the clock that reads `localMs`. */
export const formatIcalClock = (localMs: number): string =>
  formatIcalTime({ localMs, isUtc: false, isDate: false })

/** `20261121`, likewise. */
export const formatIcalDay = (localMs: number): string =>
  formatIcalTime({ localMs, isUtc: false, isDate: true })

/** A TEXT value as people read it (RFC 5545 §3.3.11). */
export function parseText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, mark: string) => (mark === 'n' || mark === 'N' ? '\n' : mark))
}

export function formatText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|[\r\n]/g, '\\n')
    .replace(/[^\P{Cc}\t]/gu, '')
}

/** A comma-separated list of TEXT values. */
export function parseTextList(value: string): string[] {
  return value.split(/(?<!(?<!\\)(?:\\\\)*\\),/).map((part) => parseText(part))
}
