import { parseFields } from '#src/formats/header/fields.ts'
import type { Section } from '#src/wire/imap/section.ts'

/** Fields of a header block by their names, or all others, with an empty line behind them; wire text (RFC 9051 §6.4.5.1). */
export function pickHeaderFields(
  block: Uint8Array,
  { text, names }: Pick<Section, 'text' | 'names'>,
): string {
  const wanted = new Set(names.map((name) => name.toLowerCase()))
  let picked = ''
  for (const { name, key, value } of parseFields(block)) {
    if (wanted.has(key) !== (text === 'fields')) continue
    picked += `${name}:${value}`
    if (!value.endsWith('\n')) picked += '\r\n'
  }
  return `${picked}\r\n`
}
