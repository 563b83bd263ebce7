import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { propertyKey } from '../extended-property.ts'
import type {
  BodyType,
  ExtendedPropertyType,
  NonEmptyArrayOfItemChangeDescriptionsType,
} from '../schema-types.ts'
import { type KeptValues, keptValues } from './kept-properties.ts'
import { numberedWords } from './numbered-words.ts'

/** What is to be set of an item, whether it is made or changed. */
export type ItemUpdates = {
  /** By the name of the element; null takes it away. */
  values: Readonly<Record<string, unknown>>
  /** Entries of a dictionary: one of several phone numbers, a line of an address. */
  indexed: readonly IndexedUpdate[]
  /** Extended properties by key; null takes one away. */
  extended: Readonly<Record<string, string | readonly string[] | null>>
  /** To be put behind what is there: bodies and recipients. */
  appended: Readonly<Record<string, unknown>>
}

type IndexedUpdate = { uri: string; index: string; value: unknown }

type Given = Record<string, unknown> & { ExtendedProperty?: readonly ExtendedPropertyType[] }

/** Everything that an element of CreateItem has. */
export function updatesOfItem(item: object): ItemUpdates {
  const { ExtendedProperty = [], ...values } = item as Given
  const extended = keptValues(ExtendedProperty)
  return { values: { ...values, ...numberedWords(extended) }, indexed: [], extended, appended: {} }
}

/** The changes of UpdateItem; a later one counts more than an earlier one of the same property. */
export function updatesOf(changes: NonEmptyArrayOfItemChangeDescriptionsType): ItemUpdates {
  const values: Record<string, unknown> = {}
  const appended: Record<string, unknown> = {}
  const indexed: IndexedUpdate[] = []
  const extended: Record<string, KeptValues[string] | null> = {}
  for (const { SetItemField: set, AppendToItemField: append, DeleteItemField: remove } of changes) {
    const change = set ?? append ?? remove!
    const { FieldURI, IndexedFieldURI, ExtendedFieldURI, ...element } = change as Given & typeof change
    const given = Object.values(element)[0] as Given | undefined
    if (ExtendedFieldURI !== undefined) {
      if (given === undefined) extended[propertyKey(ExtendedFieldURI)] = null
      else Object.assign(extended, keptValues(given.ExtendedProperty ?? []))
    } else if (IndexedFieldURI !== undefined) {
      const { FieldURI: uri, FieldIndex: index } = IndexedFieldURI
      indexed.push({ uri, index, value: given === undefined ? null : entryOf(given, uri, index) })
    } else if (FieldURI !== undefined) {
      const name = FieldURI.FieldURI.slice(FieldURI.FieldURI.lastIndexOf(':') + 1)
      if (given === undefined) values[name] = null
      else if (given[name] === undefined)
        throw new SyntaxFault(`${FieldURI.FieldURI} is to be set, and no value is given`)
      else if (append !== undefined) appended[name] = behind(appended[name], given[name])
      else values[name] = given[name]
    }
  }
  return { values: { ...values, ...numberedWords(extended) }, indexed, extended, appended }
}

/** What is appended in several steps comes one behind the other. */
function behind(before: unknown, value: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(value)) return [...before, ...value]
  const [first, second] = [before as BodyType | undefined, value as BodyType]
  return first?.Value === undefined ? value : { ...second, Value: `${first.Value}${second.Value}` }
}

const dictionaries: Readonly<Record<string, string>> = {
  'contacts:PhoneNumber': 'PhoneNumbers',
  'contacts:EmailAddress': 'EmailAddresses',
  'contacts:ImAddress': 'ImAddresses',
  'contacts:PhysicalAddress': 'PhysicalAddresses',
}

/** The value of one entry in the dictionary that the element gives: a text, also of a line of an address. */
function entryOf(given: Given, uri: string, index: string): unknown {
  if (uri === 'item:InternetMessageHeader') {
    const headers = (given.InternetMessageHeaders ?? []) as { HeaderName: string; Value: string }[]
    return headers.find(({ HeaderName }) => HeaderName.toLowerCase() === index.toLowerCase())?.Value ?? null
  }
  const line = /^contacts:PhysicalAddress:(\w+)$/.exec(uri)?.[1]
  const dictionary = dictionaries[line === undefined ? uri : 'contacts:PhysicalAddress']
  const entries = ((dictionary && given[dictionary]) ?? []) as (Record<string, unknown> & { Key: string })[]
  const entry = entries.find(({ Key }) => Key === index)
  return (line === undefined ? entry?.Value : entry?.[line]) ?? null
}
