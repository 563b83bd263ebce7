const durationText =
  /^([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/

/** Reads a duration (RFC 8984 §1.4.6, RFC 5545 §3.3.6) as whole days and milliseconds besides; undefined for anything else. */
export function parseDuration(text: string): { sign: 1 | -1; days: number; ms: number } | undefined {
  const found = durationText.exec(text.trim())
  if (found === null || !/\d/.test(text)) return undefined
  const [weeks, days, hours, minutes, seconds] = found.slice(2).map((part) => Number(part ?? 0))
  return {
    sign: found[1] === '-' ? -1 : 1,
    days: weeks! * 7 + days!,
    ms: ((hours! * 60 + minutes!) * 60 + seconds!) * 1_000,
  }
}

/** Writes an elapsed time as `PT1H30M`; days only where they are said to be days. */
export function formatDuration({ days = 0, ms = 0 }: { days?: number; ms?: number }): string {
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = Math.floor(ms / 1_000) % 60
  const time = `${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}${seconds ? `${seconds}S` : ''}`
  if (days === 0 && time === '') return 'PT0S'
  return `P${days ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`
}
