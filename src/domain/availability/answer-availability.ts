import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { busyTimes } from '../calendar/busy-times.ts'
import { calendarPlaces } from '../calendar/calendar-places.ts'
import { workingHours } from '../calendar/working-hours.ts'
import { type Entry, primaryAddress } from '../directory/entry.ts'
import { FolderRight } from '../directory/folder-permission.ts'
import { findCommonRights, findRightsOn } from '../directory/mailbox-access.ts'
import type { DirectoryReader } from '../directory/store.ts'
import type { MailboxReader } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import { rowsOf } from '../rows-of.ts'
import type { FreeBusyAnswer, FreeBusyFailureReason } from './free-busy-source.ts'
import type { RemoteFreeBusy } from './remote-free-busy.ts'

export type AvailabilityDeps = {
  directory: DirectoryReader
  mailboxes: MailboxReader
  /** The system that knows the mailboxes of a mail domain, if one is set for it. */
  remoteFor(organization: OrganizationId, domain: string): Promise<RemoteFreeBusy | undefined>
  /** Answers after this are failures of their mailboxes only; default 20 s. */
  deadlineMs?: number
}

/** `id` null: nobody in particular, who sees what every colleague may. */
type Asker = { id: EntryId | null } & Partial<Pick<Entry, 'displayName' | 'addresses'>>

export type AvailabilityQuery = {
  organization: OrganizationId
  /** Who asks: their rights on a calendar say what is told of it (FBI-03). */
  asker: Asker
  /** Any address of anybody, X500 ones too. */
  addresses: readonly string[]
  from: number
  to: number
  detailed: boolean
  /** UID of an event that counts as free, as it is to be moved; known in calendars here. */
  without?: string | undefined
  /** The question came from another system, so it is not passed on (interop 2.4). */
  proxied: boolean
}

const MOST_MEMBERS = 100
const DEADLINE_MS = 20_000

/**
 * When people are free, wherever their mailboxes are: an answer for every address, in order. `home` decides whom to ask.
 * What is slow, dead or forbidden fails alone (FBI-05).
 */
export async function answerAvailability(
  deps: AvailabilityDeps,
  query: AvailabilityQuery,
): Promise<FreeBusyAnswer[]> {
  const late = AbortSignal.timeout(deps.deadlineMs ?? DEADLINE_MS)
  const working = { ...deps, breath: new Breath() }
  return Promise.all(
    query.addresses.map(async (address) => {
      try {
        const answer = await beforeLate(answerOne(working, query, address), late)
        return answer ?? failed(address, 'timeout', 'The other system did not answer in time.')
      } catch (error) {
        return failed(
          address,
          'unavailable',
          error instanceof Refusal ? error.message : 'The calendar could not be read.',
        )
      }
    }),
  )
}

const failed = (address: string, reason: FreeBusyFailureReason, message: string): FreeBusyAnswer => ({
  address,
  failure: { reason, message },
})

/** A hundred calendars are much work: everybody else goes on in between. */
type Working = AvailabilityDeps & { breath: Breath }

async function answerOne(deps: Working, query: AvailabilityQuery, address: string): Promise<FreeBusyAnswer> {
  const entry = await findByAddress(deps.directory, query.organization, address)
  if (entry === undefined) return askRemote(deps, query, address, address, true)
  if (entry.kind === 'group') return answerGroup(deps, query, address, entry)
  if (entry.home === 'local') return answerLocal(deps, query, address, entry)
  return askRemote(deps, query, address, askedAs(entry) ?? address, false)
}

/** The address under which the other system knows somebody: where mail for them goes, else their primary one. */
const askedAs = (entry: Entry): string | null =>
  (entry.home === 'external' ? entry.target : null) ?? primaryAddress(entry)

async function findByAddress(
  directory: DirectoryReader,
  organization: OrganizationId,
  address: string,
): Promise<Entry | undefined> {
  const x500 = address.startsWith('/')
  const entry = await directory.findEntry(organization, x500 ? { x500: address } : { address })
  return entry?.state === 'DELETED' ? undefined : entry
}

async function answerLocal(
  deps: Working,
  query: AvailabilityQuery,
  address: string,
  entry: Entry,
): Promise<FreeBusyAnswer> {
  if (entry.mailbox === null || entry.state !== 'ENABLED')
    return failed(address, 'unknown-address', `${address} has no mailbox.`)
  const at = { organization: query.organization, mailbox: entry.mailbox }
  const calendar = (await calendarPlaces(deps.mailboxes, at))?.calendar
  await deps.breath.taken()
  const wanted = query.detailed ? FolderRight.freeBusyDetailed : FolderRight.freeBusySimple
  const owner = { ...entry, mailbox: entry.mailbox }
  const rights =
    calendar === undefined
      ? 0
      : query.asker.id === null
        ? await findCommonRights(deps.directory, query.organization, owner.mailbox, calendar)
        : await findRightsOn(deps.directory, query.organization, owner, query.asker.id, {
            folder: calendar,
            wanted: wanted | FolderRight.freeBusySimple,
          })
  if (calendar === undefined || (rights & FolderRight.freeBusySimple) === 0)
    return failed(address, 'not-allowed', `${address} does not share free/busy times with you.`)
  await deps.breath.taken()
  const detailed = query.detailed && (rights & FolderRight.freeBusyDetailed) !== 0
  const hours = await workingHours(deps.mailboxes, at)
  const zone = findIanaZone(hours.timeZone) ?? utc
  const moved = query.without === undefined ? [] : await deps.mailboxes.eventsByUid(at, query.without)
  const times = await busyTimes(deps.mailboxes, at, {
    ...(moved.length > 0 && { without: new Set(moved.map(({ item }) => item)) }),
    from: query.from,
    to: query.to,
    zone,
    details: detailed,
    calendar: calendar.no,
    breath: deps.breath,
  })
  return { address, freeBusy: { times, workingHours: hours, detailed } }
}

/** The members' times together, as Exchange merges them: without subjects, and only of a group that is not too big. */
async function answerGroup(
  deps: Working,
  query: AvailabilityQuery,
  address: string,
  group: Entry,
): Promise<FreeBusyAnswer> {
  if (group.home !== 'local') return askRemote(deps, query, address, askedAs(group) ?? address, false)
  const members = await membersOf(deps.directory, query.organization, group)
  if (members === undefined)
    return failed(address, 'too-many-members', `${address} has ${MOST_MEMBERS} members or more.`)
  const answers = await answerAvailability(deps, { ...query, addresses: members, detailed: false })
  const of = answers.map((answer) =>
    'freeBusy' in answer ? answer.freeBusy.times.map(({ details, ...time }) => time) : null,
  )
  const times = of.flatMap((some) => some ?? []).sort((a, b) => a.startMs - b.startMs)
  return { address, freeBusy: { times, workingHours: null, detailed: false, members: of } }
}

/** Addresses of everybody in a group and the groups in it, once each; undefined for as many as `MOST_MEMBERS`. */
async function membersOf(
  directory: DirectoryReader,
  organization: OrganizationId,
  group: Entry,
): Promise<string[] | undefined> {
  const members = new Set<string>()
  const groups = new Set([group.id])
  // What is added meanwhile is walked too: groups may hold each other in a circle.
  for (const id of groups) {
    const page = (after: EntryId | null) =>
      directory.listMembers(organization, id, { after, limit: MOST_MEMBERS })
    for await (const member of rowsOf(page)) {
      if (member.kind === 'group') groups.add(member.id)
      else members.add(primaryAddress(member) ?? '')
      if (members.size > MOST_MEMBERS || groups.size > MOST_MEMBERS) return undefined
    }
  }
  members.delete('')
  return members.size >= MOST_MEMBERS ? undefined : [...members]
}

async function askRemote(
  deps: AvailabilityDeps,
  query: AvailabilityQuery,
  address: string,
  askedFor: string,
  unknownHere: boolean,
): Promise<FreeBusyAnswer> {
  const domain = askedFor.slice(askedFor.lastIndexOf('@') + 1).toLowerCase()
  const remote = askedFor.includes('@') ? await deps.remoteFor(query.organization, domain) : undefined
  if (remote === undefined && unknownHere)
    return failed(address, 'unknown-address', `Nobody has the address ${address}.`)
  if (remote === undefined)
    return failed(
      address,
      'no-source',
      `The calendar of ${address} is on another system, and no availability configuration says how to ask for ${domain}.`,
    )
  if (query.proxied)
    return failed(
      address,
      'loop',
      `A question about ${address} came from another system and is not passed on.`,
    )
  const { asker } = query
  const email = asker.addresses === undefined ? null : primaryAddress({ addresses: asker.addresses })
  const [answer] = await remote.ask({
    addresses: [askedFor],
    from: query.from,
    to: query.to,
    detailed: query.detailed,
    requester: email === null ? null : { email, name: asker.displayName ?? email },
  })
  return { ...answer!, address }
}

/** Undefined once it is too late; what comes then is left to itself. */
async function beforeLate<T>(doing: Promise<T>, late: AbortSignal): Promise<T | undefined> {
  doing.catch(() => undefined)
  return Promise.race([
    doing,
    new Promise<undefined>((tell) => {
      late.addEventListener('abort', () => tell(undefined), { once: true })
    }),
  ])
}
