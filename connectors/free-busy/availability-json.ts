/** The JSON of WorkMail's custom availability providers (CAP-01, CAP-02). */
import { z } from 'zod'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type {
  FreeBusyAnswer,
  FreeBusyFailureReason,
  FreeBusyQuestion,
} from '#src/domain/availability/free-busy-source.ts'
import type { BusyTime } from '#src/domain/calendar/busy-time.ts'
import type { WorkingHours } from '#src/domain/calendar/working-hours.ts'
import type { Weekday } from '#src/formats/recurrence/rule.ts'
import { checkedChange, parseClock, zoneOfBiases } from '#src/wire/ews/serializable-zone.ts'
import { hoursOf } from './ews-hours.ts'

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const
const weeks = ['FIRST', 'SECOND', 'THIRD', 'FOURTH', 'LAST'] as const
const days = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const

/** Providers write words as the guide's example does, or as its table: `BUSY`, `Busy`. */
const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.preprocess((value) => (typeof value === 'string' ? value.toUpperCase() : value), z.enum(words))

/** RFC 3339; real providers write `Z` and `+00:00`. */
const moment = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text))
  .transform((text) => Date.parse(text))
  .refine((at) => !Number.isNaN(at))

const change = z.object({
  offset: z.number(),
  time: z.string(),
  month: word(months),
  week: word(weeks),
  dayOfWeek: word(days),
})

const event = z.object({
  startTime: moment,
  endTime: moment,
  busyType: word(['BUSY', 'FREE', 'TENTATIVE']),
  details: z
    .object({
      subject: z.string().nullish(),
      location: z.string().nullish(),
      instanceType: word(['SINGLE_INSTANCE', 'RECURRING_INSTANCE', 'EXCEPTION']).nullish(),
      isMeeting: z.boolean().nullish(),
      isReminderSet: z.boolean().nullish(),
      isPrivate: z.boolean().nullish(),
    })
    .nullish(),
})

const hours = z.object({
  timezone: z.object({
    name: z.string().nullish(),
    bias: z.number(),
    standardTime: change.nullish(),
    daylightTime: change.nullish(),
  }),
  workingPeriods: z.array(
    z.object({ startMinutes: z.number(), endMinutes: z.number(), days: z.array(word(days)) }),
  ),
})

const known = z.object({
  mailbox: z.string(),
  events: z.array(event).nullish(),
  workingHours: hours.nullish(),
  error: z.string().nullish(),
})
const response = z.object({ mailboxes: z.array(z.looseObject({ mailbox: z.string() })) })

/** What a function is asked. `userId` is as in WorkMail's own example: that of the service. */
export function formatAvailabilityRequest(question: FreeBusyQuestion, organization: string): string {
  const { addresses, from, to, requester } = question
  const email = requester?.email ?? `availability@${organization}.invalid`
  return JSON.stringify({
    requester: { email, userName: email.split('@', 1)[0], organization, userId: 'S-1-5-18' },
    mailboxes: addresses,
    window: { startDate: new Date(from).toISOString(), endDate: new Date(to).toISOString() },
  })
}

/**
 * An answer for every address, in order. One mailbox that cannot be read fails alone. SyntaxFault for what is no response as
 * a whole.
 */
export function parseAvailabilityResponse(
  name: string,
  text: string,
  { addresses, from }: Pick<FreeBusyQuestion, 'addresses' | 'from'>,
): FreeBusyAnswer[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw new SyntaxFault((error as Error).message)
  }
  const read = response.safeParse(document)
  if (!read.success) throw new SyntaxFault('there is no list of mailboxes in it')
  const byAddress = new Map(read.data.mailboxes.map((one) => [one.mailbox.trim().toLowerCase(), one]))
  return addresses.map((address) => answerOf(name, { address, from }, byAddress.get(address.toLowerCase())))
}

/** CAP-04. */
const reasons: ReadonlyMap<string, FreeBusyFailureReason> = new Map([
  ['MailboxNotFound', 'unknown-address'],
  ['ErrorAvailabilityConfigNotFound', 'no-source'],
  ['ErrorServerBusy', 'busy'],
  ['ErrorTimeoutExpired', 'timeout'],
] as const)

function answerOf(
  name: string,
  { address, from }: { address: string; from: number },
  given: unknown,
): FreeBusyAnswer {
  const failure = (reason: FreeBusyFailureReason, message: string, code: string): FreeBusyAnswer => ({
    address,
    failure: { reason, message, code },
  })
  if (given === undefined)
    return failure('peer-failed', `${name} said nothing about ${address}.`, 'ErrorFreeBusyGenerationFailed')
  const read = known.safeParse(given)
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.') ?? ''
    return failure(
      'peer-failed',
      `${name} said something about ${address} that cannot be read: ${where}.`,
      'ErrorResponseSchemaValidation',
    )
  }
  const { error, events, workingHours } = read.data
  if (error != null) return failure(reasons.get(error) ?? 'peer-failed', `${name}: ${error}`, error)
  const times = (events ?? []).flatMap(timeOf).sort((a, b) => a.startMs - b.startMs)
  const detailed = times.some(({ details }) => details !== undefined)
  return {
    address,
    freeBusy: { times, workingHours: workingHours ? hoursHere(workingHours, from) : null, detailed },
  }
}

function timeOf({ startTime, endTime, busyType, details }: z.output<typeof event>): BusyTime[] {
  if (busyType === 'FREE' || endTime < startTime) return []
  const hidden = details?.isPrivate === true
  const type = details?.instanceType ?? 'SINGLE_INSTANCE'
  return [
    {
      startMs: startTime,
      endMs: endTime,
      busy: busyType === 'TENTATIVE' ? 'tentative' : 'busy',
      private: hidden,
      ...(details != null &&
        !hidden && {
          details: {
            item: null,
            subject: details.subject ?? '',
            location: details.location || null,
            isMeeting: details.isMeeting === true,
            isRecurring: type !== 'SINGLE_INSTANCE',
            isException: type === 'EXCEPTION',
            isReminderSet: details.isReminderSet === true,
          },
        }),
    },
  ]
}

/** Biases have the sign of EWS, from which AWS's own provider copies them: Berlin has -60. */
function hoursHere({ timezone, workingPeriods }: z.output<typeof hours>, at: number): WorkingHours | null {
  const { bias, standardTime: standard, daylightTime: daylight } = timezone
  const biased = (part: z.output<typeof change> | null | undefined) => ({
    bias: part?.offset ?? 0,
    change: () =>
      checkedChange({
        month: part ? months.indexOf(part.month) + 1 : 0,
        week: part ? weeks.indexOf(part.week) + 1 : 0,
        weekday: part ? days.indexOf(part.dayOfWeek) : -1,
        timeMs: parseClock(part?.time ?? ''),
      }),
  })
  return hoursOf(
    () => zoneOfBiases({ bias, standard: biased(standard), daylight: biased(daylight) }),
    workingPeriods.map(({ startMinutes, endMinutes, days: named }) => ({
      startMinutes,
      endMinutes,
      days: named.map((day) => day.slice(0, 2).toLowerCase() as Weekday),
    })),
    at,
  )
}
