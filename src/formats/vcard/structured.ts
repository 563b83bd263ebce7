import { parseText } from '../ical/values.ts'

/** Parts of a structured value (N, ADR, ORG): between `;`, each a list between `,`, as people read them. */
export function parseStructured(value: string): string[][] {
  return split(value, ';').map((part) =>
    split(part, ',')
      .map((one) => parseText(one).trim())
      .filter((one) => one !== ''),
  )
}

/** Splits at a mark that has no backslash before it. */
export function split(value: string, mark: ';' | ','): string[] {
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
