import { parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { DAY_MS, parseLocal } from '#src/formats/recurrence/civil.ts'
import type { RecurrenceRule } from '#src/formats/recurrence/rule.ts'
import { type MeetingKind, messageClassOf } from './meeting-message.ts'
import { attendeesOf, organizerOf } from './people.ts'

/** What a meeting message says to people whose mail program knows nothing of meetings. English, in the sender's zone. */
type MeetingProse = { subject: string; text: string; html: string }

const prefixes: Readonly<Record<string, string>> = {
  'IPM.Schedule.Meeting.Canceled': 'Canceled: ',
  'IPM.Schedule.Meeting.Resp.Pos': 'Accepted: ',
  'IPM.Schedule.Meeting.Resp.Neg': 'Declined: ',
  'IPM.Schedule.Meeting.Resp.Tent': 'Tentative: ',
}

/** Subject of a meeting message as Outlook writes it. */
export function meetingSubject(
  title: string,
  kind: MeetingKind,
  response?: 'accepted' | 'declined' | 'tentative',
): string {
  const plain = title.replace(/[\r\n\0]+/g, ' ').slice(0, 500)
  if (kind === 'counter') return `New Time Proposed: ${plain}`
  if (kind === 'counter-declined') return `New Time Proposal Declined: ${plain}`
  const mark = { kind, ...(response && { response }) } as Parameters<typeof messageClassOf>[0]
  return `${prefixes[messageClassOf(mark)] ?? ''}${plain}`
}

/** Facts in a table, then `comment`, then the description. */
export function meetingProse(
  subject: string,
  object: CalendarObject,
  comment?: string,
  sentence?: string,
): MeetingProse {
  const facts = factsOf(object)
  const description = object.description?.trim() ?? ''
  const blocks = [
    sentence,
    comment?.trim(),
    facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
    description,
  ].filter((block) => block !== undefined && block !== '') as string[]
  const rows = facts.map(
    ([name, value]) => `<tr><td><b>${escaped(name)}:</b>&nbsp;</td><td>${escaped(value)}</td></tr>`,
  )
  const paragraphs = (text: string | undefined): string =>
    text === undefined || text.trim() === ''
      ? ''
      : `<p>${escaped(text.trim()).replace(/\r?\n/g, '<br>\n')}</p>\n`
  return {
    subject,
    text: `${blocks.join('\n\n')}\n`,
    html: `<html><body>\n${paragraphs(sentence)}${paragraphs(comment)}<table>\n${rows.join('\n')}\n</table>\n${paragraphs(description)}</body></html>\n`,
  }
}

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')

function factsOf(object: CalendarObject): [string, string][] {
  const facts: [string, string][] = []
  if (object.start !== undefined) facts.push(['When', whenText(object)])
  const [rule] = object.recurrenceRules ?? []
  if (rule !== undefined) facts.push(['Repeats', repeatText(rule)])
  const places = [
    ...Object.values(object.locations ?? {}).map(({ name }) => name),
    ...Object.values(object.virtualLocations ?? {}).map(({ name, uri }) => name ?? uri),
  ].filter((place) => place !== undefined && place !== '')
  if (places.length > 0) facts.push(['Where', places.join('; ')])
  const organizer = organizerOf(object)
  const named = (one: { name?: string; email?: string }): string => one.name || one.email || ''
  if (organizer !== undefined && named(organizer) !== '') facts.push(['Organizer', named(organizer)])
  const people = attendeesOf(object)
    .map(named)
    .filter((name) => name !== '')
  if (people.length > 0)
    facts.push([
      'Attendees',
      people.length > 20
        ? `${people.slice(0, 20).join(', ')} and ${people.length - 20} more`
        : people.join(', '),
    ])
  return facts
}

const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16)

/** `Tuesday, 24 November 2026, 09:00 to 10:00 (Europe/Berlin)`. */
function whenText(object: CalendarObject): string {
  const start = parseLocal(object.start!)
  const { days, ms } = parseDuration(object.duration ?? 'PT0S') ?? { days: 0, ms: 0 }
  const end = start + days * DAY_MS + ms
  if (object.showWithoutTime) {
    const last = end - DAY_MS
    return last > start ? `${day.format(start)} to ${day.format(last)}` : `${day.format(start)}, all day`
  }
  const zone = object.timeZone == null ? '' : ` (${object.timeZone.replace(/^\//, '')})`
  const sameDay = Math.floor(start / DAY_MS) === Math.floor(end / DAY_MS)
  const until = end === start ? '' : ` to ${sameDay ? '' : `${day.format(end)}, `}${clock(end)}`
  return `${day.format(start)}, ${clock(start)}${until}${zone}`
}

const unit: Readonly<Record<RecurrenceRule['frequency'], string>> = {
  yearly: 'year',
  monthly: 'month',
  weekly: 'week',
  daily: 'day',
  hourly: 'hour',
  minutely: 'minute',
  secondly: 'second',
}
const weekday = {
  mo: 'Monday',
  tu: 'Tuesday',
  we: 'Wednesday',
  th: 'Thursday',
  fr: 'Friday',
  sa: 'Saturday',
  su: 'Sunday',
}

function repeatText({ frequency, interval = 1, byDay, count, until }: RecurrenceRule): string {
  const every = interval === 1 ? `every ${unit[frequency]}` : `every ${interval} ${unit[frequency]}s`
  const plain = byDay?.every(({ nthOfPeriod }) => nthOfPeriod === undefined) ? byDay : undefined
  const on = plain ? ` on ${plain.map((one) => weekday[one.day]).join(', ')}` : ''
  const ends =
    count !== undefined
      ? `, ${count} times`
      : until !== undefined
        ? `, until ${day.format(parseLocal(until.replace(/Z$/, '')))}`
        : ''
  return `${every}${on}${ends}`
}
