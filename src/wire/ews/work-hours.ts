/** Working hours as programs keep them with a calendar (MS-OXOCFG §2.2.5.2.1): the XML of its configuration `WorkHours`. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Weekday } from '#src/formats/recurrence/rule.ts'
import { ianaOfWindows } from '#src/formats/time-zone/windows-names.ts'
import type { ZoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { ianaOfRules } from '#src/formats/time-zone/zone-of-rules.ts'
import { parseDocument } from '../xml/read-document.ts'
import { Schema } from '../xml/schema.ts'
import { daysNamed } from './model/recurrence.ts'
import { checkedChange, parseClock, zoneOfBiases } from './serializable-zone.ts'

const schema = new Schema([
  {
    prefix: 'h',
    bare: true,
    namespace: 'WorkingHours.xsd',
    text: `
element Root : Root
Root = WorkHoursVersion1:Version1
Version1 = TimeZone:Zone TimeSlot:Slot WorkDays
Zone = Bias:int Standard:Transition DaylightSavings:Transition Name?
Transition = Bias:int ChangeDate:Change
Change = Time Date DayOfWeek:int
Slot = Start End
`,
  },
])
const root = schema.root('h/Root')
const limits = { depth: 10, elements: 100, textChars: 10_000 }

type Transition = { Bias: number; ChangeDate: { Time: string; Date: string; DayOfWeek: number } }
type Document = {
  WorkHoursVersion1: {
    TimeZone: { Bias: number; Standard: Transition; DaylightSavings: Transition; Name?: string }
    TimeSlot: { Start: string; End: string }
    WorkDays: string
  }
}

/** On the clock of a zone, of which its name and its rules are told; minutes after midnight. */
type WorkHours = {
  zone: { name: string | undefined; rules: ZoneYear }
  days: readonly Weekday[]
  startMinutes: number
  endMinutes: number
}

/** SyntaxFault for what is no such document. */
export function parseWorkHours(document: Uint8Array): WorkHours {
  const { WorkHoursVersion1: said } = parseDocument(document, root, { limits }) as Document
  const { Bias, Standard, DaylightSavings, Name } = said.TimeZone
  const days = said.WorkDays.split(/\s+/).flatMap((day) =>
    Object.hasOwn(daysNamed, day) ? daysNamed[day as keyof typeof daysNamed] : [],
  )
  return {
    zone: {
      name: Name,
      rules: zoneOfBiases({ bias: Bias, standard: changeOf(Standard), daylight: changeOf(DaylightSavings) }),
    },
    days: [...new Set(days)],
    startMinutes: minutesOf(said.TimeSlot.Start),
    endMinutes: minutesOf(said.TimeSlot.End),
  }
}

/** The same on the clock of a zone with an IANA name; null for what is no such document, or whose zone nobody knows. */
export function workingHoursIn(
  document: Uint8Array,
  now: number,
): { timeZone: string; periods: readonly Omit<WorkHours, 'zone'>[] } | null {
  try {
    const { zone, ...period } = parseWorkHours(document)
    const timeZone = ianaOfWindows(zone.name ?? '') ?? ianaOfRules(zone.rules, new Date(now).getUTCFullYear())
    return timeZone === undefined ? null : { timeZone, periods: [period] }
  } catch (error) {
    if (error instanceof SyntaxFault) return null
    throw error
  }
}

const minutesOf = (time: string): number => Math.floor(parseClock(time) / 60_000)

/** `Date` is `0000/10/05`: month, and which of its weekdays, 5 for the last one. Days begin with Sunday. */
const changeOf = ({ Bias, ChangeDate: { Time, Date: day, DayOfWeek } }: Transition) => ({
  bias: Bias,
  change: () => {
    const [, month, week] = /^0000\/(\d\d)\/(\d\d)$/.exec(day.trim()) ?? []
    if (month === undefined) throw new SyntaxFault(`'${day.slice(0, 20)}' is no day of every year`)
    const weekday = DayOfWeek >= 0 && DayOfWeek <= 6 ? (DayOfWeek + 6) % 7 : -1
    return checkedChange({ month: Number(month), week: Number(week), weekday, timeMs: parseClock(Time) })
  },
})
