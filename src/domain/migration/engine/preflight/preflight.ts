import { inFull } from '#src/base/in-full.ts'
import { LIMITS } from '../../../directory/limits.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store } from '../../../store.ts'
import type { MailboxSource, SourceCheck } from '../../source.ts'
import { type FailureKind, SourceFailure } from '../../source-failure.ts'
import { membersOf } from '../flip/flip.ts'
import { expiryLines } from '../project/expiries.ts'
import { settingsFor } from '../project/own-settings.ts'
import type { Batch, CheckLine, Member, Project, SourceConfig } from '../project/project.ts'
import { line, ofSource } from './check-line.ts'
import { rateOf, spaceLine, timeLine, type Volume } from './preflight-capacity.ts'
import type { PreflightDns } from './preflight-dns.ts'
import { addressesOf, targetChecks } from './preflight-target.ts'
import { type LookThere, lookThere, saidOf } from './preflight-there.ts'

/** Mailboxes that are asked about at once. */
const MOST_TOGETHER = 4

const capOf = ({ settings }: Project, source: string): number =>
  settings.caps[source]?.connections ?? Number.POSITIVE_INFINITY

export type PreflightDeps = {
  store: Store
  /** The source of a project by its id. Refuses, or throws `SourceFailure`. */
  openSource(project: Project, source: string): Promise<MailboxSource>
  /** Free octets where mailboxes are kept; null: nobody can tell. Does not reject. */
  freeBytes?: (() => Promise<number | null>) | undefined
  /** For the pre-flight by itself; absent: nobody looks. */
  dns?: PreflightDns | undefined
  now: () => number
  signal: AbortSignal
}

/** Members whose mailboxes are looked at. */
export const isLookedAt = ({ state }: Member): boolean =>
  !['left', 'cancelled', 'rolled-back'].includes(state)

/**
 * What stands against a batch, before anything is copied: each source as a whole and for each mailbox, what is here for it, whether
 * there is room, and whether there is time. Everything is looked at, also behind a fault. Never throws for what the other side does.
 */
export async function preflightBatch(
  deps: PreflightDeps,
  project: Project,
  batch: Pick<Batch, 'startAfter' | 'completeAfter' | 'own'>,
  of: readonly Member[],
): Promise<readonly CheckLine[]> {
  const { store, signal } = deps
  const members = of.filter(isLookedAt)
  const lines: CheckLine[] = []
  const volume: Volume = { bytes: 0, mailboxes: members.length, unknown: 0 }
  const owners = new Map<string, string>()
  const together = addressesOf(members)
  const asked: MailboxSource[] = []
  const configs = await configsOf(store, project)
  for (const [id, some] of Map.groupBy(members, ({ source }) => source)) {
    const { source: opened, checks: toldOf } = await sourceOf(deps, project, id)
    lines.push(...toldOf)
    const most = Math.max(1, Math.min(MOST_TOGETHER, opened?.connections ?? 1, capOf(project, id)))
    asked.push(...(opened ? [opened] : []))
    let source = opened
    for (const next of aloneThenTogether(some, most)) {
      signal.throwIfAborted()
      const found = await Promise.all(
        next.map(async (member) => {
          const checks = (await source?.check(member.address, signal)) ?? []
          const isWell = checks.every(({ state }) => state !== 'failed')
          const settings = settingsFor(project, batch, member)
          const { size, lines: seen } = await seenOf(member, isWell ? source : undefined, settings, signal)
          return { checks, size, seen }
        }),
      )
      // Some say what they saw until they were cut off.
      signal.throwIfAborted()
      if (found.some(({ checks }) => isUnsigned(checks))) source = undefined
      for (const [at, member] of next.entries()) {
        const { checks, size, seen } = found[at]!
        lines.push(...checks.map((check) => lineOf(member.address, check, project, id)), ...seen)
        const of = { config: configs.get(id), size, together }
        lines.push(...(await targetChecks(store, project.organization, member, of, owners)))
        if (size === null) volume.unknown++
        else volume.bytes += Math.max(0, size.bytes - member.counts.bytes)
      }
    }
  }
  const ends = asked.flatMap((source) => source.expiries?.() ?? [])
  const { completeAfter } = batch
  lines.push(...expiryLines(ends, { now: deps.now(), completeAfter }))
  return [...lines, ...(await wholeLines(deps, project, batch, volume))]
}

/** The first by itself: should the sign-in be refused, each of the others would be an attempt more. */
function* aloneThenTogether<T>(all: readonly T[], most: number): Generator<readonly T[]> {
  if (all.length > 0) yield all.slice(0, 1)
  for (let from = 1; from < all.length; from += most) yield all.slice(from, from + most)
}

/** Whether the sign-in was refused: no other mailbox is asked for then, as the account would be locked. */
export const isUnsigned = (checks: readonly SourceCheck[]): boolean =>
  checks.some(({ ofSignIn }) => ofSignIn === true)

/** The sources of a project by their names. */
export async function configsOf(
  store: Store,
  { organization, id }: Project,
): Promise<ReadonlyMap<string, SourceConfig>> {
  const configs = await store.migration.listSources(organization, id)
  return new Map(configs.map((config) => [config.id, config]))
}

/** What stands against a batch as a whole: that it is empty, room, and time. */
export async function wholeLines(
  { store, freeBytes, now }: PreflightDeps,
  project: Project,
  batch: Pick<Batch, 'startAfter' | 'completeAfter'>,
  volume: Volume,
): Promise<readonly CheckLine[]> {
  if (volume.mailboxes === 0)
    return [
      line('', 'members', 'failed', 'The batch has no mailboxes.', 'Add some with "landbridge migrate add".'),
    ]
  const routing = await routingLines(store, project)
  const rate = rateOf(await membersOf(store.migration, project.organization, project.id))
  const time = timeLine(project, batch, volume, rate, now())
  if (freeBytes === undefined) return [...routing, time]
  const free = await freeBytes()
  const space =
    free === null
      ? line('', 'free space', 'warning', 'The disk does not say how much is free.', 'Look for yourself.')
      : spaceLine(project, volume, free)
  return [...routing, space, time]
}

/** Exchange sends what comes for people who moved to their addresses in the routing domain (migration.md 1.5). */
async function routingLines(store: Store, project: Project): Promise<readonly CheckLine[]> {
  const configs = [...(await configsOf(store, project)).values()]
  if (!configs.some(({ kind }) => kind === 'exchange')) return []
  const { routingDomain } = await store.directory.settings(project.organization)
  if (routingDomain !== null)
    return [line('', 'routing domain', 'ok', `Exchange reaches whoever has moved at ${routingDomain}.`, '')]
  return [line('', 'routing domain', 'warning', ...(await missingRouting(store, project)))]
}

/** What is missing for mail to whoever has moved, and the step that mends it: a domain that was added is to be checked, then chosen. */
async function missingRouting(
  { directory }: Store,
  { organization }: Project,
): Promise<[found: string, remedy: string]> {
  const { rows } = await directory.listDomains(organization, { limit: LIMITS.domainsPerOrganization })
  const added = rows.filter(({ use }) => use === 'routing')
  const domain = added.find(({ ownership }) => ownership === 'VERIFIED') ?? added[0]
  const so = 'Exchange has no address for whoever has moved, and keeps their mail.'
  if (domain === undefined)
    return [
      `No routing domain is set: ${so}`,
      'Add one before anybody moves: landbridge domain add lb.corp.example --routing.',
    ]
  const choose = `landbridge domain routing ${domain.name}`
  return domain.ownership === 'VERIFIED'
    ? [
        `${domain.name} is not yet chosen as the routing domain: ${so}`,
        `Choose it before anybody moves: ${choose}.`,
      ]
    : [
        `${domain.name} is to be the routing domain, and is not yet proven to be yours: ${so}`,
        `Publish its records, then before anybody moves: landbridge domain check ${domain.name}, and ${choose}.`,
      ]
}

/** What a server that is well again does not say any more. */
const passing: ReadonlySet<FailureKind> = new Set(['transient', 'throttled', 'too-many'])

/** A source that can be asked about mailboxes; without one, why is among its lines. */
export async function sourceOf(
  { openSource, signal }: Pick<PreflightDeps, 'openSource' | 'signal'>,
  project: Project,
  id: string,
): Promise<{ source: MailboxSource | undefined; checks: readonly CheckLine[] }> {
  try {
    const source = await openSource(project, id)
    const checks = (await source.check(null, signal)).map((check) => lineOf('', check, project, id))
    return { source: hasFailed(checks) ? undefined : source, checks }
  } catch (error) {
    const fault = line(
      '',
      `source ${id}`,
      'failed',
      wordsOf(error),
      'Mend the source, then run the batch again.',
    )
    const isAway = error instanceof SourceFailure && passing.has(error.kind)
    const checks = isAway ? [{ ...fault, remedy: 'Look how the source is.', mayPass: true }] : [fault]
    return { source: undefined, checks }
  }
}

export const lineOf = (
  mailbox: string,
  { name, state, found, remedy, transient, busy }: SourceCheck,
  { name: project }: Pick<Project, 'name'>,
  source: string,
): CheckLine => ({
  ...line(mailbox, name, state, found, ofSource(remedy, project, source)),
  ...((transient === true || busy === true) && { mayPass: true }),
})

/** What is seen of it; of a mailbox that cannot be opened what somebody said. */
async function seenOf(
  member: Member,
  source: MailboxSource | undefined,
  { largestItemBytes }: Pick<Project['settings'], 'largestItemBytes'>,
  signal: AbortSignal,
): Promise<LookThere> {
  if (source === undefined) return { size: saidOf(member), lines: [] }
  try {
    return await lookThere(source, member, largestItemBytes, signal)
  } catch (error) {
    if (error instanceof SourceFailure) return { size: saidOf(member), lines: [] }
    throw error
  }
}

export const hasFailed = (lines: readonly CheckLine[]): boolean =>
  lines.some(({ state }) => state === 'failed')

/** Whether nothing stands against a batch but what may pass by itself. */
export const mayPass = (lines: readonly CheckLine[]): boolean =>
  lines.every((line) => line.state !== 'failed' || line.mayPass === true)

/** Faults that a cause names. */
const MOST_NAMED = 3

/** Everything that stands against a batch, in a sentence; each fault has its own line in the report of the pre-flight. */
export function faultSentence(lines: readonly CheckLine[]): string {
  const bad = lines.filter(({ state }) => state === 'failed')
  const named = bad
    .slice(0, MOST_NAMED)
    .map(({ mailbox, found, remedy }) =>
      [mailbox === '' || found.includes(mailbox) ? found : `${mailbox}: ${found}`, remedy]
        .filter(Boolean)
        .map(inFull)
        .join(' '),
    )
  const more = bad.length - named.length
  const rest = more === 0 ? [] : [`And ${more} more: "landbridge migrate preflight" shows all.`]
  return [
    `The pre-flight found ${bad.length} ${bad.length === 1 ? 'fault' : 'faults'}:`,
    ...named,
    ...rest,
  ].join(' ')
}

const wordsOf = (error: unknown): string => {
  if (error instanceof SourceFailure || error instanceof Refusal) return error.message
  throw error
}
