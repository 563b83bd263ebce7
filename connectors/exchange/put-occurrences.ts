/** An event that was put back, and single occurrences of it: when they are, all that EWS shows of them, and what lies beside them. */
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { isOfSeries } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import { type EventTimes, timesOf, zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { IMPORTANCE_KEY, SENSITIVITY_KEY } from '#src/wire/ews/model/numbered-words.ts'
import { isOfOccurrence, occurrenceProperties } from '#src/wire/ews/model/occurrence-properties.ts'
import { fullDefinition, idOfZone, serverZones, shortDefinition } from '#src/wire/ews/model/time-zones.ts'
import type {
  CalendarItemType,
  ResponseMessageType,
  TimeZoneDefinitionType,
  UnindexedFieldURIType,
} from '#src/wire/ews/schema-types.ts'
import { type EventField, eventFields } from './event-there.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'
import { CLASS_KEY } from './item-marks.ts'
import { readShown, type Updates, updateThere } from './item-there.ts'
import { type OccurrencePlace, readOccurrence } from './occurrence-there.ts'
import { putOccurrenceFiles } from './put-files.ts'
import { besideOf, ensureBeside } from './put-properties.ts'
import type { Named } from './return-token.ts'

type Properties = SourceItem['properties']
const MINUTE_MS = 60_000
/** A day that goes by no zone begins at midnight somewhere: up to this much beside that of UTC. */
const MIDNIGHTS_MS = 14 * 3_600_000
const TOGETHER = 25

/**
 * Makes an event that was put, and single occurrences of it, what they are here, as far as EWS has names for that; what is so
 * already is passed over. Answers the event as it is named then, and what of it is otherwise. Nothing is sent. Rejects with
 * SourceFailure.
 */
export async function settleEvent(
  session: EwsSession,
  put: Named,
  item: SourceItem,
  callMs: number,
  signal: AbortSignal,
): Promise<{ id: Named; losses: readonly Loss[] }> {
  const { content, properties } = item
  const event = content as unknown as CalendarObject
  const { key } = put
  const losses = [...(await settleFields(session, key, { event, properties }, signal))]
  for (const [recurrenceId, own] of ownOf(properties)) {
    const wanted = besideOf('event', own)
    losses.push(
      ...(await ensureOne(session, { series: key, event, recurrenceId }, { wanted, asked: [] }, signal)),
    )
  }
  losses.push(...(await putOccurrenceFiles(session, key, item, callMs, signal)))
  const [there] = await readShown(
    session,
    [{ ItemId: { Id: key } }],
    ['calendar:Start'],
    `"${item.title}" again`,
    signal,
  )
  return { id: { key, version: there?.ItemId?.ChangeKey ?? put.version }, losses }
}

/**
 * Makes what lies beside changed occurrences of a series that is there what it is here; of `asked` and `told` as `ensureBeside`. Answers
 * what is otherwise. Rejects with SourceFailure.
 */
export async function changeBesideOccurrences(
  session: EwsSession,
  series: string,
  { event, properties }: { event: CalendarObject; properties: Properties },
  { asked, told }: { asked: readonly string[]; told: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const changed = Object.entries(event.recurrenceOverrides ?? {}).filter(([, { excluded }]) => !excluded)
  const losses: Loss[] = []
  for (const recurrenceId of new Set([...ownOf(properties).keys(), ...changed.map(([id]) => id)])) {
    const all = occurrenceProperties(properties, recurrenceId) as Properties
    // An exception is of a class of its own kind (MS-OXOCAL section 2.2.10.1.1).
    const { [CLASS_KEY]: _, ...wanted } = besideOf('event', all)
    const order = { wanted, asked: asked.filter((key) => key !== CLASS_KEY), told }
    losses.push(...(await ensureOne(session, { series, event, recurrenceId }, order, signal)))
  }
  return losses
}

/** Properties of each occurrence, by its recurrence id. */
function ownOf(properties: Properties): Map<string, Properties> {
  const all = new Map<string, Properties>()
  for (const [key, value] of Object.entries(properties)) {
    if (!isOfOccurrence(key)) continue
    const at = key.indexOf(' ')
    const recurrenceId = key.slice(0, at)
    all.set(recurrenceId, { ...all.get(recurrenceId), [key.slice(at + 1)]: value })
  }
  return all
}

async function ensureOne(
  session: EwsSession,
  place: { series: string; event: CalendarObject; recurrenceId: string },
  order: { wanted: Properties; asked: readonly string[]; told?: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const { event, recurrenceId } = place
  if (Object.keys(order.wanted).length + order.asked.length === 0) return []
  try {
    const { ItemId } = await readOccurrence(session, place, signal)
    const item = { key: ItemId.Id, title: event.title ?? '', class: 'event' as const }
    const { losses } = await ensureBeside(session, item, order, signal)
    return losses.map((loss) => ({ ...loss, property: `occurrence ${recurrenceId} ${loss.property}` }))
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
    const reason = `What lies beside this occurrence alone stays here. ${error.message}`
    const names = Object.keys(order.wanted).map((key) => `occurrence ${recurrenceId} ${key}`)
    const lost = names.length > 0 ? names : [`occurrence ${recurrenceId}`]
    return lost.map((property) => ({ property, reason, weight: 'metadata' }))
  }
}

/** How the event, or one occurrence of it, is not what it is here; `id`: of what is there. */
type Difference = {
  recurrenceId: string | null
  property: string
  id?: string
  reason: string
  /** What sets it, where something does. */
  updates?: Updates
  /** It is to go: the series here is without it. */
  isTooMuch?: true
  isUnseen?: true
}
type Wanted = { event: CalendarObject; properties: Properties }

/** One occurrence may stand where another is to go (ErrorOccurrenceCrossingBoundary): what was refused is tried again after the others. */
const MOST_ROUNDS = 4

/** Sets what is otherwise, and compares all of it. */
async function settleFields(
  session: EwsSession,
  key: string,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const nameOf = ({ recurrenceId, property }: Difference) =>
    recurrenceId === null ? property : `occurrence ${recurrenceId}${property && ` ${property}`}`
  let left = await differences(session, key, wanted, signal)
  let refused = new Map<string, string>()
  let before = Number.POSITIVE_INFINITY
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const settable = left.flatMap(({ id, updates, ...one }) => (id && updates ? { id, updates, one } : []))
    const tooMany = left.flatMap(({ id, isTooMuch, ...one }) => (id && isTooMuch ? { id, one } : []))
    const open = settable.length + tooMany.length
    if (open === 0 || open >= before) break
    before = open
    refused = new Map()
    const what = `Changing "${wanted.event.title ?? ''}"`
    for (const { id, one } of tooMany) {
      const said = await deleteOccurrence(session, id, what, signal)
      if (said !== undefined) refused.set(nameOf(one), said)
    }
    for (const [id, some] of Map.groupBy(settable, (each) => each.id)) {
      const { refused: why } = await updateThere(session, id, some, what, signal)
      for (const [{ one }, said] of why) refused.set(nameOf(one), said)
    }
    left = await differences(session, key, wanted, signal)
  }
  return left.map((one) => ({
    property: nameOf(one),
    reason: `${refused.get(nameOf(one)) ?? one.reason} Set it by hand.`,
    weight: one.isUnseen ? 'metadata' : 'visible',
  }))
}

/** One that is compared with what is here, in the fields that it may have otherwise. */
type Compared = {
  recurrenceId: string | null
  id: string
  one: CalendarObject
  fields: readonly EventField[]
}

async function differences(
  session: EwsSession,
  key: string,
  { event, properties }: Wanted,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  const what = `"${event.title ?? ''}" again`
  const fields = knownFields(session.isRecent)
  const all: Difference[] = []
  const compared: Compared[] = [{ recurrenceId: null, id: key, one: event, fields }]
  const overrides = Object.entries(event.recurrenceOverrides ?? {})
  if (overrides.length > 0) {
    const lists = ['calendar:ModifiedOccurrences', 'calendar:DeletedOccurrences'] as const
    const [series] = await readShown(session, [{ ItemId: { Id: key } }], lists, what, signal)
    const { ModifiedOccurrences: changed = [], DeletedOccurrences: deleted = [] } = series ?? {}
    const zone = zoneOfEvent(event, utc)
    for (const [recurrenceId, patch] of overrides) {
      const at = toEpoch(zone, parseLocal(recurrenceId))
      const isIt = (told: string) => isNear(event, at, told)
      if (patch.excluded) {
        if (isOfSeries(event, recurrenceId) && !deleted.some(({ Start }) => isIt(Start))) {
          const id = await idOfOccurrence(session, { series: key, event, recurrenceId }, signal)
          const reason = 'It was deleted here, and the server has it.'
          all.push({ recurrenceId, property: '', reason, ...(id && { id, isTooMuch: true }) })
        }
        continue
      }
      const one = occurrenceOf(event, recurrenceId)
      const found = changed.find(({ OriginalStart }) => isIt(OriginalStart))
      const roots = new Set(Object.keys(patch).map((pointer) => pointer.split('/')[0]!))
      const own = fields.filter(({ from }) => from.some((root) => roots.has(root)))
      if (found === undefined) {
        if (roots.size > 0 || !isOfSeries(event, recurrenceId)) {
          const place = { series: key, event, recurrenceId }
          const id = roots.size > 0 ? await idOfOccurrence(session, place, signal) : undefined
          all.push(...unchangedThere(recurrenceId, one, own, roots, id))
        }
        continue
      }
      const { Id: id } = found.ItemId
      const times = timesOf(one, utc)
      if (times !== undefined && !isAt(one, times, found)) {
        const reason = `The server has it from ${found.Start} to ${found.End}.`
        all.push({ recurrenceId, property: 'Start', id, reason, updates: timeUpdates(one) })
      }
      if (own.length > 0) compared.push({ recurrenceId, id, one, fields: own })
    }
  }
  for (let from = 0; from < compared.length; from += TOGETHER) {
    const some = compared.slice(from, from + TOGETHER)
    const ids = some.map(({ id: Id }) => ({ ItemId: { Id } }))
    const uris = fields.flatMap((field) => field.uris)
    const shown = await readShown(session, ids, uris, what, signal)
    for (const [at, one] of some.entries())
      all.push(...otherwise(one, shown[at] ?? {}, properties, session.mailbox))
  }
  return all
}

const ofTime = ['start', 'duration', 'timeZone', 'showWithoutTime'] as const

/** One that the server has as its series is, where it took the series without what was changed: it is changed by its number. */
function unchangedThere(
  recurrenceId: string,
  one: CalendarObject,
  own: readonly EventField[],
  roots: ReadonlySet<string>,
  id: string | undefined,
): readonly Difference[] {
  const reason = 'The server has no occurrence that was changed so.'
  if (id === undefined) return [{ recurrenceId, property: '', reason }]
  const set = own.flatMap(({ property, values, isUnseen }): Difference[] =>
    values
      ? [
          {
            ...{ recurrenceId, property, id, reason, updates: updatesOf(values(one)) },
            ...(isUnseen && { isUnseen }),
          },
        ]
      : [],
  )
  if (ofTime.some((name) => roots.has(name)))
    set.unshift({ recurrenceId, property: 'Start', id, reason, updates: timeUpdates(one) })
  return set.length > 0 ? set : [{ recurrenceId, property: '', reason }]
}

/** Undefined where EWS has no name for it, or it is another day there. Rejects with SourceFailure. */
async function idOfOccurrence(
  session: EwsSession,
  place: OccurrencePlace,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { Id } = (await readOccurrence(session, place, signal)).ItemId
    // What goes by this name is that of all of them.
    return Id === place.series ? undefined : Id
  } catch (error) {
    if (error instanceof SourceFailure && error.kind === 'item-permanent') return undefined
    throw error
  }
}

/** Tells nobody. Answers why it is not taken away; undefined: it is. Rejects with SourceFailure. */
async function deleteOccurrence(
  session: EwsSession,
  Id: string,
  what: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [answer = { ResponseClass: 'Error' as const }] = await session.messages<
    'DeleteItem',
    ResponseMessageType
  >(
    'DeleteItem',
    { DeleteType: 'HardDelete', SendMeetingCancellations: 'SendToNone', ItemIds: [{ ItemId: { Id } }] },
    signal,
  )
  if (answer.ResponseClass !== 'Error') return undefined
  const failure = failureOfOne(answer as ResponseMessageType, what)
  if (failure.kind !== 'item-permanent') throw failure
  return failure.message
}

/** What a server of Exchange 2010 does not know is not asked for. */
const knownFields = (isRecent: boolean): readonly EventField[] =>
  isRecent ? eventFields : eventFields.filter(({ property }) => property !== 'JoinOnlineMeetingUrl')

/** What is told beside it by a property of its own is set and compared there. */
const besideKey: Readonly<Record<string, string>> = {
  Importance: IMPORTANCE_KEY,
  Sensitivity: SENSITIVITY_KEY,
}

function otherwise(
  { recurrenceId, id, one, fields }: Compared,
  there: CalendarItemType,
  properties: Properties,
  mailbox: string,
): Difference[] {
  return fields
    .filter(({ property }) => {
      const key = besideKey[property]
      return (
        key === undefined ||
        !(recurrenceId === null ? key in properties : `${recurrenceId} ${key}` in properties)
      )
    })
    .filter((field) => !field.isSame(one, there, mailbox))
    .map(({ property, values, isUnseen }) => ({
      ...{ recurrenceId, property, id, reason: 'The server took it and shows something else.' },
      ...(values && { updates: updatesOf(values(one)) }),
      ...(isUnseen && { isUnseen }),
    }))
}

const isNear = ({ timeZone, showWithoutTime }: CalendarObject, at: number, told: string): boolean =>
  Math.abs(Date.parse(told) - at) <= (timeZone == null || showWithoutTime ? MIDNIGHTS_MS : MINUTE_MS)

function isAt(
  { timeZone }: CalendarObject,
  { startMs, endMs }: EventTimes,
  { Start, End }: { Start: string; End: string },
): boolean {
  const apart = timeZone == null ? MIDNIGHTS_MS : MINUTE_MS
  return Math.abs(Date.parse(Start) - startMs) <= apart && Math.abs(Date.parse(End) - endMs) <= apart
}

const ofCalendar: ReadonlySet<string> = new Set([
  ...[
    'Start',
    'End',
    'StartTimeZone',
    'IsAllDayEvent',
    'Location',
    'LegacyFreeBusyStatus',
    'AllowNewTimeProposal',
  ],
])

/** What is undefined is taken away. */
const updatesOf = (values: Partial<CalendarItemType>): Updates =>
  Object.entries(values).map(([name, value]) => {
    const FieldURI = {
      FieldURI: `${ofCalendar.has(name) ? 'calendar' : 'item'}:${name}` as UnindexedFieldURIType,
    }
    if (value === undefined) return { DeleteItemField: { FieldURI } }
    return { SetItemField: { FieldURI, CalendarItem: { [name]: value } as CalendarItemType } }
  }) as unknown as Updates

const timeUpdates = (one: CalendarObject): Updates =>
  updatesOf({ ...timeElements(one), IsAllDayEvent: one.showWithoutTime === true })

/** When it is, and by which zone: whole days of iCalendar go by none, and servers take them for days of UTC. */
export function timeElements(event: CalendarObject): {
  Start?: string
  End?: string
  StartTimeZone?: TimeZoneDefinitionType
} {
  const times = timesOf(event, utc)
  if (times === undefined || event.timeZone == null) return {}
  const zone = zoneOfEvent(event, utc)
  const year = Number(event.start!.slice(0, 4))
  return {
    Start: new Date(times.startMs).toISOString(),
    End: new Date(times.endMs).toISOString(),
    StartTimeZone: serverZones.includes(idOfZone(zone))
      ? shortDefinition(zone, year)
      : fullDefinition(zone, year),
  }
}
