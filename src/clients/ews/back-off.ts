/** Longer wishes are errors, or mean that somebody must look. */
const LONGEST_MS = 3_600_000

/**
 * How long a server asks to be left alone (BackOffMilliseconds of a MessageXml). Servers write it with fractions, thousands
 * separators or a unit too, so only the leading number counts; undefined when there is none.
 */
export function backOffOf(values: Readonly<Record<string, string>>): number | undefined {
  const name = Object.keys(values).find((key) => key.toLowerCase() === 'backoffmilliseconds')
  const found = /^\s*(\d[\d,' ]*)/.exec(name === undefined ? '' : values[name]!)
  const ms = found === null ? 0 : Number(found[1]!.replace(/\D/g, ''))
  return ms > 0 ? Math.min(ms, LONGEST_MS) : undefined
}
