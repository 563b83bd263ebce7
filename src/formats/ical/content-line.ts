import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** One property of an iCalendar object or a vCard (RFC 5545 §3.1, RFC 6350 §3.3), unfolded. */
export type ContentLine = {
  /** vCard only: `item1` of `item1.TEL`. */
  group?: string
  /** In upper case. */
  name: string
  /** Names in upper case; values without quotes and circumflexes (RFC 6868). */
  params: readonly { name: string; values: readonly string[] }[]
  /** As it stands: what it means is its type's business. */
  value: string
}

const LINES_AT_MOST = 200_000
const FOLD_OCTETS = 75

/**
 * The lines of a text, unfolded; empty ones are left out. A line that is no property is given as null, because
 * programs that write such lines are read by everybody else too. Throws `SyntaxFault` for more than 200,000 lines.
 */
export function* contentLines(text: string): Generator<ContentLine | null> {
  let count = 0
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const endOfLine = lineEnds(text)
  for (let at = start; at < text.length; ) {
    if (++count > LINES_AT_MOST) throw new SyntaxFault('More than 200,000 lines', at)
    let line = ''
    for (;;) {
      const end = endOfLine(at)
      line += text.slice(at, end)
      at = afterBreak(text, end)
      if (text[at] !== ' ' && text[at] !== '\t') break
      at++
    }
    if (line.trim() !== '') yield parseContentLine(line)
  }
}

/** Where the line ends that goes on at a place; places rise. Each mark is looked for once: a text may have one of the two alone. */
function lineEnds(text: string): (from: number) => number {
  let [feed, carriage] = [-1, -1]
  const next = (mark: string, from: number) => {
    const found = text.indexOf(mark, from)
    return found < 0 ? text.length : found
  }
  return (from) => {
    if (feed < from) feed = next('\n', from)
    if (carriage < from) carriage = next('\r', from)
    return Math.min(feed, carriage)
  }
}

const afterBreak = (text: string, end: number): number =>
  text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1

const nameText = /(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)/y
const paramName = /;([A-Za-z0-9-]+)(=)?/y
const paramValue = /"([^"]*)"|([^",;:]*)/y

/** Of all parameters of a line; nobody has so many, and each takes memory in whatever keeps the line. */
const PARAM_VALUES_AT_MOST = 1_000

/** Reads one unfolded line; null for one that is no property, or has more than 1,000 values of parameters. */
export function parseContentLine(line: string): ContentLine | null {
  nameText.lastIndex = 0
  const named = nameText.exec(line)
  if (named === null) return null
  const params: { name: string; values: string[] }[] = []
  let at = nameText.lastIndex
  let count = 0
  while (line[at] === ';') {
    paramName.lastIndex = at
    const found = paramName.exec(line)
    if (found === null) return null
    at = paramName.lastIndex
    // vCard 2.1 writes `TEL;HOME;VOICE:`: types without a name.
    if (found[2] === undefined) {
      if (++count > PARAM_VALUES_AT_MOST) return null
      params.push({ name: 'TYPE', values: [found[1]!] })
      continue
    }
    const values: string[] = []
    do {
      if (++count > PARAM_VALUES_AT_MOST) return null
      if (values.length > 0) at++
      paramValue.lastIndex = at
      const value = paramValue.exec(line)!
      at = paramValue.lastIndex
      values.push(uncircumflex(value[1] ?? value[2]!))
    } while (line[at] === ',')
    params.push({ name: found[1]!.toUpperCase(), values })
  }
  if (line[at] !== ':') return null
  const group = named[1] === undefined ? {} : { group: named[1] }
  return { ...group, name: named[2]!.toUpperCase(), params, value: line.slice(at + 1) }
}

const uncircumflex = (text: string): string =>
  text.replace(/\^([n'^])/g, (_, mark: string) => (mark === 'n' ? '\n' : mark === "'" ? '"' : '^'))

/** Writes a property with its folds and its end. */
export function formatContentLine({ group, name, params, value }: ContentLine): string {
  const texts = params.map((param) => `;${param.name}=${param.values.map(formatParamValue).join(',')}`)
  return foldLine(`${group === undefined ? '' : `${group}.`}${name}${texts.join('')}:${oneLine(value)}`)
}

/** A parameter's value, in quotes where it needs them (RFC 5545 §3.2, RFC 6868). */
export function formatParamValue(value: string): string {
  const text = value
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/\^/g, '^^')
    .replace(/"/g, "^'")
    .replace(/\n/g, '^n')
  return /[,;:]/.test(text) ? `"${text}"` : text
}

/** No value can end its line and begin another property. */
const oneLine = (value: string): string => value.replace(/\r\n|[\r\n]/g, '\\n').replace(/[^\P{Cc}\t]/gu, '')

/** One line with its folds and its end: 75 octets at most, never cut within a character (RFC 5545 §3.1). */
export function foldLine(line: string): string {
  if (Buffer.byteLength(line) <= FOLD_OCTETS) return `${line}\r\n`
  let text = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > FOLD_OCTETS) {
      text += '\r\n '
      octets = 1
    }
    text += character
    octets += size
  }
  return `${text}\r\n`
}

/** The first value of a parameter, or undefined. */
export function paramOf(line: ContentLine, name: string): string | undefined {
  return line.params.find((param) => param.name === name)?.values[0]
}
