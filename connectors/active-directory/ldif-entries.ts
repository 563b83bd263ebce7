import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type LdifLine, ldifLines } from './ldif-lines.ts'
import { RawEntry } from './raw-entry.ts'

const MOST_VALUES = 1_000_000

/** The entry, and the line it begins at. */
export type LdifEntry = { entry: RawEntry; line: number }

/**
 * The entries of an LDIF file (RFC 2849), one after the other. An export is taken, with or without `changetype: add`; a file of
 * changes is not. SyntaxFault with the line.
 */
export async function* ldifEntries(path: string): AsyncGenerator<LdifEntry> {
  let lines: LdifLine[] = []
  for await (const line of ldifLines(path)) {
    if (line.text !== '') {
      if (lines.length >= MOST_VALUES) throw at(line, `the entry of line ${lines[0]!.number} does not end`)
      lines.push(line)
    } else if (lines.length > 0) {
      const entry = entryOf(lines)
      lines = []
      if (entry !== undefined) yield entry
    }
  }
  const last = lines.length > 0 ? entryOf(lines) : undefined
  if (last !== undefined) yield last
}

function entryOf(lines: readonly LdifLine[]): LdifEntry | undefined {
  let rest = lines
  if (parts(rest[0]!).attribute === 'version') rest = rest.slice(1)
  const [first, ...others] = rest
  if (first === undefined) return undefined
  const name = parts(first)
  if (name.attribute !== 'dn') throw at(first, 'an entry must begin with "dn:"')
  const values = new Map<string, Buffer[]>()
  for (const line of others) {
    const { attribute, value } = parts(line)
    if (attribute === 'changetype') {
      const change = value.toString('utf8').trim().toLowerCase()
      if (change === 'add') continue
      throw at(
        line,
        `"changetype: ${change}" is a change, not an entry. Export the directory anew with ldifde -f; a file of changes cannot be read`,
      )
    }
    const known = values.get(attribute)
    if (known === undefined) values.set(attribute, [value])
    else known.push(value)
  }
  return { entry: new RawEntry(name.value.toString('utf8'), values), line: first.number }
}

/** `name: text`, `name:: base64`. A URL is not followed: a file must not make us read other files. */
function parts(line: LdifLine): { attribute: string; value: Buffer } {
  const colon = line.text.indexOf(':')
  const attribute = line.text.slice(0, colon).toLowerCase()
  if (colon <= 0 || !/^[a-z0-9][a-z0-9.-]*(;[a-z0-9=*-]+)*$/.test(attribute))
    throw at(line, 'it does not begin with the name of an attribute and a colon')
  const kind = line.text[colon + 1]
  if (kind === '<') throw at(line, `${attribute} is a URL, which is not followed. Export the value itself`)
  if (kind !== ':')
    return { attribute, value: Buffer.from(line.text.slice(colon + 1).replace(/^ +/, ''), 'utf8') }
  const text = line.text.slice(colon + 2).trim()
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw at(line, `${attribute} is not Base64`)
  return { attribute, value: Buffer.from(text, 'base64') }
}

function at(line: LdifLine, what: string): SyntaxFault {
  return new SyntaxFault(`line ${line.number}: ${what}`)
}
