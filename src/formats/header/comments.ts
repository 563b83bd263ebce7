/**
 * A structured value without its comments (RFC 5322 §3.2.2: nested, escaped); each leaves one blank. Quoted strings are kept.
 * An unclosed comment runs to the end.
 */
export function stripComments(value: string): string {
  if (!value.includes('(')) return value
  let out = ''
  let depth = 0
  let quoted = false
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!
    if (char === '\\') {
      if (depth === 0) out += value.slice(at, at + 2)
      at++
    } else if (depth === 0 && char === '"') {
      quoted = !quoted
      out += char
    } else if (!quoted && char === '(') {
      depth++
    } else if (depth > 0) {
      if (char === ')' && --depth === 0) out += ' '
    } else {
      out += char
    }
  }
  return out
}
