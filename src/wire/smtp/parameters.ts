import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Parameters behind a path (RFC 5321 §4.1.2 Mail-parameters): keyword in upper case → value, if it has one. */
type Parameters = ReadonlyMap<string, string | undefined>

const parameter = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e\u0080-\u{10ffff}]+))?$/u

/** `SIZE=1000 BODY=8BITMIME`. SyntaxFault for anything else, and for a keyword said twice. */
function parseParameters(text: string): Parameters {
  const found = new Map<string, string | undefined>()
  for (const word of text.split(' ')) {
    if (word === '') continue
    const parts = parameter.exec(word)
    if (parts === null) throw new SyntaxFault('A parameter is neither KEYWORD nor KEYWORD=value')
    const keyword = parts[1]!.toUpperCase()
    if (found.has(keyword)) throw new SyntaxFault(`The parameter ${keyword} is given twice`)
    found.set(keyword, parts[2])
  }
  return found
}

export function formatParameters(parameters: Iterable<readonly [string, string | undefined]>): string {
  let text = ''
  for (const [keyword, value] of parameters)
    text += value === undefined ? ` ${keyword}` : ` ${keyword}=${value}`
  return text
}

// A path may hold blanks and brackets inside quotes. The alternatives share no character, so this is linear.
const pathAndRest = /^(?:FROM|TO):\s?<((?:"(?:[^"\\]|\\.)*"|[^"<>\\ ])*)>(?: +(.*))?$/isu

/** `FROM:<path> parameters` cut in two, `word` being FROM or TO. Outlook and others put a blank behind the colon. */
export function splitPathArgument(
  args: string,
  word: 'FROM' | 'TO',
): { path: string; parameters: Parameters } {
  const parts = pathAndRest.exec(args)
  if (parts === null || !args.toUpperCase().startsWith(`${word}:`))
    throw new SyntaxFault(`Write it as ${word}:<name@domain>`, 0)
  return { path: parts[1]!, parameters: parseParameters(parts[2] ?? '') }
}
