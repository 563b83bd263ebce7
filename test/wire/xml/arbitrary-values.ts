/** Values that a schema allows, of any of its types, in the form in which the reader gives them. */
import fc from 'fast-check'
import { anyElement } from '#src/wire/xml/any-element.ts'
import type { ComplexType, Field, Type } from '#src/wire/xml/schema.ts'
import type { Particle } from '#src/wire/xml/schema-language.ts'
import type { SimpleType } from '#src/wire/xml/simple-type.ts'

/** Characters that are trouble somewhere, and usual ones; none that XML cannot carry. */
const character = fc.constantFrom(
  ...[
    'a',
    'B',
    '0',
    ' ',
    '&',
    '<',
    '>',
    '"',
    "'",
    '\n',
    '\r',
    '\t',
    ']]>',
    'ä',
    '€',
    '😀',
    '\u0085',
    '\u2028',
    'x',
  ],
)
const text = (least = 0, most = 8): fc.Arbitrary<string> =>
  fc.array(character, { minLength: least, maxLength: Math.max(least, most) }).map((parts) => parts.join(''))

const pad = (n: number, digits = 2): string => String(n).padStart(digits, '0')
const date = fc
  .tuple(
    fc.integer({ min: 1601, max: 4500 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, day]) => `${pad(year, 4)}-${pad(month)}-${pad(day)}`)
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => pad(part)).join(':'))
const zone = fc.constantFrom('', 'Z', '+05:30', '-08:00')
const dateTime = fc
  .tuple(date, time, fc.constantFrom('', '.5', '.123'), zone)
  .map(([day, at, part, offset]) => `${day}T${at}${part}${offset}`)
const integer = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

/** Of the few types with a pattern, or with a gap in their range. */
const examples: Record<string, fc.Arbitrary<unknown>> = {
  GuidType: fc.uuid(),
  ListOfExtensionIdsType: fc.uuid(),
  ReminderMinutesBeforeStartType: fc.constantFrom(0, 15, 2_629_800, 1_525_252_321),
  PropertyTagType: fc.constantFrom('0x0e07', '0X37', '4096'),
  ExcludesAttributeType: fc.constantFrom('0x01', '12', ''),
  OfficeClientCodeType: fc.constantFrom('a_B', 'Word_16'),
  VersionType: fc.constantFrom('1.0', '15.2.1.1'),
}

const bases: Record<SimpleType['base'], (type: SimpleType) => fc.Arbitrary<unknown>> = {
  string: ({ least, most }) => text(least, most),
  uri: () => fc.constantFrom('https://example.com/a?b=c&d', 'mailto:ann@example.com', ''),
  base64: () => fc.uint8Array({ maxLength: 20 }).map((octets) => Buffer.from(octets)),
  boolean: () => fc.boolean(),
  int: ({ least, most }) => integer(least ?? -(2 ** 31), most ?? 2 ** 31 - 1),
  short: () => integer(-(2 ** 15), 2 ** 15 - 1),
  unsignedInt: () => integer(0, 2 ** 32 - 1),
  long: () => integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  unsigned: () => integer(0, Number.MAX_SAFE_INTEGER),
  double: () => fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value)),
  dateTime: () => dateTime,
  date: () => fc.tuple(date, zone).map((parts) => parts.join('')),
  time: () => time,
  duration: () => fc.constantFrom('PT0S', 'P1D', '-PT8H30M', 'P1Y2M3DT4H5M6.7S', 'PT15M'),
  language: () => fc.constantFrom('en', 'de-DE'),
}

function simple(type: SimpleType): fc.Arbitrary<unknown> {
  const known = Object.hasOwn(examples, type.name) ? examples[type.name] : undefined
  const one = type.words === undefined ? (known ?? bases[type.base](type)) : fc.constantFrom(...type.words)
  return type.list ? fc.uniqueArray(one, { minLength: 1, maxLength: 3 }) : one
}

/** Deeper than this only what must be there is there. */
const deep = 4

/** `depth`: how many types it is in already. Types that need themselves without end do not occur. */
export function arbitraryValue(type: Type, depth = 0): fc.Arbitrary<unknown> {
  if (type.kind === 'simple') return simple(type)
  const { form, content } = type
  if (form === 'any') return fc.constant([anyElement('urn:example', 'Thing', 'a < b', { Of: '"' })])
  // What else it has follows from its xsi:type, which no schema of ours says.
  if (type.name === 'AnyAlternateIdType') {
    return fc.constant({
      type: 't:AlternateIdType',
      Format: 'HexEntryId',
      Id: '00AB',
      Mailbox: 'ann@example.com',
    })
  }
  if (form === 'array') {
    const [field] = type.fields
    const entry = fieldValue(field!, depth)
    return fc.array(entry, { minLength: type.least, maxLength: depth > deep ? type.least : 2 })
  }
  if (form === 'choices') {
    return fc.array(chosen(type.fields, depth), {
      minLength: type.least,
      maxLength: depth > deep ? type.least : 3,
    })
  }
  const attributes = [...type.attributes.values()].map((attribute) =>
    fc
      .option(simple(attribute.type), { nil: undefined, freq: attribute.required ? 1_000_000_000 : 1 })
      .chain((value) =>
        value === undefined && attribute.required ? simple(attribute.type) : fc.constant(value),
      )
      .map((value): Values => (value === undefined ? {} : { [attribute.name]: value })),
  )
  const own = type.text === undefined ? [] : [simple(type.text).map((Value): Values => ({ Value }))]
  return merged([...attributes, ...own, particle(type, content, depth)])
}

type Values = Record<string, unknown>

const merged = (parts: fc.Arbitrary<Values>[]): fc.Arbitrary<Values> =>
  fc.tuple(...parts).map((values) => Object.assign({}, ...values) as Values)

/** Not made before it is needed: types contain each other. */
const fieldValue = (field: Field, depth: number): fc.Arbitrary<unknown> =>
  fc.constant(undefined).chain(() => arbitraryValue(field.type, depth + 1))

function chosen(fields: readonly Field[], depth: number): fc.Arbitrary<Values> {
  const usable = depth > deep ? shallowest(fields) : fields
  return fc
    .nat({ max: usable.length - 1 })
    .chain((at) => fieldValue(usable[at]!, depth).map((value): Values => ({ [usable[at]!.name]: value })))
}

/** The way out of a type that contains itself. */
function shallowest(fields: readonly Field[]): readonly Field[] {
  const flat = fields.filter(({ name }) =>
    ['Exists', 'Item', 'Transition', 'True', 'FileAttachment'].includes(name),
  )
  return flat.length > 0 ? flat : fields
}

function particle(type: ComplexType, content: Particle, depth: number): fc.Arbitrary<Values> {
  if (content.kind === 'element') {
    const field = type.byName.get(content.name)!
    const many = content.occurs === '*' || content.occurs === '+'
    const must = content.occurs === '' || content.occurs === '+'
    const value = many
      ? fc.array(fieldValue(field, depth), { minLength: 1, maxLength: 2 })
      : fieldValue(field, depth)
    const there = value.map((value): Values => ({ [content.name]: value }))
    return must ? there : sometimes(there, depth)
  }
  if (content.kind !== 'choice' && content.kind !== 'sequence') return fc.constant({})
  if (content.list !== undefined) {
    const list = content.list
    const fields = type.fields.filter((field) => field.list === list)
    return fc
      .array(chosen(fields, depth), { minLength: 1, maxLength: 3 })
      .map((entries): Values => ({ [list]: entries }))
  }
  const parts = content.parts.map((part) => particle(type, part, depth))
  const all =
    content.kind === 'sequence'
      ? merged(parts)
      : fc.nat({ max: parts.length - 1 }).chain((at) => parts[depth > deep ? 0 : at]!)
  return content.occurs === '?' ? sometimes(all, depth) : all
}

const sometimes = (there: fc.Arbitrary<Values>, depth: number): fc.Arbitrary<Values> => {
  if (depth > deep) return fc.constant({})
  // Rarer further in, so that values stay of a size that one can look at.
  return fc.nat({ max: 2 + depth * 3 }).chain((at) => (at === 0 ? there : fc.constant({} as Values)))
}
