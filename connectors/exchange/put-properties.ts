/** What lies beside an item, on its way back to a server: follow-up, reminders, retention, colours, whatever a program has put there. */
import type { ItemClass } from '#src/domain/mailbox/item.ts'
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import { propertyKey, propertyPath, propertySets } from '#src/wire/ews/extended-property.ts'
import {
  IMPORTANCE_KEY,
  importances,
  SENSITIVITY_KEY,
  sensitivities,
} from '#src/wire/ews/model/numbered-words.ts'
import { isOfOccurrence } from '#src/wire/ews/model/occurrence-properties.ts'
import type { ExtendedPropertyType, ItemType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { flagStatus, keptOf } from './extended-properties.ts'
import { CLASS_KEY, usualClass } from './item-marks.ts'
import { readShown, type Updates, updateThere } from './item-there.ts'
import type { Named } from './return-token.ts'

type Properties = SourceItem['properties']
type Update = Updates[number]

const common = (id: number): string => `{${propertySets.Common}}0x${id.toString(16)}:`

/**
 * What a server makes of an item by itself, or is told in another way: PidTagCreationTime, PidTagLastModificationTime, PidTagConversationId, PidTagSearchKey,
 * PidTagMessageFlags, PidTagRead, PidTagMessageDeliveryTime, PidTagInternetCodepage, PidTagFlagStatus, PidTagLastVerbExecuted.
 */
const own: ReadonlySet<string> = new Set(
  [0x3007, 0x3008, 0x3013, 0x300b, 0x0e07, 0x0e69, 0x0e06, 0x3fde, 0x1090, 0x1081].map(
    (tag) => `0x${tag.toString(16).padStart(4, '0')}:`,
  ),
)
/** Reminders, and when it begins and ends: events and tasks have them among their times. */
const ofTimes: ReadonlySet<string> = new Set([0x8502, 0x8503, 0x8560, 0x8516, 0x8517].map(common))
const inSet = (set: keyof typeof propertySets, ids: readonly number[]): readonly string[] =>
  ids.map((id) => `{${propertySets[set]}}0x${id.toString(16).padStart(4, '0')}:`)
/** From one number to another, both among them. */
const between = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at)
/**
 * What the content of an item says, and what follows from it (MS-OXOCAL §2.2.1, MS-OXOTASK §2.2.2, MS-OXOCNTC §2.2.1): kept beside it,
 * it would be out of date with the first change.
 */
const saidByContentOf: Readonly<Record<ItemClass, ReadonlySet<string>>> = {
  message: new Set(),
  event: new Set([
    ...ofTimes,
    ...inSet('Appointment', [
      ...[0x8201, 0x8205, 0x8208, 0x820d, 0x820e, 0x8210, 0x8211, 0x8212, 0x8213, 0x8215, 0x8216, 0x8217],
      ...[0x8223, 0x8226, 0x8228, 0x8231, 0x8232, 0x8233, 0x8234, 0x8235, 0x8236, 0x8238, 0x823a, 0x823b],
      ...[0x823c, 0x825a, 0x825e, 0x825f, 0x8260],
    ]),
    ...inSet('Meeting', between(0x0001, 0x0028)),
  ]),
  task: new Set([
    ...ofTimes,
    ...inSet('Task', [0x8101, 0x8102, 0x8104, 0x8105, 0x810f, 0x8116, 0x811c, 0x8126]),
  ]),
  contact: new Set(
    inSet('Address', [
      ...[0x8005, 0x8015, 0x8022, 0x804c, 0x8053, 0x8054, 0x8055, 0x8062, 0x8064],
      ...[...between(0x8045, 0x8049), ...between(0x8080, 0x80a8), ...between(0x80da, 0x80dd)],
    ]),
  ),
  note: new Set(),
}
/** What the server makes of others by itself, and is a mark of a contact or a note, when it is flagged. */
const ofFlag = propertyKey(flagStatus)
/** PidLidPrivate. */
const PRIVATE_KEY = `${common(0x8506)}Boolean`
/** How important and how private it is: the content of events and tasks says so, and it may not be told beside it. */
const saidByContent: ReadonlySet<string> = new Set([IMPORTANCE_KEY, SENSITIVITY_KEY, PRIVATE_KEY])
/** Private to programs that ask for the mark alone, of what its server shows to everybody (MS-OXCMSG §2.2.1.14). */
const isOddlyPrivate = (key: string, there: Properties): boolean =>
  key === PRIVATE_KEY &&
  truth(String(there[key])) === 'true' &&
  /^[01]?$/.test(String(there[SENSITIVITY_KEY] ?? ''))

/** Whether it is put beside an item, and not told by what the item says. */
function isBeside(kind: ItemClass, key: string): boolean {
  const bare = key.slice(0, key.lastIndexOf(':') + 1)
  if (key === ofFlag && (kind === 'contact' || kind === 'note')) return true
  if (own.has(bare) || key.includes('"LandbridgeReturned:') || isOfOccurrence(key)) return false
  return !saidByContentOf[kind].has(bare)
}

/** The properties of an item that are put beside it. */
export const besideOf = (kind: ItemClass, properties: Properties): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([key]) => isBeside(kind, key)))

/** What has to change of what lies beside an item, so that it is as `wanted`; `there` is as the server has it. */
function changesOf(kind: ItemClass, wanted: Properties, there: Properties): readonly BesideChange[] {
  const set = Object.entries(wanted)
    .filter(([key, value]) => !isSame(key, value, there[key]))
    .map(([key, value]): BesideChange => ({ key, value }))
  const taken = Object.keys(besideOf(kind, there))
    .filter((key) => !(key in wanted) && there[key] !== usual[key])
    .filter((key) => key !== CLASS_KEY || !usualClass[kind].test(String(there[key])))
    .filter(
      (key) => (kind !== 'event' && kind !== 'task') || !saidByContent.has(key) || isOddlyPrivate(key, there),
    )
    // What no mark says of a meeting message its calendar part does (CLASS), there as here.
    .filter((key) => key !== SENSITIVITY_KEY || !/^IPM\.Schedule\b/i.test(String(there[CLASS_KEY])))
    .map((key): BesideChange => ({ key, value: null }))
  return [...set, ...taken]
}

/** Those of which EWS has an element, which a server takes rather than the property; the others as they are. */
export function elementsOf(properties: Properties): {
  elements: Pick<ItemType, 'Importance' | 'Sensitivity' | 'ItemClass'>
  extended: readonly ExtendedPropertyType[]
} {
  const elements: { -readonly [name in keyof ItemType]?: ItemType[name] } = {}
  const extended: ExtendedPropertyType[] = []
  for (const [key, value] of Object.entries(properties)) {
    const importance = key === IMPORTANCE_KEY ? importances[Number(value)] : undefined
    const sensitivity = key === SENSITIVITY_KEY ? sensitivities[Number(value)] : undefined
    if (importance !== undefined) elements.Importance = importance
    else if (sensitivity !== undefined) elements.Sensitivity = sensitivity
    else if (key === CLASS_KEY && typeof value === 'string') elements.ItemClass = value
    else extended.push(propertyOfKey(key, value))
  }
  return { elements, extended }
}

function propertyOfKey(key: string, value: Properties[string]): ExtendedPropertyType {
  const ExtendedFieldURI = propertyPath(key)
  return typeof value === 'string'
    ? { ExtendedFieldURI, Value: value }
    : { ExtendedFieldURI, Values: value as readonly string[] }
}

/** Normal. */
export const usual: Properties = { [IMPORTANCE_KEY]: '1', [SENSITIVITY_KEY]: '0' }
/** The class of what nobody gave another. */
const plainClass: Readonly<Record<ItemClass, string>> = {
  message: 'IPM.Note',
  event: 'IPM.Appointment',
  contact: 'IPM.Contact',
  task: 'IPM.Task',
  note: 'IPM.StickyNote',
}
/** What the octets of a message say: signed or encrypted, a report, of a meeting. */
const isOfContent = ({ key, value }: BesideChange, there: Properties): boolean =>
  key === CLASS_KEY &&
  value === null &&
  /^(?:IPM\.Note\.(?:SMIME|rpmsg)|IPM\.Schedule|REPORT)\b/i.test(String(there[key]))
const fieldOf = {
  [IMPORTANCE_KEY]: 'item:Importance',
  [SENSITIVITY_KEY]: 'item:Sensitivity',
  [CLASS_KEY]: 'item:ItemClass',
} as const
const isField = (key: string): key is keyof typeof fieldOf => key in fieldOf

/** Rejects with SourceFailure where it cannot be read. */
async function readBeside(
  session: EwsSession,
  { key, title }: { key: string; title: string },
  names: readonly string[],
  signal: AbortSignal,
): Promise<Properties> {
  const fields = names.map((name) => (isField(name) ? fieldOf[name] : propertyPath(name)))
  const [there] = await readShown(
    session,
    [{ ItemId: { Id: key } }],
    fields,
    `"${title}" again`,
    signal,
    'transient',
  )
  const { Importance, Sensitivity, ItemClass, ExtendedProperty } = there ?? {}
  return {
    ...keptOf(ExtendedProperty, []),
    ...(Importance && { [IMPORTANCE_KEY]: String(importances.indexOf(Importance)) }),
    ...(Sensitivity && { [SENSITIVITY_KEY]: String(sensitivities.indexOf(Sensitivity)) }),
    ...(ItemClass && { [CLASS_KEY]: ItemClass }),
  }
}

/** Servers write moments, octets and truths in forms of their own. */
export function isSame(key: string, one: Properties[string], other: Properties[string] | undefined): boolean {
  if (other === undefined) return false
  if (typeof one !== 'string' || typeof other !== 'string') return `${one}` === `${other}`
  if (key.endsWith(':SystemTime')) return Math.abs(Date.parse(one) - Date.parse(other)) < 60_000
  const plain = (text: string) =>
    key.endsWith(':Boolean') ? truth(text) : key.endsWith(':Binary') ? text.replace(/\s/g, '') : text
  return plain(one) === plain(other)
}

/** A boolean of XML Schema part 2, 3.2.2: `1` is `true`. */
export function truth(text: string): string {
  const word = text.trim().toLowerCase()
  return word === '1' ? 'true' : word === '0' ? 'false' : word
}

/** Null: it is taken away. */
type BesideChange = { key: string; value: Properties[string] | null }

function updateOf(kind: ItemClass, { key, value }: BesideChange): Update {
  if (isField(key)) {
    const FieldURI = { FieldURI: fieldOf[key] }
    // What nobody gave one has the usual one.
    const { elements } = elementsOf({ [key]: value ?? usual[key] ?? plainClass[kind] })
    return { SetItemField: { FieldURI, Item: elements } }
  }
  const ExtendedFieldURI = propertyPath(key)
  if (value === null) return { DeleteItemField: { ExtendedFieldURI } }
  return { SetItemField: { ExtendedFieldURI, Item: { ExtendedProperty: [propertyOfKey(key, value)] } } }
}

type Item = { key: string; title: string; class: ItemClass }

/**
 * Makes what lies beside an item `wanted`, and nothing else of `asked`; what there is of `told` beside that is a loss. It is read, changed with UpdateItem where it is otherwise, and read again. The
 * changes go at once, and where the server does not take that, one after the other: one that it refuses keeps no other away. Nothing is
 * sent. `id` is absent where all was as it should be. Rejects with SourceFailure where the item itself cannot be had.
 */
export async function ensureBeside(
  session: EwsSession,
  item: Item,
  { wanted, asked, told = [] }: { wanted: Properties; asked: readonly string[]; told?: readonly string[] },
  signal: AbortSignal,
): Promise<{ id?: Named; losses: readonly Loss[] }> {
  const names = [...new Set([...Object.keys(wanted), ...asked, ...told])]
  if (names.length === 0) return { losses: [] }
  const ours = new Set([...Object.keys(wanted), ...asked])
  const open = async () => {
    const there = await readBeside(session, item, names, signal)
    const all = changesOf(item.class, wanted, there)
    const isOurs = (change: BesideChange) => ours.has(change.key) && !isOfContent(change, there)
    return { changes: all.filter(isOurs), more: all.filter((change) => !isOurs(change)) }
  }
  const { changes, more } = await open()
  const losses = more.map(
    ({ key: property }): Loss => ({
      ...{ property, weight: 'metadata' },
      reason:
        'The source has it, and here it is not there. Where it was taken away here, do so there by hand.',
    }),
  )
  if (changes.length === 0) return { losses }
  const all = changes.map((change) => ({ ...change, updates: [updateOf(item.class, change)] as const }))
  const { id, refused } = await updateThere(session, item.key, all, `Changing "${item.title}"`, signal)
  const saidOf = new Map(Array.from(refused, ([change, said]) => [change.key, said]))
  const { changes: left } = await open()
  return {
    ...(id !== undefined && { id }),
    losses: [
      ...losses,
      ...left.map(({ key: property, value }) => ({
        property,
        reason: `${saidOf.get(property) ?? (value === null ? 'The server was told that it is gone and still shows it.' : 'The server was told and shows something else.')} It stays here: set it by hand.`,
        weight: 'metadata' as const,
      })),
    ],
  }
}
