/**
 * When people are free: answers for mailboxes of this service a second and on one core, requests for a hundred people of whom half
 * are on another system that takes 50 ms, and what ten years of a calendar cost more than one.
 *
 *   node bench/availability.ts [--mailboxes 50] [--events 5000] [--series 20] [--requests 200] [--folder DIR]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { openData } from '#src/app/open-data.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { type AvailabilityDeps, answerAvailability } from '#src/domain/availability/answer-availability.ts'
import { RemoteFreeBusy } from '#src/domain/availability/remote-free-busy.ts'
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { openLog } from '#src/platform/log/open-log.ts'
import { freeBusyView } from '#src/protocols/ews/availability/free-busy-view.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({
  options: {
    mailboxes: { type: 'string', default: '50' },
    events: { type: 'string', default: '5000' },
    series: { type: 'string', default: '20' },
    requests: { type: 'string', default: '200' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
const WEEK_MS = 7 * 86_400_000
const YEAR_MS = 365 * 86_400_000
const last = Date.UTC(2026, 11, 27)

type Person = { id: EntryId; address: string; at: MailboxRef; calendar: FolderNo }

const work = await mkdtemp(join(values.folder, 'landbridge-bench-'))
const { config } = loadConfig({
  environment: {},
  options: { dataFolder: join(work, 'data'), 'log.output': 'file' },
})
const { log, close: closeLog } = openLog({
  level: 'warn',
  output: 'file',
  file: join(work, 'log'),
  maxFileBytes: 1_000_000,
  keptFiles: 1,
})
const data = await openData(config, log, () => ({
  version: '0',
  dataFolder: work,
  startedAt: 0,
  serving: false,
  listeners: [],
}))
try {
  await benchAvailability()
} finally {
  await data.close()
  closeLog()
  await rm(work, { recursive: true })
}

async function benchAvailability(): Promise<void> {
  const admin = inProcessClient(data.answer)
  const { OrganizationId } = await admin.call('CreateOrganization', { Alias: 'bench' })
  const organization = OrganizationId as OrganizationId
  const [mailboxes, events, series] = [Number(values.mailboxes), Number(values.events), Number(values.series)]
  const people: Person[] = []
  for (let number = 0; number < mailboxes + 2; number++)
    people.push(await personOf(admin, organization, number))
  const [oneYear, tenYears, ...rest] = people as [Person, Person, ...Person[]]
  await fill(oneYear, { events: Math.round(events / 10), series, years: 1 })
  await fill(tenYears, { events, series, years: 10 })
  for (const person of rest) await fill(person, { events, series, years: 10 })
  say(`${rest.length} mailboxes with ${events} events over ten years, ${series} of them weekly series`)

  await perSecond(organization, rest)
  await years(organization, rest[0]!, oneYear, tenYears)
  await mixed(organization, rest)
}

function depsWith(remote?: RemoteFreeBusy): AvailabilityDeps {
  return {
    ...data.availability,
    remoteFor: async (_, domain) => (domain === 'far.example' ? remote : undefined),
  }
}

async function personOf(
  admin: ReturnType<typeof inProcessClient>,
  organization: OrganizationId,
  number: number,
): Promise<Person> {
  const here = { OrganizationId: organization }
  const { UserId } = await admin.call('CreateUser', {
    ...here,
    Name: `u${number}`,
    DisplayName: `User ${number}`,
  })
  const address = `u${number}@bench.test`
  await admin.call('RegisterToWorkMail', { ...here, EntityId: UserId!, Email: address })
  const entry = await data.store.directory.findEntry(organization, { id: UserId as EntryId })
  const at = { organization, mailbox: entry!.mailbox! }
  const calendar = await data.store.mailboxes.findFolder(at, { distinguished: 'calendar' })
  return { id: UserId as EntryId, address, at, calendar: calendar!.no }
}

type Size = { events: number; series: number; years: number }

/** Events evenly over the years before the last week of 2026; series go on for ever. */
async function fill({ at, calendar }: Person, { events, series, years: span }: Size): Promise<void> {
  const first = last - span * YEAR_MS
  const objects: CalendarObject[] = Array.from({ length: events }, (_, n) => {
    const day = Math.floor((n * span * 365) / events)
    const start = new Date(first + day * 86_400_000 + (8 + (n % 10)) * 3_600_000).toISOString().slice(0, 19)
    const base = {
      '@type': 'Event',
      uid: '',
      title: `Meeting ${n}`,
      start,
      timeZone: 'Europe/Berlin',
      duration: 'PT30M',
    } as const
    return n < series ? { ...base, recurrenceRules: [{ frequency: 'weekly' }] } : base
  })
  for (let done = 0; done < objects.length; done += 200)
    await Promise.all(
      objects.slice(done, done + 200).map((object) => addCalendarObject(data.store, at, calendar, object)),
    )
}

function window(week: number): { from: number; to: number } {
  return { from: last - (week + 1) * WEEK_MS, to: last - week * WEEK_MS }
}

/** A whole request: answers, views, XML. */
async function request(
  organization: OrganizationId,
  asker: Person,
  addresses: readonly string[],
  week: number,
  deps: AvailabilityDeps,
): Promise<number> {
  const { from, to } = window(week)
  const answers = await answerAvailability(deps, {
    organization,
    asker,
    addresses,
    from,
    to,
    detailed: false,
    proxied: false,
  })
  const responses = answers.map((answer) => {
    if ('failure' in answer) throw new Error(answer.failure.message)
    return {
      ResponseMessage: { ResponseClass: 'Success' as const, ResponseCode: 'NoError' as const },
      FreeBusyView: freeBusyView(answer.freeBusy, {
        from,
        to,
        minutes: 30,
        zone: utc,
        type: 'FreeBusyMerged',
      }),
    }
  })
  return formatResponse('GetUserAvailability', { FreeBusyResponseArray: responses }).join('').length
}

async function perSecond(organization: OrganizationId, people: readonly Person[]): Promise<void> {
  const deps = depsWith()
  const addresses = people.map(({ address }) => address)
  // The first one asks about all others: of oneself nothing is looked up.
  const asker = people[0]!
  await request(organization, asker, addresses, 0, deps)
  const cpu = process.cpuUsage()
  const start = performance.now()
  const rounds = Math.max(5, Math.round(4_000 / addresses.length))
  for (let round = 0; round < rounds; round++) await request(organization, asker, addresses, round % 40, deps)
  const seconds = (performance.now() - start) / 1_000
  const used = process.cpuUsage(cpu)
  const weeks = rounds * addresses.length
  const ofOne = weeks / ((used.user + used.system) / 1e6)
  say(
    `local: ${Math.round(weeks / seconds)} mailbox-weeks a second, ${Math.round(ofOne)} for each second of a core (aim 2,000)`,
  )
}

async function years(organization: OrganizationId, asker: Person, one: Person, ten: Person): Promise<void> {
  const deps = depsWith()
  const cost = async (person: Person) => {
    const before = process.cpuUsage()
    for (let round = 0; round < 400; round++)
      await request(organization, asker, [person.address], round % 40, deps)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 400_000
  }
  const [ones, tens]: [number[], number[]] = [[], []]
  for (let round = 0; round < 7; round++) {
    ones.push(await cost(one))
    tens.push(await cost(ten))
  }
  const [a, b] = [middle(ones), middle(tens)]
  say(
    `one year ${a.toFixed(3)} ms, ten years ${b.toFixed(3)} ms of a core for a mailbox-week: ${(b / a).toFixed(2)} times (aim at most 1.2)`,
  )
}

async function mixed(organization: OrganizationId, people: readonly Person[]): Promise<void> {
  const remote = new RemoteFreeBusy({
    name: 'far.example',
    ask: async ({ addresses }) => {
      await pause(50)
      return addresses.map((address) => ({
        address,
        freeBusy: { times: [], workingHours: null, detailed: false },
      }))
    },
  })
  const deps = depsWith(remote)
  const local = people.slice(0, 50).map(({ address }) => address)
  const far = Array.from({ length: 100 - local.length }, (_, n) => `p${n}@far.example`)
  const took: number[] = []
  const used: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  for (let round = 0; round < Number(values.requests); round++) {
    const start = performance.now()
    const cpu = process.cpuUsage()
    // Another week each time, of which no answer is remembered.
    await request(organization, people[0]!, [...local, ...far], round, deps)
    took.push(performance.now() - start)
    const { user, system } = process.cpuUsage(cpu)
    used.push((user + system) / 1_000)
  }
  delay.disable()
  const shares = (all: number[]) => {
    all.sort((x, y) => x - y)
    const at = (part: number) => all[Math.min(all.length - 1, Math.floor(all.length * part))]!.toFixed(0)
    return `p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms`
  }
  say(
    `${local.length} local and ${far.length} remote: ${shares(took)} (aim under 250); event loop p99 ${(delay.percentile(99) / 1e6).toFixed(0)} ms`,
  )
  say(`of a core for each: ${shares(used)}`)
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!
}
