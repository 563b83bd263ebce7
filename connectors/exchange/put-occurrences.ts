/** Single occurrences of a series that was put back: when they are, what they are called, and what lies beside them. */
import { isDeepStrictEqual } from 'node:util'
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { CalendarObject, Patch } from '#src/formats/jscalendar/event.ts'
import { isOfSeries } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import { shownTitle } from '#src/wire/ews/model/event-fields.ts'
import { type EventTimes, timesOf, zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { isOfOccurrence, occurrenceProperties } from '#src/wire/ews/model/occurrence-properties.ts'
import { fullDefinition, idOfZone, serverZones, shortDefinition } from '#src/wire/ews/model/time-zones.ts'
import type {
  CalendarItemType,
  ItemInfoResponseMessageType,
  NonEmptyArrayOfItemChangeDescriptionsType,
  TimeZoneDefinitionType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'
import { CLASS_KEY } from './item-marks.ts'
import { readOccurrence, readShown } from './occurrence-there.ts'
import { putOccurrenceFiles } from './put-files.ts'
import { besideOf, ensureBeside, silently } from './put-properties.ts'
import type { Named } from './return-token.ts'

type Properties = SourceItem['properties']
const MINUTE_MS = 60_000
/** A day that goes by no zone begins at midnight somewhere: up to this much beside that of UTC. */
const MIDNIGHTS_MS = 14 * 3_600_000
const TOGETHER = 25

/**
 * Makes single occurrences of a series that was put what they are here, as far as EWS has names for them; what is so already is
 * passed over. Answers the series as it is named then, and what of them is otherwise. Nothing is sent. Rejects with SourceFailure.
 */
export async function putOccurrences(
  session: EwsSession,
  series: Named,
  item: SourceItem,
  callMs: number,
  signal: AbortSignal,
): Promise<{ id: Named; losses: readonly Loss[] }> {
  const event = item.content as unknown as CalendarObject
  const own = ownOf(item.properties)
  const some = item.attachments.some(({ occurrence }) => occurrence !== null)
  if (event.recurrenceOverrides === undefined && own.size === 0 && !some) return { id: series, losses: [] }
  const { key } = series
  const losses = [...(await placeOccurrences(session, key, event, signal))]
  for (const [recurrenceId, properties] of own) {
    const wanted = besideOf('event', properties)
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
  return { id: { key, version: there?.ItemId?.ChangeKey ?? series.version }, losses }
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
    return [{ property: `occurrence ${recurrenceId}`, reason, weight: 'metadata' }]
  }
}

/** How one occurrence is not what it is here; `id`: of the one there. */
type Difference = {
  recurrenceId: string
  property: 'Start' | 'Subject' | 'Categories' | ''
  id?: string
  reason: string
}

/** Sets those that are otherwise, and compares all of them. */
async function placeOccurrences(
  session: EwsSession,
  series: string,
  event: CalendarObject,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  if (Object.keys(event.recurrenceOverrides ?? {}).length === 0) return []
  let left = await differences(session, series, event, signal)
  const refused = new Map<string, string>()
  const beside = left.filter(({ id }) => id !== undefined)
  for (const { id, recurrenceId, property } of beside) {
    const one = occurrenceOf(event, recurrenceId)
    try {
      await update(session, id!, one, updatesOf(property, one), signal)
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      refused.set(`${recurrenceId} ${property}`, error.message)
    }
  }
  if (beside.length > 0) left = await differences(session, series, event, signal)
  return left.map(({ recurrenceId, property, reason }) => ({
    property: `occurrence ${recurrenceId}${property && ` ${property}`}`,
    reason: `${refused.get(`${recurrenceId} ${property}`) ?? reason} Set it by hand.`,
    weight: 'visible',
  }))
}

async function differences(
  session: EwsSession,
  series: string,
  event: CalendarObject,
  signal: AbortSignal,
): Promise<readonly Difference[]> {
  const fields = ['calendar:ModifiedOccurrences', 'calendar:DeletedOccurrences'] as const
  const what = `"${event.title ?? ''}" again`
  const [there] = await readShown(session, [{ ItemId: { Id: series } }], fields, what, signal)
  const { ModifiedOccurrences: changed = [], DeletedOccurrences: deleted = [] } = there ?? {}
  const zone = zoneOfEvent(event, utc)
  const all: Difference[] = []
  const named: { recurrenceId: string; id: string; one: CalendarObject; patch: Patch }[] = []
  for (const [recurrenceId, patch] of Object.entries(event.recurrenceOverrides ?? {})) {
    const at = toEpoch(zone, parseLocal(recurrenceId))
    const isIt = (told: string) => isNear(event, at, told)
    if (patch.excluded) {
      if (isOfSeries(event, recurrenceId) && !deleted.some(({ Start }) => isIt(Start)))
        all.push({ recurrenceId, property: '', reason: 'It was deleted here, and the server has it.' })
      continue
    }
    const one = occurrenceOf(event, recurrenceId)
    const found = changed.find(({ OriginalStart }) => isIt(OriginalStart))
    if (found === undefined) {
      if (Object.keys(patch).length > 0 || !isOfSeries(event, recurrenceId))
        all.push({ recurrenceId, property: '', reason: 'The server has no occurrence that was changed so.' })
      continue
    }
    const { Id: id } = found.ItemId
    const times = timesOf(one, utc)
    if (times !== undefined && !isAt(one, times, found)) {
      const reason = `The server has it from ${found.Start} to ${found.End}.`
      all.push({ recurrenceId, property: 'Start', id, reason })
    }
    if ('title' in patch || 'keywords' in patch) named.push({ recurrenceId, id, one, patch })
  }
  for (let from = 0; from < named.length; from += TOGETHER) {
    const some = named.slice(from, from + TOGETHER)
    const ids = some.map(({ id: Id }) => ({ ItemId: { Id } }))
    const shown = await readShown(session, ids, ['item:Subject', 'item:Categories'], what, signal)
    for (const [at, { one, patch, ...of }] of some.entries()) {
      const { Subject = '', Categories = [] } = shown[at] ?? {}
      if ('title' in patch && Subject !== titleOf(one))
        all.push({ ...of, property: 'Subject', reason: 'The server calls it otherwise.' })
      if ('keywords' in patch && !isDeepStrictEqual([...Categories].sort(), categoriesOf(one).sort()))
        all.push({ ...of, property: 'Categories', reason: 'The server shows other categories.' })
    }
  }
  return all
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

const titleOf = (one: CalendarObject): string => shownTitle(one) ?? ''
const categoriesOf = ({ keywords = {} }: CalendarObject): string[] => Object.keys(keywords)

type Updates = NonEmptyArrayOfItemChangeDescriptionsType

function updatesOf(property: Difference['property'], one: CalendarObject): Updates {
  const categories = categoriesOf(one)
  if (property === 'Categories' && categories.length === 0)
    return [{ DeleteItemField: { FieldURI: { FieldURI: 'item:Categories' } } }]
  if (property === 'Categories')
    return [
      {
        SetItemField: {
          FieldURI: { FieldURI: 'item:Categories' },
          CalendarItem: { Categories: categories as [string, ...string[]] },
        },
      },
    ]
  if (property === 'Subject')
    return [
      {
        SetItemField: {
          FieldURI: { FieldURI: 'item:Subject' },
          CalendarItem: { Subject: titleOf(one) },
        },
      },
    ]
  const values = { ...timeElements(one), IsAllDayEvent: one.showWithoutTime === true }
  return Object.entries(values).map(([name, value]) => ({
    SetItemField: {
      FieldURI: { FieldURI: `calendar:${name as keyof typeof values}` as const },
      CalendarItem: { [name]: value } as CalendarItemType,
    },
  })) as Updates
}

async function update(
  session: EwsSession,
  Id: string,
  { title = '' }: CalendarObject,
  Updates: Updates,
  signal: AbortSignal,
): Promise<void> {
  const [answer] = await session.messages<'UpdateItem', ItemInfoResponseMessageType>(
    'UpdateItem',
    { ...silently(session), ItemChanges: [{ ItemId: { Id }, Updates }] },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfOne(answer ?? { ResponseClass: 'Error' }, `Changing "${title}"`)
}

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
