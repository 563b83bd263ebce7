import { UsageFault } from './usage-fault.ts'

const unitSeconds = { m: 60, h: 3_600, d: 86_400 } as const

/** Epoch seconds of `90m`, `4h`, `2d` (so long ago) or `2026-11-21`, `2026-11-21T19:30` (in the time zone of the machine). */
export function parseTime(option: string, text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined
  const ago = /^(\d{1,5})([mhd])$/.exec(text)
  if (ago) return Math.floor(nowMs / 1000) - Number(ago[1]) * unitSeconds[ago[2] as keyof typeof unitSeconds]
  try {
    const local = Temporal.PlainDateTime.from(text)
    return local.toZonedDateTime(Temporal.Now.timeZoneId()).epochMilliseconds / 1000
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UsageFault(`${option} takes a time such as 4h, 2d, 2026-11-21 or 2026-11-21T19:30.`)
  }
}
