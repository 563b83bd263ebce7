const offsetText = /^([+-])(\d\d)(\d\d)(\d\d)?$/

/** Reads `+0530` as milliseconds; undefined for anything else. */
export function parseUtcOffset(text: string): number | undefined {
  const found = offsetText.exec(text.trim())
  if (found === null) return undefined
  const seconds = (Number(found[2]) * 60 + Number(found[3])) * 60 + Number(found[4] ?? 0)
  return (found[1] === '-' ? -seconds : seconds) * 1_000
}

export function formatUtcOffset(offsetMs: number): string {
  const seconds = Math.abs(Math.round(offsetMs / 1_000))
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  const rest = seconds % 60
  return `${offsetMs < 0 ? '-' : '+'}${two(seconds / 3_600)}${two((seconds / 60) % 60)}${rest ? two(rest) : ''}`
}
