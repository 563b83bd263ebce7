import type { OutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import { epochOf, formatTime } from '#src/wire/ews/model/time-zones.ts'
import type { ExternalAudience, OofState, UserOofSettings } from '#src/wire/ews/schema-types.ts'
import { EwsRefusal } from './refusal-codes.ts'

const stateWords = {
  disabled: 'Disabled',
  enabled: 'Enabled',
  scheduled: 'Scheduled',
} as const satisfies Record<OutOfOffice['state'], OofState>

const audienceWords = {
  none: 'None',
  known: 'Known',
  all: 'All',
} as const satisfies Record<OutOfOffice['externalAudience'], ExternalAudience>

const states = { Disabled: 'disabled', Enabled: 'enabled', Scheduled: 'scheduled' } as const
const audiences = { None: 'none', Known: 'known', All: 'all' } as const

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** An absence as UserOofSettings. Duration is always there, with the coming day until one was set (exchange-interop.md 3.3). */
export function shownAbsence(absence: OutOfOffice, now: number): UserOofSettings {
  const { state, from, to, externalAudience, internalText, externalText } = absence
  const nextHour = Math.ceil(now / HOUR) * HOUR
  const [start, end] = from === 0 ? [nextHour, nextHour + DAY] : [from, to]
  return {
    OofState: stateWords[state],
    ExternalAudience: audienceWords[externalAudience],
    Duration: { StartTime: formatTime(start), EndTime: formatTime(end) },
    InternalReply: { Message: internalText },
    ExternalReply: { Message: externalText },
  }
}

/**
 * The absence that a client sets; texts and times that it does not give stay as they were. Refuses ErrorInvalidScheduledOofDuration,
 * ErrorInvalidUserOofSettings for a schedule without times.
 */
export function readAbsence(before: OutOfOffice, given: UserOofSettings, zone: TimeZone): OutOfOffice {
  const { OofState, ExternalAudience, Duration, InternalReply, ExternalReply } = given
  const state = states[OofState]
  if (state === 'scheduled' && Duration === undefined)
    throw new EwsRefusal(
      'ErrorInvalidUserOofSettings',
      'invalid-parameter',
      'An absence with a schedule needs a Duration.',
    )
  const from = Duration === undefined ? before.from : epochOf(Duration.StartTime, zone)
  const to = Duration === undefined ? before.to : epochOf(Duration.EndTime, zone)
  if (state === 'scheduled' && from >= to)
    throw new EwsRefusal(
      'ErrorInvalidScheduledOofDuration',
      'invalid-parameter',
      'The absence ends before it begins.',
    )
  return {
    state,
    from,
    to,
    externalAudience: audiences[ExternalAudience],
    internalText: InternalReply === undefined ? before.internalText : (InternalReply.Message ?? ''),
    externalText: ExternalReply === undefined ? before.externalText : (ExternalReply.Message ?? ''),
  }
}

/** What the domain refuses of an absence, in the word that EWS has for it. */
export function oofRefusal(error: unknown): unknown {
  if (!(error instanceof Refusal) || error instanceof EwsRefusal || error.reason !== 'invalid-parameter')
    return error
  return new EwsRefusal('ErrorInvalidUserOofSettings', error.reason, error.message)
}
