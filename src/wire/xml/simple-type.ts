/** The values that stand in text and attributes: XML Schema part 2, as far as the protocols here use it. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** What a value is in JavaScript follows from its base: see `valueOf` below. Base64 is read and written by `octets.ts`. */
type SimpleBase = keyof typeof bases

export type SimpleType = {
  readonly kind: 'simple'
  readonly name: string
  readonly base: SimpleBase
  /** Separated by blanks; the value is an array. */
  readonly list: boolean
  /** The words of an enumeration. */
  readonly words: ReadonlySet<string> | undefined
  readonly pattern: RegExp | undefined
  /** The least and the most: of a number itself, of a string its length. */
  readonly least: number | undefined
  readonly most: number | undefined
}

type Base = { read(text: string): unknown; write(value: unknown): string }

const text: Base = { read: (text) => text, write: String }
const date = String.raw`-?\d{4,6}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`
const time = String.raw`(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,20})?|24:00:00)`
const zone = String.raw`(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?`

const bases = {
  string: text,
  /** Taken as it is, but who validates wants a URI. */
  uri: text,
  /** Octets; never read as text. */
  base64: text,
  boolean: { read: readBoolean, write: (value) => (value === true ? 'true' : 'false') },
  int: integer(-(2 ** 31), 2 ** 31 - 1),
  short: integer(-(2 ** 15), 2 ** 15 - 1),
  unsignedInt: integer(0, 2 ** 32 - 1),
  /** As a number: beyond 2^53 the last digits are lost. */
  long: integer(-(2 ** 63), 2 ** 63),
  unsigned: integer(0, 2 ** 63),
  double: { read: readDouble, write: writeDouble },
  dateTime: lexical('a date and time', new RegExp(`^${date}T${time}${zone}$`)),
  // exchangelib says when a recurrence of tasks begins with a time behind the day.
  date: lexical('a date', new RegExp(`^${date}(?:T${time})?${zone}$`)),
  time: lexical('a time', new RegExp(`^${time}${zone}$`)),
  duration: lexical(
    'a duration',
    /^-?P(?=.)(?:\d{1,9}Y)?(?:\d{1,9}M)?(?:\d{1,9}D)?(?:T(?=.)(?:\d{1,9}H)?(?:\d{1,9}M)?(?:\d{1,9}(?:\.\d{1,9})?S)?)?$/,
  ),
  language: lexical('a language', /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/),
} satisfies Record<string, Base>

/** Without a type a thing is a string. */
export function simpleType(name: string, base: SimpleBase, facets: Partial<SimpleType> = {}): SimpleType {
  const { list = false, words, pattern, least, most } = facets
  return { kind: 'simple', name, base, list, words, pattern, least, most }
}

export const isSimpleBase = (name: string): name is SimpleBase => Object.hasOwn(bases, name)

/**
 * The value that `text` stands for; SyntaxFault when the type does not have it.
 * `newWords`: words that an enumeration does not have are let through, as from a server newer than the schema.
 */
export function readSimple(type: SimpleType, text: string, newWords = false): unknown {
  if (type.list) {
    const words = text.split(/[ \t\r\n]+/).filter((word) => word !== '')
    return words.map((word) => readOne(type, word, newWords))
  }
  return readOne(type, text, newWords)
}

/** The text of a value, not yet escaped. */
export function writeSimple(type: SimpleType, value: unknown): string {
  if (typeof value === 'string') return value
  if (type.list) return (value as unknown[]).map((one) => bases[type.base].write(one)).join(' ')
  return bases[type.base].write(value)
}

function readOne(type: SimpleType, written: string, newWords: boolean): unknown {
  if (type.words !== undefined) {
    const word = type.words.has(written) ? written : written.trim()
    if (!newWords && !type.words.has(word)) throw new SyntaxFault(`'${excerpt(written)}' is no ${type.name}`)
    return word
  }
  const value = bases[type.base].read(written)
  const { least, most, pattern } = type
  if (least !== undefined || most !== undefined) {
    const size = typeof value === 'number' ? value : (value as string).length
    if (size < (least ?? size) || size > (most ?? size)) {
      throw new SyntaxFault(`'${excerpt(written)}' is out of the range of ${type.name}`)
    }
  }
  if (pattern !== undefined && !pattern.test(value as string)) {
    throw new SyntaxFault(`'${excerpt(written)}' is no ${type.name}`)
  }
  return value
}

function readBoolean(written: string): boolean {
  switch (written.trim()) {
    case 'true':
    case '1':
      return true
    case 'false':
    case '0':
      return false
    default:
      throw new SyntaxFault(`'${excerpt(written)}' is no boolean`)
  }
}

function integer(least: number, most: number): Base {
  return {
    read: (written) => {
      const digits = written.trim()
      const value = /^[+-]?\d{1,30}$/.test(digits) ? Number(digits) : Number.NaN
      if (!(value >= least && value <= most)) throw new SyntaxFault(`'${excerpt(written)}' is no such number`)
      return value === 0 ? 0 : value
    },
    write: (value) => BigInt(Math.trunc(value as number)).toString(),
  }
}

const special: Record<string, number> = {
  INF: Number.POSITIVE_INFINITY,
  '-INF': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
}

function readDouble(written: string): number {
  const digits = written.trim()
  if (/^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/.test(digits))
    return Number(digits)
  if (Object.hasOwn(special, digits)) return special[digits]!
  throw new SyntaxFault(`'${excerpt(written)}' is no number`)
}

function writeDouble(value: unknown): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : (value as number) > 0 ? 'INF' : '-INF'
}

function lexical(what: string, grammar: RegExp): Base {
  return {
    read: (written) => {
      const trimmed = written.trim()
      if (!grammar.test(trimmed)) throw new SyntaxFault(`'${excerpt(written)}' is not ${what}`)
      return trimmed
    },
    write: String,
  }
}

/** As much of it as fits into a sentence. */
function excerpt(written: string): string {
  return written.length > 60 ? `${written.slice(0, 60)}…` : written
}
