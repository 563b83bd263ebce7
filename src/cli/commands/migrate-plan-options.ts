import type { PlanRequest } from '#src/app/plan-migration.ts'
import { readAuthorities } from '../input-files.ts'
import { UsageFault } from '../usage-fault.ts'

/** The options of `landbridge migrate plan` as they are written. */
export type PlanOptions = {
  mailboxes: string[]
  permissions?: string[]
  ask?: string[]
  ca?: string
  addressBook?: boolean
  groups?: string[]
  cap: string
  capGb?: string
  capServer?: string[]
  from?: string
  until?: string
  days: string
  holidays?: string
  hours: string
  zone?: string
  perWindow: string
  rules?: string
  ignoreGrantee?: string[]
  unbroken?: string[]
  keepWhole?: string[]
  largestGroup: string
  announced?: string
  loyalty?: string
  pilot?: string
  pilotPause: string
  vipNotBefore?: string
  shared: string
  objective: string
  whatIf?: boolean
  seed: string
  spareBatches?: string
  today?: string
  out: string
}

type Words = typeof import('#src/app/plan-words.ts')

/** What is asked for; a `UsageFault` says how an option is written. */
export async function planRequest(options: PlanOptions): Promise<PlanRequest> {
  const words = await import('#src/app/plan-words.ts')
  const day = (name: string, text: string) => dayOf(words, name, text)
  const zone = zoneOf(options.zone)
  const today = day('--today', options.today ?? Temporal.Now.plainDateISO(zone).toString())
  const { begin, end } = hoursOf(options.hours)
  const from = options.from === undefined ? mondayAfterNext(today) : day('--from', options.from)
  if (from < today)
    throw new UsageFault(
      `--from ${words.formatDay(from)} is past: today is ${words.formatDay(today)}. Name a day that is still to come.`,
    )
  const until = options.until === undefined ? null : day('--until', options.until)
  // Nights that were announced may begin earlier.
  if (until !== null && until < from && !(options.from === undefined && options.announced !== undefined))
    throw new UsageFault(
      `--until ${words.formatDay(until)} is before the first possible night, ${words.formatDay(from)}. Name a later one.`,
    )
  const { objective } = options
  if (objective !== 'days' && objective !== 'cut') {
    throw new UsageFault(
      '--objective is "days" (fewest delegation-days broken) or "cut" (fewest grants cut).',
    )
  }
  const { shared } = options
  if (shared !== 'tied' && shared !== 'last') {
    throw new UsageFault(
      '--shared is "tied" (shared mailboxes move with those who use them) or "last" (when all others have moved).',
    )
  }
  return {
    files: {
      mailboxes: options.mailboxes,
      permissions: options.permissions ?? [],
      groups: options.groups ?? [],
      announced: options.announced ?? null,
      asked: { files: options.ask ?? [], addressBook: null, ...(await authoritiesOf(options)) },
      rules: options.rules ?? null,
    },
    out: options.out,
    caps: {
      mailboxes: number('--cap', options.cap, 1),
      bytes: options.capGb === undefined ? null : gigabytes(options.capGb),
      perServer: Object.fromEntries((options.capServer ?? []).map(serverCap)),
    },
    calendar: {
      from,
      until,
      weekdays: weekdaysOf(words, options.days),
      holidays: (options.holidays ?? '')
        .split(',')
        .filter((text) => text.trim() !== '')
        .map((text) => day('--holidays', text.trim())),
      batchesPerWindow: number('--per-window', options.perWindow, 1),
      begin,
      end,
      zone,
    },
    beginsByDefault: options.from === undefined,
    ignoredGrantees: options.ignoreGrantee ?? [],
    unbroken: (options.unbroken ?? []).map((text) => rightOf(words, '--unbroken', text)),
    keepWhole: (options.keepWhole ?? []).map((text) => rightOf(words, '--keep-whole', text)),
    largestGroup: number('--largest-group', options.largestGroup, 1),
    ...(options.pilot !== undefined && { pilot: pilotOf(options) }),
    pilotPauseDays: number('--pilot-pause', options.pilotPause, 1),
    vipNotBefore: options.vipNotBefore === undefined ? null : day('--vip-not-before', options.vipNotBefore),
    shared,
    objective,
    loyalty: options.loyalty === undefined ? words.defaultLoyalty : number('--loyalty', options.loyalty, 0),
    seed: number('--seed', options.seed, 0),
    spareBatches:
      options.spareBatches === undefined ? null : number('--spare-batches', options.spareBatches, 0),
    today,
    whatIf: options.whatIf ?? null,
  }
}

function pilotOf({ pilot, cap, announced }: PlanOptions): number {
  if (announced !== undefined)
    throw new UsageFault(
      '--pilot chooses people anew, and with --announced they were told already. Leave out --pilot, and mark them in column Pilot.',
    )
  const most = number('--cap', cap, 1)
  const count = number('--pilot', pilot!, 1)
  if (count <= most) return count
  throw new UsageFault(`--pilot ${count} is more than a batch may have. Name at most ${most}, as --cap says.`)
}

async function authoritiesOf({ ask, ca }: PlanOptions): Promise<{ authorities?: string }> {
  if (ca === undefined) return {}
  if (ask === undefined) throw new UsageFault('--ca is for servers that are asked: name them with --ask.')
  return { authorities: await readAuthorities(ca) }
}

function number(name: string, text: string, least: number): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= least) return value
  throw new UsageFault(`${name} is a whole number from ${least} on, not "${text}".`)
}

function gigabytes(text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value * 2 ** 30
  throw new UsageFault(`--cap-gb is a number of gigabytes, not "${text}".`)
}

function serverCap(text: string): [string, number] {
  const found = /^(.+)=(\d{1,9})$/.exec(text)
  if (found !== null) return [found[1]!, Number(found[2])]
  throw new UsageFault(`--cap-server is written NAME=NUMBER, as EX01=40, not "${text}".`)
}

function dayOf(words: Words, name: string, text: string): number {
  const day = words.parseDay(text)
  if (day !== null) return day
  throw new UsageFault(`${name} is a date as 2026-12-07, not "${text}".`)
}

function weekdaysOf(words: Words, text: string): number[] {
  return text.split(',').map((each) => {
    const at = words.weekdays.findIndex((weekday) => each.trim().toLowerCase().startsWith(weekday))
    if (at !== -1) return at + 1
    throw new UsageFault(`--days is a list of ${words.weekdays.join(', ')}, not "${each}".`)
  })
}

function hoursOf(text: string): { begin: string; end: string } {
  const found = /^((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text)
  if (found !== null && found[1] !== found[2]) return { begin: found[1]!, end: found[2]! }
  if (found !== null)
    throw new UsageFault(
      `--hours ${text} opens and closes at the same time. Write two times, as 22:00-06:00.`,
    )
  throw new UsageFault(`--hours is written 22:00-06:00, not "${text}".`)
}

function zoneOf(text: string | undefined): string {
  const zone = text ?? Temporal.Now.timeZoneId()
  try {
    return Temporal.Now.zonedDateTimeISO(zone).timeZoneId
  } catch {
    throw new UsageFault(`"${zone}" is no time zone. Write one as Europe/Berlin.`)
  }
}

function rightOf(words: Words, name: string, text: string) {
  if (words.isRight(text)) return text
  throw new UsageFault(`${name} is one of ${words.rights.join(', ')}, not "${text}".`)
}

/** Time to read the plan and to tell people. */
const mondayAfterNext = (today: number): number => today + 14 - ((today + 3) % 7)
