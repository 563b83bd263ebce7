/**
 * What a TypeScript source imports, found without a compiler: TypeScript 7 offers no parser to programs. A lexer drops
 * comments and keeps strings, template strings and regular expressions whole, so that an import inside one of them is
 * not an import; then the few forms below are matched on the tokens.
 */

/**
 * value: `import … from`, `export … from`, `import 'x'`, `require('x')`; type: the same behind `import type` or
 * `export type`, gone at run time; lazy: `import('x')`; thread: `new URL('x.ts', import.meta.url)`, how a worker is named.
 */
export type ImportKind = 'value' | 'type' | 'lazy' | 'thread'

export type ImportStatement = {
  readonly kind: ImportKind
  /** What stands between the quotes, or undefined where `import()` is given an expression. */
  readonly specifier: string | undefined
  /** From 1. */
  readonly line: number
}

type Token = { readonly kind: 'word' | 'string' | 'other'; readonly text: string; readonly line: number }

export function importStatements(source: string): ImportStatement[] {
  const tokens = tokensOf(source)
  const found: ImportStatement[] = []
  const at = (index: number): string | undefined => tokens[index]?.text
  const string = (index: number): string | undefined =>
    tokens[index]?.kind === 'string' ? tokens[index].text : undefined

  tokens.forEach((token, index) => {
    const { line } = token
    const before = at(index - 1)
    if (token.kind === 'string' && token.text.endsWith('.ts') && isThread(tokens, index)) {
      found.push({ kind: 'thread', specifier: token.text, line })
    }
    if (token.kind !== 'word' || before === '.') return
    if (token.text === 'require' && at(index + 1) === '(' && string(index + 2) !== undefined) {
      found.push({ kind: 'value', specifier: string(index + 2), line })
    } else if (token.text === 'import' && at(index + 1) === '(') {
      const whole = at(index + 3) === ')' || at(index + 3) === ','
      found.push({ kind: 'lazy', specifier: whole ? string(index + 2) : undefined, line })
    } else if (token.text === 'import' && string(index + 1) !== undefined) {
      found.push({ kind: 'value', specifier: string(index + 1), line })
    } else if (token.text === 'import' || token.text === 'export') {
      const clause = clauseAt(tokens, index)
      if (clause) found.push({ ...clause, line })
    }
  })
  return found
}

/** `import a, { b as c } from 'x'`, `export * as a from 'x'`, `export type { a } from 'x'`; undefined for `export const …`. */
function clauseAt(tokens: readonly Token[], start: number): Omit<ImportStatement, 'line'> | undefined {
  let index = start + 1
  let kind: ImportKind = 'value'
  const next = tokens[index + 1]?.text
  // `import type from 'x'` imports a default named type; `import type, { a } from 'x'` too.
  if (
    tokens[index]?.text === 'type' &&
    next !== ',' &&
    (next !== 'from' || tokens[index + 2]?.text === 'from')
  ) {
    kind = 'type'
    index += 1
  }
  if (tokens[start]?.text === 'export' && tokens[index]?.text !== '{' && tokens[index]?.text !== '*') return
  for (; index < tokens.length; index += 1) {
    const token = tokens[index]!
    const after = tokens[index + 1]
    if (token.text === 'from' && after?.kind === 'string') return { kind, specifier: after.text }
    const part = token.kind !== 'other' || ['{', '}', ',', '*'].includes(token.text)
    if (!part) return
    if (token.text === '}' && after?.text !== 'from') return
  }
  return
}

function isThread(tokens: readonly Token[], index: number): boolean {
  const around = tokens.slice(index - 3, index).concat(tokens.slice(index + 1, index + 7))
  return around.map((token) => token.text).join('') === 'newURL(,import.meta.url'
}

const space = /\s+/y
const word = /[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy
const quoted = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const templatePart = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y
/** After these words a `/` begins a regular expression; after any other word it divides. */
const beforeRegex = new Set('return typeof case in of do else void delete throw new await yield'.split(' '))

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  /** One entry per open `{`; true where it was the `${` of a template string. */
  const braces: boolean[] = []
  let position = 0
  let line = 1

  const advance = (text: string): void => {
    position += text.length
    for (const character of text) if (character === '\n') line += 1
  }
  const push = (kind: Token['kind'], text: string): void => void tokens.push({ kind, text, line })
  /** Moves past what the pattern matches here and lets `keep` make a token of it; false where it does not match. */
  const take = (pattern: RegExp, keep?: (text: string) => void): boolean => {
    pattern.lastIndex = position
    const text = pattern.exec(source)?.[0]
    if (text === undefined || text === '') return false
    keep?.(text)
    advance(text)
    return true
  }
  /** From behind a backtick, or behind the `}` of an expression, to the next expression or the end. */
  const template = (): void => {
    take(templatePart)
    const opensExpression = source.startsWith('${', position)
    if (opensExpression) braces.push(true)
    push('other', opensExpression ? '`${' : '`')
    position += opensExpression ? 2 : 1
  }
  const sign = (character: string): void => {
    const last = tokens.at(-1)
    if (character === '/' && regexMayFollow(last) && take(regex, () => push('other', '/regex/'))) return
    position += 1
    if (character === '`' || (character === '}' && braces.pop() === true)) {
      template()
      return
    }
    if (character === '{') braces.push(false)
    push('other', character)
  }

  while (position < source.length) {
    const taken =
      take(space) ||
      take(comment) ||
      take(quoted, (text) => push('string', text.slice(1, -1))) ||
      take(word, (text) => push('word', text))
    if (!taken) sign(source[position]!)
  }
  return tokens
}

function regexMayFollow(last: Token | undefined): boolean {
  if (last === undefined) return true
  if (last.kind === 'word') return beforeRegex.has(last.text)
  return last.kind === 'other' && ![')', ']', '`', '/regex/'].includes(last.text) && !/^\d$/.test(last.text)
}
