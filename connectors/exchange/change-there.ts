import { Flag, type Flags, type ItemClass } from '#src/domain/mailbox/item.ts'
import type {
  KnownItem,
  Loss,
  PutItem,
  ReturnOrder,
  SourceItem,
  SourceMarks,
  WantedItem,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import { IMPORTANCE_KEY, SENSITIVITY_KEY } from '#src/wire/ews/model/numbered-words.ts'
import { twins } from '#src/wire/ews/model/twins.ts'
import type {
  ExtendedPropertyType,
  ItemInfoResponseMessageType,
  ItemType,
  MessageType,
} from '#src/wire/ews/schema-types.ts'
import { flagsOf, UNMODIFIED } from './changes.ts'
import type { EwsSession } from './ews-session.ts'
import {
  flagStatus,
  followUp,
  isDone,
  lastVerb,
  messageFlags,
  propertiesOf,
  propertyOf,
  readMark,
  returnToken,
  searchKey,
  verbOf,
} from './extended-properties.ts'
import { failureOfOne } from './failures.ts'
import { CLASS_KEY } from './item-marks.ts'
import { askUpdate, readShown, type Updates } from './item-there.ts'
import { ensureModified, isAsItCame } from './put-modified.ts'
import { changeBesideOccurrences } from './put-occurrences.ts'
import { besideOf, ensureBeside } from './put-properties.ts'
import { ensureStatus } from './put-status.ts'
import { findToken, type Named } from './return-token.ts'
import { withSaidByOctets } from './said-by-octets.ts'

/** What mail has of them; whether it is a draft cannot be changed once it is saved. */
const compared: Flags = Flag.seen | Flag.flagged | Flag.answered | Flag.forwarded

/** Of these, what is not here any more goes there too: what programs set by an element, follow-up, importance. */
const askedOf = (kind: ItemClass): readonly string[] => [
  ...followUp.map(propertyKey),
  ...[IMPORTANCE_KEY, SENSITIVITY_KEY, CLASS_KEY],
  ...(kind === 'contact' || kind === 'note' ? [propertyKey(flagStatus)] : []),
  ...Object.values(twins[kind] ?? {}).map(({ key }) => key),
]

/** PidTagConversationTopic, PidTagConversationIndex: a server makes them of what was put there without. */
const ofThread: ReadonlySet<string> = new Set(['0x0070:String', '0x0071:Binary'])
/** PidTagCreationTime: what came from a server has it. */
const CREATED_KEY = '0x3007:SystemTime'
/** What is copied with it: somebody may have taken it away here, or it was copied before anybody asked for it. */
const toldOf = (kind: ItemClass, properties: SourceItem['properties']): readonly string[] =>
  propertiesOf[kind].map(propertyKey).filter((key) => CREATED_KEY in properties || !ofThread.has(key))

/**
 * Marks an item with UpdateItem, then moves it with MoveItem; what it is then is read again. Nothing is sent: no receipt for
 * what becomes read, no update of a meeting. Rejects with SourceFailure, code `gone` where it is not there.
 */
export async function changeThere(
  session: EwsSession,
  item: KnownItem,
  { marks, to, properties, content, message }: WantedItem,
  { token, again }: Pick<ReturnOrder, 'token' | 'again'>,
  signal: AbortSignal,
): Promise<PutItem> {
  const moved = again && to !== null ? await findToken(session, to, token, signal) : undefined
  let id = moved
  let beside: readonly Loss[] = []
  if (id === undefined) {
    const there = await read(session, item, item.key, signal)
    id = { key: there.ItemId!.Id, version: there.ItemId!.ChangeKey ?? '' }
    const { class: kind, title } = item
    if (properties !== undefined && kind !== null) {
      const names = { asked: askedOf(kind), told: toldOf(kind, properties) }
      const shown = message == null ? properties : await withSaidByOctets(properties, message, signal)
      const order = { wanted: besideOf(kind, shown), ...names }
      const done = await ensureBeside(session, { key: id.key, title, class: kind }, order, signal)
      id = done.id ?? id
      beside = done.losses
      if (kind === 'message') {
        const modified = await ensureModified(session, { key: id.key, title }, properties, signal)
        id = modified.id ?? id
        beside = [...beside, ...modified.losses]
      }
      if (kind === 'event' && content != null) {
        const event = content as unknown as CalendarObject
        const losses = await changeBesideOccurrences(session, id.key, { event, properties }, names, signal)
        beside = [...beside, ...losses]
        id = { key: id.key, version: '' }
      }
      if (kind === 'task' && content != null) {
        const task = content as unknown as CalendarObject
        beside = [
          ...beside,
          ...(await ensureStatus(session, { key: id.key, title }, { task, properties }, signal)),
        ]
        id = { key: id.key, version: '' }
      }
    }
    id = await update(
      session,
      { item, id, marks, token, there, properties: properties ?? besideIn(there) },
      signal,
    )
    if (to !== null) id = await move(session, item, id.key, to.key, signal)
  }
  const there = await read(session, item, id.key, signal)
  const { Id: key, ChangeKey: version = '' } = there.ItemId!
  const match = propertyOf(there.ExtendedProperty, searchKey) ?? null
  const ofMarks = marks === null ? [] : otherwise(item, marks, there)
  return { key, version, match, losses: [...beside, ...ofMarks] }
}

/** Of a follow-up that is done, and of an answer to all, as it is there: neither is told by flags. */
const besideIn = ({ ExtendedProperty }: MessageType): SourceItem['properties'] =>
  Object.fromEntries(
    [flagStatus, lastVerb].flatMap((path) => {
      const value = propertyOf(ExtendedProperty, path)
      return value === undefined ? [] : [[propertyKey(path), value]]
    }),
  )

/** What of its marks a message that was put there has not. Rejects with SourceFailure where it cannot be read. */
export async function lostMarks(
  session: EwsSession,
  key: string,
  item: Pick<SourceItem, 'class' | 'title' | 'flags' | 'keywords' | 'properties'>,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const there = await read(session, item, key, signal)
  const flags = propertyOf(there.ExtendedProperty, messageFlags)
  const isChanged = isAsItCame(item) && flags !== undefined && (Number(flags) & UNMODIFIED) === 0
  const isDraft = ((flagsOf(there) ^ item.flags) & Flag.draft) !== 0
  const reason = 'Whether it is a draft the server decides by itself.'
  return [
    ...otherwise(item, item, there),
    ...(isDraft ? [{ property: 'draft', reason, weight: 'visible' as const }] : []),
    ...(isChanged && !isDraft ? [shownAsChanged] : []),
  ]
}

const shownAsChanged: Loss = {
  property: 'IsUnmodified',
  reason: 'The server shows it as changed since it came. Its text is as it came.',
  weight: 'metadata',
}

async function read(
  session: EwsSession,
  { title, class: kind }: Pick<KnownItem, 'title' | 'class'>,
  key: string,
  signal: AbortSignal,
): Promise<MessageType> {
  const ofMail = kind === 'message' ? (['message:IsRead', 'message:IsReadReceiptRequested'] as const) : []
  const what = `"${title}"`
  const fields = [
    ...(['item:Categories', ...ofMail] as const),
    ...[searchKey, messageFlags, readMark, flagStatus, lastVerb],
  ]
  const [there] = await readShown(session, [{ ItemId: { Id: key } }], fields, what, signal).catch(
    (error: unknown) => {
      throw error instanceof SourceFailure ? asGone(error, `Reading ${what}`) : error
    },
  )
  return named(there, `Reading ${what}`) as MessageType
}

type Update = {
  item: KnownItem
  id: Named
  marks: SourceMarks | null
  token: string
  there: MessageType
  properties: SourceItem['properties']
}

async function update(
  session: EwsSession,
  { item, id, marks, token, there, properties }: Update,
  signal: AbortSignal,
): Promise<Named> {
  const changes = [
    setProperty(returnToken, token),
    ...(marks === null ? [] : updatesOf(item, marks, properties, becomesRead(session, marks, there))),
  ] as const
  const answer = await askUpdate(session, id, changes, signal)
  const updated = itemOf(answer, `Changing "${item.title}"`)
  return { key: updated.ItemId!.Id, version: updated.ItemId!.ChangeKey ?? '' }
}

/** On Exchange 2010 what becomes read sends the receipt that somebody asked for. */
const becomesRead = (session: EwsSession, { flags }: SourceMarks, there: MessageType): boolean =>
  (flags & Flag.seen) === 0 || session.isRecent || there.IsReadReceiptRequested !== true

const setProperty = (
  ExtendedFieldURI: ExtendedPropertyType['ExtendedFieldURI'],
  Value: string,
): Updates[number] => ({
  SetItemField: { ExtendedFieldURI, Item: { ExtendedProperty: [{ ExtendedFieldURI, Value }] } },
})

function updatesOf(
  { class: kind }: KnownItem,
  { flags, keywords }: SourceMarks,
  properties: SourceItem['properties'],
  marksRead: boolean,
): Updates {
  const categories: Updates[number] =
    keywords.length === 0
      ? { DeleteItemField: { FieldURI: { FieldURI: 'item:Categories' } } }
      : { SetItemField: { FieldURI: { FieldURI: 'item:Categories' }, Item: { Categories: keywords } } }
  if (kind !== 'message') return [categories]
  const has = (flag: Flags) => (flags & flag) !== 0
  const status = has(Flag.flagged) ? '2' : isDone(properties) ? '1' : undefined
  return [
    categories,
    ...(marksRead
      ? [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'message:IsRead' as const },
              Message: { IsRead: has(Flag.seen) },
            },
          },
        ]
      : []),
    status === undefined
      ? { DeleteItemField: { ExtendedFieldURI: flagStatus } }
      : setProperty(flagStatus, status),
    ...verbOf(flags, properties).map((verb) => setProperty(lastVerb, String(verb))),
  ]
}

async function move(
  session: EwsSession,
  { title }: KnownItem,
  key: string,
  to: string,
  signal: AbortSignal,
): Promise<Named> {
  const [answer] = await session.messages<'MoveItem', ItemInfoResponseMessageType>(
    'MoveItem',
    { ToFolderId: { FolderId: { Id: to } }, ItemIds: [{ ItemId: { Id: key } }], ReturnNewItemIds: true },
    signal,
  )
  const { ItemId } = itemOf(answer, `Moving "${title}"`)
  return { key: ItemId!.Id, version: ItemId!.ChangeKey ?? '' }
}

function itemOf(answer: ItemInfoResponseMessageType | undefined, what: string): ItemType {
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw asGone(failureOfOne(answer ?? { ResponseClass: 'Error' }, what), what)
  return named(Object.values(answer.Items?.[0] ?? {})[0] as ItemType | undefined, what)
}

function named(item: ItemType | undefined, what: string): ItemType {
  if (item?.ItemId === undefined)
    throw new SourceFailure('transient', 'protocol', `${what}: the answer names no item.`)
  return item
}

const asGone = (failure: SourceFailure, what: string): SourceFailure =>
  failure.code === 'ErrorItemNotFound'
    ? new SourceFailure('item-permanent', 'gone', `${what}: it is not there any more.`)
    : failure

function otherwise(
  { class: kind }: Pick<KnownItem, 'class'>,
  wanted: SourceMarks,
  there: MessageType,
): readonly Loss[] {
  const losses: Loss[] = []
  const differ = kind === 'message' ? (flagsOf(there) ^ wanted.flags) & compared : 0
  for (const [flag, property] of names)
    if ((differ & flag) !== 0)
      losses.push({ property, reason: 'The server was told and shows it as it was.', weight: 'visible' })
  const categories = new Set(there.Categories ?? [])
  const missing = wanted.keywords.filter((keyword) => !categories.has(keyword))
  if (missing.length > 0 || categories.size > wanted.keywords.length)
    losses.push({ property: 'category', reason: 'The server shows other categories.', weight: 'metadata' })
  return losses
}

const names = [
  [Flag.seen, 'read'],
  [Flag.flagged, 'flag'],
  [Flag.answered, 'answered'],
  [Flag.forwarded, 'forwarded'],
] as const
