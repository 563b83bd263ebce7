import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { yearlyZone } from '#src/formats/time-zone/yearly-change.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { epochOf } from '#src/wire/ews/model/time-zones.ts'
import type {
  Duration,
  FreeBusyViewOptionsType,
  FreeBusyViewType,
  SerializableTimeZone,
} from '#src/wire/ews/schema-types.ts'
import { parseSerializableZone } from '#src/wire/ews/serializable-zone.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import type { WantedView } from './free-busy-view.ts'

const MINUTE_MS = 60_000
/** Exchange on premises takes 42, Exchange Online 62 (exchange-interop.md 2.2). */
const MOST_DAYS = 62
const MOST_MAILBOXES = 100

/** The zone of a request's naive times: its own, else that of TimeZoneContext, which is `context`. Refuses ErrorTimeZone. */
export function requestZone(given: SerializableTimeZone | undefined, context: TimeZone): TimeZone {
  if (given === undefined) return context
  try {
    return yearlyZone('request', parseSerializableZone(given))
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new EwsRefusal('ErrorTimeZone', 'invalid-parameter', error.message)
  }
}

/** Refuses a window, a view or an interval that Exchange refuses too. */
export function wantedView(options: FreeBusyViewOptionsType, zone: TimeZone): WantedView {
  const { TimeWindow, MergedFreeBusyIntervalInMinutes: minutes = 30, RequestedView = [] } = options
  const { from, to } = checkWindow(TimeWindow, zone)
  if (minutes < 5 || minutes > 1_440)
    throw refused('ErrorInvalidMergedFreeBusyInterval', 'The interval must be from 5 to 1440 minutes.')
  return { from, to, minutes, zone, type: richest(RequestedView) }
}

/** A window in epoch milliseconds. Refuses ErrorInvalidTimeInterval, ErrorTimeIntervalTooBig. */
export function checkWindow(window: Duration, zone: TimeZone): { from: number; to: number } {
  const from = epochOf(window.StartTime, zone)
  const to = epochOf(window.EndTime, zone)
  if (to <= from) throw refused('ErrorInvalidTimeInterval', 'The window must end after it begins.')
  // A day more or less by the change of clocks is no reason.
  if (to - from > MOST_DAYS * 24 * 60 * MINUTE_MS + 2 * 60 * MINUTE_MS)
    throw refused('ErrorTimeIntervalTooBig', `The window is longer than ${MOST_DAYS} days.`)
  return { from, to }
}

const order = ['None', 'MergedOnly', 'FreeBusy', 'FreeBusyMerged', 'Detailed', 'DetailedMerged'] as const

function richest(views: readonly FreeBusyViewType[]): FreeBusyViewType {
  if (views.length === 0) return 'FreeBusyMerged'
  const most = order.findLast((view) => views.includes(view))!
  if (most === 'None')
    throw refused('ErrorInvalidFreeBusyViewType', 'None is a view of answers, not of questions.')
  return most === 'Detailed' && views.some((view) => /Merged/.test(view)) ? 'DetailedMerged' : most
}

/** Refuses requests that ask for nothing, for nobody or for too many. */
export function checkAsked(request: Request<'GetUserAvailability'>): void {
  const { MailboxDataArray, FreeBusyViewOptions, SuggestionsViewOptions } = request
  if (FreeBusyViewOptions === undefined && SuggestionsViewOptions === undefined)
    throw refused('ErrorMissingArgument', 'FreeBusyViewOptions or SuggestionsViewOptions must be given.')
  if (MailboxDataArray.length === 0)
    throw refused('ErrorMailboxDataArrayEmpty', 'At least one mailbox must be named.')
  if (MailboxDataArray.length > MOST_MAILBOXES)
    throw refused('ErrorMailboxDataArrayTooBig', `A request is for at most ${MOST_MAILBOXES} mailboxes.`)
}

const refused = (code: ConstructorParameters<typeof EwsRefusal>[0], message: string) =>
  new EwsRefusal(code, 'invalid-parameter', message)
