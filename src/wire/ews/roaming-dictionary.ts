/** Dictionaries as MAPI keeps them with a configuration, PidTagRoamingDictionary ([MS-OXOCFG] §2.2.5.1). */

import { escapeAttribute } from '../xml/escape.ts'
import { parseEither } from '../xml/read-document.ts'
import type { Field } from '../xml/schema.ts'
import { Schema } from '../xml/schema.ts'
import type { UserConfigurationDictionaryObjectType } from './schema-types.ts'

/** Programs write the namespace in small and in large letters, and leave it out. */
const roots: readonly Field[] = ['dictionary.xsd', 'Dictionary.xsd', ''].map((namespace) =>
  new Schema([
    {
      prefix: 'd',
      bare: true,
      namespace,
      text: `
element UserConfiguration : Dictionary
Dictionary = Info:Info Data:Data
Info = @version
Data = e:Entry*
Entry = @k! @v!
`,
    },
  ]).root('d/UserConfiguration'),
)
const limits = { depth: 10, elements: 20_000, textChars: 2_000_000 }

type Document = { Data?: readonly { k: string; v: string }[] }
type Pair = readonly [
  key: UserConfigurationDictionaryObjectType,
  value: UserConfigurationDictionaryObjectType,
]

/** A number stands before each value and says its type; [MS-OXOCFG] has three of them, Exchange those of .NET's TypeCode. */
const types: Readonly<Record<string, UserConfigurationDictionaryObjectType['Type']>> = {
  '3': 'Boolean',
  '6': 'Byte',
  '9': 'Integer32',
  '10': 'UnsignedInteger32',
  '11': 'Integer64',
  '12': 'UnsignedInteger64',
  '18': 'String',
}

/** `unread`: how many have a type that nobody knows. SyntaxFault for what is no such document. */
export function parseDictionary(document: Uint8Array): { pairs: readonly Pair[]; unread: number } {
  const { value } = parseEither(document, roots, { limits })
  const entries = (value as Document).Data ?? []
  const pairs = entries.flatMap(({ k, v }): Pair[] => {
    const [key, said] = [typed(k), typed(v)]
    return key === undefined || said === undefined ? [] : [[key, said]]
  })
  return { pairs, unread: entries.length - pairs.length }
}

function typed(text: string): UserConfigurationDictionaryObjectType | undefined {
  const dash = text.indexOf('-')
  const Type = types[text.slice(0, dash)]
  const value = text.slice(dash + 1)
  if (dash < 1 || Type === undefined) return undefined
  return { Type, Value: [Type === 'Boolean' ? value.toLowerCase() : value] }
}

const numbers = new Map<string, string>(Object.entries(types).map(([number, type]) => [type, number]))
type TypedText = { Type: string; Value: readonly string[] }

/** The document of a dictionary. Values of a type that has no number, those of several values, are left out. */
export function formatDictionary(
  pairs: readonly (readonly [key: TypedText, value: TypedText | null])[],
): string {
  const said = ({ Type, Value }: TypedText): string | undefined => {
    const number = numbers.get(Type)
    if (number === undefined || Value.length !== 1) return undefined
    return escapeAttribute(`${number}-${Type === 'Boolean' ? capital(Value[0]!) : Value[0]}`)
  }
  const entries = pairs.flatMap(([key, value]) => {
    const [k, v] = [said(key), value === null ? undefined : said(value)]
    return k === undefined || v === undefined ? [] : `<e k="${k}" v="${v}"/>`
  })
  return `<?xml version="1.0" encoding="utf-8"?><UserConfiguration xmlns="dictionary.xsd"><Info version="Exchange.12"/><Data>${entries.join('')}</Data></UserConfiguration>`
}

/** As .NET writes a truth. */
const capital = (truth: string): string => (/^(?:true|1)$/i.test(truth.trim()) ? 'True' : 'False')
