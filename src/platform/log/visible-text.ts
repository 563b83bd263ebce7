/**
 * Text made safe for a terminal: control characters, line breaks, and characters that turn the direction of
 * writing or have no width are shown as escapes, so that data cannot move the cursor, colour or forge a line.
 */
export function visibleText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (sign) => {
    const code = sign.codePointAt(0)!
    if (sign === '\n') return '\\n'
    if (sign === '\t') return '\\t'
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}
