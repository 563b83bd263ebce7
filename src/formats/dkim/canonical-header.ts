import type { HeaderField } from '../header/fields.ts'

/** A field in relaxed canonical form with its CRLF (RFC 6376 §3.4.2), one octet per character as `HeaderField` has them. */
export function relaxedField({ key, value }: HeaderField): string {
  return `${key}:${relaxedValue(value)}\r\n`
}

/** The value unfolded, blanks between words made one space, those at the ends gone. */
function relaxedValue(value: string): string {
  return value
    .replace(/\r?\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '')
}

/**
 * The fields that `names` (lower case) mean, in that order: each mention of a name takes the next field of it from the
 * bottom up, and nothing once they are used up (RFC 6376 §5.4.2).
 */
export function chosenFields(fields: readonly HeaderField[], names: readonly string[]): HeaderField[] {
  const left = new Map<string, HeaderField[]>()
  for (const field of fields) {
    const same = left.get(field.key)
    if (same === undefined) left.set(field.key, [field])
    else same.push(field)
  }
  return names.flatMap((name) => left.get(name)?.pop() ?? [])
}
