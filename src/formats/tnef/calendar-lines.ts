/** RFC 5545 §3.1: content lines are folded at 75 octets, never within a character. */
const LINE = 75

/** Text as a TEXT value (RFC 5545 §3.3.11); control characters that no line may hold are left out. */
export const escapeText = (text: string) =>
  text
    .toWellFormed()
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/[\x00-\x08\x0a-\x1f\x7f]/g, '')

/** Text as a quoted parameter value (RFC 5545 §3.2), which has no way to say a quote. */
export const quoteParam = (text: string) =>
  `"${text
    .toWellFormed()
    .replace(/[\x00-\x1f\x7f]/g, ' ')
    .replaceAll('"', "'")}"`

/** Content lines with their folds and line ends. */
export function formatLines(lines: readonly string[]): string {
  return lines.map(fold).join('')
}

function fold(line: string): string {
  let out = ''
  let length = 0
  for (const char of line) {
    const size = Buffer.byteLength(char)
    if (length + size > LINE) {
      out += '\r\n '
      length = 1
    }
    out += char
    length += size
  }
  return `${out}\r\n`
}

const two = (number: number) => String(number).padStart(2, '0')

/** `20260301` of the clock that `wallMs` shows when read as UTC. */
export function formatDay(wallMs: number): string {
  const date = new Date(wallMs)
  return `${String(date.getUTCFullYear()).padStart(4, '0')}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`
}

/** `20260301T090000`, likewise. */
export function formatClock(wallMs: number): string {
  const date = new Date(wallMs)
  return `${formatDay(wallMs)}T${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}`
}
