import { parseText } from '../ical/values.ts'

/** The parts of ADR in their order (RFC 6350 §6.3.1), by the names of JSContact. */
export const addressKinds = [
  'postOfficeBox',
  'apartment',
  'name',
  'locality',
  'region',
  'postcode',
  'country',
] as const

/** Parts of a structured value (N, ADR, ORG): between `;`, each a list between `,`, as people read them. */
export function parseStructured(value: string): string[][] {
  return split(value, ';').map((part) =>
    split(part, ',')
      .map((one) => parseText(one).trim())
      .filter((one) => one !== ''),
  )
}

/** Splits at a mark that has no backslash before it. */
function split(value: string, mark: ';' | ','): string[] {
  const parts: string[] = []
  let part = ''
  for (let at = 0; at < value.length; at++) {
    const character = value[at]!
    if (character === '\\') {
      part += character + (value[at + 1] ?? '')
      at++
    } else if (character === mark) {
      parts.push(part)
      part = ''
    } else part += character
  }
  return [...parts, part]
}
