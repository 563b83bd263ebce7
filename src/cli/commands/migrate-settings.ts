import { Command } from 'commander'
import { parseDay, weekdays } from '#src/app/plan-words.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import { UsageFault } from '../usage-fault.ts'
import { whoAsks, withBy } from './migrate-words.ts'

type Options = Record<string, unknown>

/** `landbridge migrate settings` */
export function migrateSettingsCommand(cli: Cli): Command {
  const command = withBy(
    inOrganization(
      new Command('settings')
        .argument('<project>')
        .description('windows, caps and limits; they hold within seconds, for what runs too'),
    ),
  )
    .option('--window <from-to>', 'when is copied, as 22:00-06:00; "always" for no window')
    .option('--zone <name>', 'time zone of the window (default: that of this machine)')
    .option('--days <list>', 'days on which a window opens: mon,tue,…')
    .option(
      '--whole-days <list>',
      'days that are open from midnight to midnight, beside the window: sat,sun; "none"',
    )
    .option('--holidays <dates>', 'days on which none opens, separated by commas; "none"')
    .option('--cap <source=n...>', 'calls to a source at once; source=none for no cap')
    .option('--speed <source=mb...>', 'megabytes a second from a source; source=none for as fast as it goes')
    .option('--calls <source=n...>', 'calls a second to a source; source=none for any number')
    .option('--lanes <n>', 'mailboxes at once')
    .option('--source-lanes <source=n...>', 'mailboxes at once of a source; source=none for any number')
    .option('--per-database <n>', 'mailboxes at once of each database there; "none" for any number')
    .option('--total-speed <mb>', 'megabytes a second over all sources; "none" for as fast as it goes')
    .option('--largest-mb <n>', 'larger items are left behind, each named')
    .option('--deletes <yes|no>', 'delete here what is deleted there, if we wrote it')
    .option('--space-margin <percent>', 'room that must be free beside what comes over')
    .option('--delta-minutes <n>', 'from one delta to the next')
    .option('--verification <level>', '1 counts, 2 properties and a sample of bodies, 3 all bodies')
    .option('--rollback-days <n>', 'how long a batch that has moved can go back')
    .option(
      '--late-hours <list>',
      'when it is looked what still arrived there, in hours after the move, as 1,6,24,72; "none"',
    )
    .option('--alert-mail <addresses>', 'who is told of stalls, errors and approvals, separated by commas')
    .option(
      '--report-hours <n>',
      'from one report by mail to the next, to those of --alert-mail and whoever answers for it; "none"',
    )
    .option('--alert-webhook <url>', 'an https address that is sent the same as JSON')
    .option(
      '--responsible <who>',
      'who answers for the migration: a name, a mail address, which gets alerts too, or both; "none"',
    )
    .option('--no-alerts', 'tell nobody any more')
  examples(
    command,
    'landbridge migrate settings move --window 22:00-06:00 --zone Europe/Berlin --days mon,tue,wed,thu',
    'landbridge migrate settings move --window 22:00-06:00 --days mon,tue,wed,thu,fri --whole-days sat,sun',
    'landbridge migrate settings move --holidays 2026-12-24,2026-12-25',
    'landbridge migrate settings move --cap old=4 --speed old=12.5 --lanes 4',
    'landbridge migrate settings move --per-database 2 --total-speed 40',
    'landbridge migrate settings move --alert-mail it@corp.example --report-hours 24',
  )
  return cli.administers(command, async (session, options, project) => {
    const given = settingsOf(options)
    const caps = capsOf(options)
    if (Object.keys(given).length === 0 && caps.size === 0)
      throw new UsageFault('Say what to change; --help lists it.')
    const Caps = Object.fromEntries(caps)
    const changed = await session.callHere('UpdateMigrationSettings', {
      ProjectId: project!,
      By: whoAsks(options),
      Settings: { ...given, ...(caps.size > 0 && { Caps }) },
    })
    return { json: changed, text: 'The settings hold from now on.\n' }
  })
}

function settingsOf(options: Options): JsonObject {
  const text = options as Record<string, string | undefined>
  const largest = text.largestMb === undefined ? undefined : megabytes(text.largestMb)
  const given: [string, JsonValue | undefined][] = [
    ['Window', windowOf(text)],
    ['WindowChange', windowChangeOf(text)],
    ['Lanes', whole('--lanes', text.lanes, 1, 1_000)],
    ['DatabaseLanes', perDatabase(text.perDatabase)],
    ['BytesPerSecond', totalSpeed(text.totalSpeed)],
    ['LargestItemBytes', largest],
    ['DeletesHere', text.deletes === undefined ? undefined : isYes('--deletes', text.deletes)],
    ['SpaceMargin', margin(text.spaceMargin)],
    ['DeltaEveryMinutes', whole('--delta-minutes', text.deltaMinutes, 1, 60 * 24 * 366)],
    ['Verification', whole('--verification', text.verification, 1, 3)],
    ['RollbackDays', whole('--rollback-days', text.rollbackDays, 0, 366)],
    ['LateHours', lateHoursOf(text.lateHours)],
    ['Alerts', alertsOf(options)],
    ['ReportHours', reportHours(text.reportHours)],
    ['Responsible', text.responsible === 'none' ? null : text.responsible],
  ]
  return Object.fromEntries(given.filter((each): each is [string, JsonValue] => each[1] !== undefined))
}

function lateHoursOf(text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined
  if (text === 'none') return []
  const hours = text.split(',').map((each) => each.trim())
  if (hours.length <= MOST_LOOKS && hours.every((each) => /^\d{1,4}$/.test(each) && isHour(Number(each))))
    return [...new Set(hours.map(Number))].sort((a, b) => a - b)
  throw new UsageFault(
    `--late-hours are at most ${MOST_LOOKS} whole numbers of hours from 1 to ${MOST_HOURS}, as 1,6,24,72, or "none", not "${text}".`,
  )
}
const MOST_LOOKS = 50
const MOST_HOURS = 24 * 366
const isHour = (hours: number) => hours >= 1 && hours <= MOST_HOURS

/** null: none. */
const reportHours = (text: string | undefined): number | null | undefined =>
  text === 'none' ? null : whole('--report-hours', text, 1, MOST_HOURS, 'or "none"')

/** null: any number. */
const perDatabase = (text: string | undefined): number | null | undefined =>
  text === 'none' ? null : whole('--per-database', text, 1, 1_000, 'or "none"')

/** Octets a second; null: as fast as it goes. */
function totalSpeed(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined
  if (text === 'none') return null
  const speed = Number(text)
  if (SPEED.test(text) && speed > 0 && speed <= MOST_SPEED) return Math.round(speed * MIB)
  throw new UsageFault(
    `--total-speed is megabytes a second ${SPEEDS}, as 40 or 0.5, or "none", not "${text}".`,
  )
}

/** A part, of a percentage. */
function margin(percent: string | undefined): number | undefined {
  const value = whole('--space-margin', percent, 0, 1_000)
  return value === undefined ? undefined : value / 100
}

/** null: "always". */
export function windowOf(options: Record<string, string | undefined>): JsonObject | null | undefined {
  const { window, zone, days, wholeDays, holidays } = options
  if (window === undefined) return undefined
  if (window === 'always') {
    for (const [name, value] of Object.entries({ zone, days, 'whole-days': wholeDays, holidays }))
      if (value !== undefined)
        throw new UsageFault(
          `--${name} is part of a window: write it with --window 22:00-06:00, or without --window for the one there is.`,
        )
    return null
  }
  const time = '(?:[01]\\d|2[0-3]):[0-5]\\d'
  const [, Begin, End] = new RegExp(`^(${time})-(${time})$`).exec(window) ?? []
  if (Begin === undefined || End === undefined)
    throw new UsageFault(`--window is written 22:00-06:00, or "always" for no window; not "${window}".`)
  if (Begin === End)
    throw new UsageFault(
      `--window ${window} opens and closes at the same time. Write two times, as 22:00-06:00; "always" is no window.`,
    )
  return {
    Begin,
    End,
    Zone: zoneOf(zone),
    ...daysOf(options),
  }
}

/** Without `--window`: what of the window there is is given anew; undefined: nothing. */
export function windowChangeOf(options: Record<string, string | undefined>): JsonObject | undefined {
  const { window, zone } = options
  if (window !== undefined) return undefined
  const change = { ...(zone !== undefined && { Zone: zoneOf(zone) }), ...daysOf(options) }
  return Object.keys(change).length === 0 ? undefined : change
}

const daysOf = ({ days, wholeDays, holidays }: Record<string, string | undefined>): JsonObject => ({
  ...(days !== undefined && { Weekdays: weekdaysOf('--days', days) }),
  ...(wholeDays !== undefined && {
    WholeDays: wholeDays === 'none' ? [] : weekdaysOf('--whole-days', wholeDays),
  }),
  ...(holidays !== undefined && { Holidays: holidays === 'none' ? [] : holidaysOf(holidays) }),
})

/** Of `--zone`, by default that of the machine. */
export function zoneOf(given: string | undefined): string {
  const zone = given ?? Temporal.Now.timeZoneId()
  try {
    return Temporal.Now.zonedDateTimeISO(zone).timeZoneId
  } catch {
    throw new UsageFault(`--zone "${zone}" is no time zone. Write one as Europe/Berlin.`)
  }
}

const weekdaysOf = (option: string, text: string): number[] =>
  text.split(',').map((day) => {
    const at = (weekdays as readonly string[]).indexOf(day.trim().toLowerCase())
    if (at < 0) throw new UsageFault(`${option} is a list of ${weekdays.join(', ')}, not "${day}".`)
    return at + 1
  })

const holidaysOf = (text: string): string[] =>
  text
    .split(',')
    .map((day) => day.trim())
    .filter((day) => day !== '')
    .map((day) => {
      if (parseDay(day) === null)
        throw new UsageFault(`--holidays are dates as 2026-12-24, separated by commas, not "${day}".`)
      return day
    })

const MIB = 1024 * 1024
/** Megabytes a second, as they are written. */
const SPEED = /^\d{1,6}(?:\.\d{1,3})?$/
const MOST_SPEED = 100_000
const SPEEDS = `from 0.001 to ${MOST_SPEED}`

/** What is capped by source; null: without a cap. */
function capsOf({ cap, speed, calls, sourceLanes }: Options): ReadonlyMap<string, JsonObject> {
  const caps = new Map<string, JsonObject>()
  const add = (
    given: unknown,
    member: string,
    read: (source: string) => readonly [string, number | null],
  ) => {
    for (const text of (given ?? []) as string[]) {
      const [name, value] = read(text)
      caps.set(name, { ...caps.get(name), [member]: value })
    }
  }
  add(cap, 'Connections', (text) => perSource('--cap', text, /^\d{1,4}$/, 1_000))
  add(sourceLanes, 'Lanes', (text) => perSource('--source-lanes', text, /^\d{1,4}$/, 1_000))
  add(calls, 'CallsPerSecond', (text) => perSource('--calls', text, /^\d{1,5}$/, 10_000))
  add(speed, 'BytesPerSecond', (text) => {
    const [name, rate] = perSource('--speed', text, SPEED, MOST_SPEED)
    return [name, rate === null ? null : Math.round(rate * MIB)]
  })
  return caps
}

function perSource(
  option: string,
  text: string,
  form: RegExp,
  most: number,
): readonly [string, number | null] {
  const [, name, count = ''] = /^([^=]+)=(.+)$/.exec(text) ?? []
  const value = Number(count)
  if (name !== undefined && count === 'none') return [name, null]
  if (name !== undefined && form.test(count) && value > 0 && value <= most) return [name, value]
  const numbers = `NUMBER ${option === '--speed' ? SPEEDS : `from 1 to ${most}`}`
  throw new UsageFault(`${option} is written SOURCE=${numbers}, as old=4, or SOURCE=none, not "${text}".`)
}

export function whole(
  option: string,
  text: string | undefined,
  from: number,
  to: number,
  or = '',
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= from && value <= to) return value
  throw new UsageFault(`${option} is a whole number from ${from} to ${to}${or && ` ${or}`}, not "${text}".`)
}

export function megabytes(text: string): number {
  const bytes = Math.round(Number(text) * 1024 * 1024)
  if (/^\d{1,7}(\.\d+)?$/.test(text) && bytes >= 1 && bytes <= 2 ** 40) return bytes
  throw new UsageFault(`--largest-mb is a number of megabytes up to 1048576, not "${text}".`)
}

/** Both at once: what is not named is not told any more. */
function alertsOf({ alertMail, alertWebhook, alerts }: Options): JsonObject | undefined {
  if (alerts === false) {
    if (alertMail === undefined && alertWebhook === undefined) return { Addresses: [], Webhook: null }
    throw new UsageFault(
      '--no-alerts tells nobody; leave it out, or leave out --alert-mail and --alert-webhook.',
    )
  }
  if (alertMail === undefined && alertWebhook === undefined) return undefined
  const Addresses = String(alertMail ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '')
  const webhook = alertWebhook === undefined ? null : URL.parse(String(alertWebhook))
  if (webhook !== null && (webhook.username !== '' || webhook.password !== ''))
    throw new UsageFault('--alert-webhook has a name or a password in it. Leave them out.')
  if (alertWebhook !== undefined && URL.parse(String(alertWebhook))?.protocol !== 'https:')
    throw new UsageFault(
      `--alert-webhook is an https address, as https://chat.corp.example/hook, not "${alertWebhook}".`,
    )
  return { Addresses, Webhook: alertWebhook === undefined ? null : String(alertWebhook) }
}

export function isYes(option: string, text: string): boolean {
  if (text !== 'yes' && text !== 'no') throw new UsageFault(`${option} is "yes" or "no", not "${text}".`)
  return text === 'yes'
}
