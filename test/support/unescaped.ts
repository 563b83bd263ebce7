/** Octets of a line of a transcript: `\r`, `\n`, `\\`, `\x` with two hexadecimal digits, and `\*` with how many letters "a". */
export function unescaped(text: string): Buffer {
  const octets = text.replace(/\\(r|n|\\|x[0-9a-f]{2}|\*\d+)/g, (_, code: string) => {
    if (code === 'r') return '\r'
    if (code === 'n') return '\n'
    if (code === '\\') return '\\'
    if (code.startsWith('*')) return 'a'.repeat(Number(code.slice(1)))
    return String.fromCharCode(Number.parseInt(code.slice(1), 16))
  })
  return Buffer.from(octets, 'latin1')
}
