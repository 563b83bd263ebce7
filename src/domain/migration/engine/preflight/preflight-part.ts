import { Refusal } from '../../../refusal.ts'
import type { MailboxSource } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { ownerOf } from '../flip/flip.ts'
import { expiryLines } from '../project/expiries.ts'
import { settingsFor } from '../project/own-settings.ts'
import type { Batch, CheckLine, Member, Project } from '../project/project.ts'
import { line } from './check-line.ts'
import {
  configsOf,
  isLookedAt,
  isUnsigned,
  lineOf,
  type PreflightDeps,
  sourceOf,
  wholeLines,
} from './preflight.ts'
import { dnsLines } from './preflight-dns.ts'
import { addressesOf, targetChecks } from './preflight-target.ts'
import { type LookThere, lookThere, saidOf } from './preflight-there.ts'

/** Longest that one mailbox is asked about. */
const MAILBOX_MS = 20_000

/** Where a pre-flight goes on: after a member, with what is to come over so far, and how each source was. */
export type PreflightPlace = {
  after: number
  bytes: number
  unknown: number
  sources: Readonly<Record<string, boolean>>
}

type Part = { from: PreflightPlace | null; isOver: () => boolean }

/**
 * The pre-flight of a batch by itself, some mailboxes at a time in order of their numbers; the lines of the batch as a whole come
 * with the last. Lanes may read from the same servers meanwhile, so mailboxes are asked about one after the other, and none of a
 * server any more once it wants to be left alone: that is a line, and the pre-flight has not passed.
 */
export async function preflightPart(
  deps: PreflightDeps,
  project: Project,
  batch: Pick<Batch, 'startAfter' | 'completeAfter' | 'own'>,
  of: readonly Member[],
  { from, isOver }: Part,
): Promise<{ lines: readonly CheckLine[]; next: PreflightPlace | null }> {
  const { store, signal } = deps
  const members = of.filter(isLookedAt)
  const begin = from === null ? 0 : members.filter(({ no }) => no <= from.after).length
  const owners = await ownersOf(deps, project, members.slice(0, begin))
  const configs = await configsOf(store, project)
  const together = addressesOf(members)
  const sources = new Map<string, MailboxSource | undefined>()
  const told = new Map(Object.entries(from?.sources ?? {}))
  const asked: MailboxSource[] = []
  const lines: CheckLine[] = []
  let { bytes, unknown } = from ?? { bytes: 0, unknown: 0 }
  for (const [at, member] of members.entries()) {
    if (at < begin) continue
    signal.throwIfAborted()
    if (!sources.has(member.source)) await open(member.source)
    const source = sources.get(member.source)
    const seen =
      source &&
      (await ask(source, member, { ...project, settings: settingsFor(project, batch, member) }, signal))
    lines.push(...(seen?.lines ?? []))
    if (seen?.isLast) sources.set(member.source, undefined)
    const size = seen?.size ?? saidOf(member)
    const of = { config: configs.get(member.source), size, together }
    lines.push(...(await targetChecks(store, project.organization, member, of, owners)))
    if (size === null) unknown++
    else bytes += Math.max(0, size.bytes - member.counts.bytes)
    if (at + 1 < members.length && isOver())
      return { lines, next: { after: member.no, bytes, unknown, sources: Object.fromEntries(told) } }
  }
  const ends = asked.flatMap((source) => source.expiries?.() ?? [])
  lines.push(...expiryLines(ends, { now: deps.now(), completeAfter: batch.completeAfter }))
  if (deps.dns !== undefined) {
    const of = [...new Set(members.map(({ source }) => source))].flatMap((id) => configs.get(id) ?? [])
    lines.push(...(await dnsLines(deps.dns, of, members, project.name)))
  }
  const volume = { bytes, mailboxes: members.length, unknown }
  return { lines: [...lines, ...(await wholeLines(deps, project, batch, volume))], next: null }

  /** What is known of it from a part before is not told twice. */
  async function open(id: string): Promise<void> {
    const { source, checks } = await sourceOf(deps, project, id)
    sources.set(id, source)
    if (source !== undefined) asked.push(source)
    const isWell = source !== undefined
    if (told.get(id) !== isWell) lines.push(...checks)
    told.set(id, isWell)
  }
}

/** Failures after which a server is left alone. */
const isBusy = ({ kind }: SourceFailure): boolean => kind === 'throttled' || kind === 'too-many'

/** What the source says of a mailbox, and how large it is; `isLast`: it wants to be left alone, or does not let us in. */
async function ask(
  source: MailboxSource,
  member: Member,
  project: Project,
  signal: AbortSignal,
): Promise<LookThere & { isLast: boolean }> {
  const { address } = member
  const timeout = AbortSignal.timeout(MAILBOX_MS)
  const limited = AbortSignal.any([signal, timeout])
  const lines: CheckLine[] = []
  try {
    const checks = await source.check(address, limited)
    limited.throwIfAborted()
    const failure = checks.find(({ busy }) => busy === true)
    if (failure !== undefined)
      return { lines: [leftAlone(source, address, failure.found)], size: null, isLast: true }
    lines.push(...checks.map((check) => lineOf(address, check, project, member.source)))
    const isWell = checks.every(({ state }) => state !== 'failed')
    if (!isWell) return { lines, size: null, isLast: isUnsigned(checks) }
    const seen = await lookThere(source, member, project.settings.largestItemBytes, limited)
    return { lines: [...lines, ...seen.lines], size: seen.size, isLast: false }
  } catch (error) {
    signal.throwIfAborted()
    if (timeout.aborted) {
      const found = `The source did not answer within ${MAILBOX_MS / 1_000} s.`
      lines.push(line(address, 'answer', 'warning', found, 'Look how the server is; "run" waits longer.'))
      return { lines, size: null, isLast: false }
    }
    if (!(error instanceof SourceFailure)) throw error
    if (!isBusy(error)) return { lines, size: null, isLast: false }
    return { lines: [...lines, leftAlone(source, address, error.message)], size: null, isLast: true }
  }
}

const leftAlone = ({ server }: MailboxSource, address: string, found: string): CheckLine =>
  line(
    address,
    'server busy',
    'failed',
    `${server} wants to be left alone: ${found} It was not asked about the mailboxes from here on.`,
    'Ask again later, or while fewer mailboxes are read from it.',
  )

/** Whose the mailboxes of the parts before become. */
async function ownersOf(
  { store }: PreflightDeps,
  { organization }: Project,
  members: readonly Member[],
): Promise<Map<string, string>> {
  const owners = new Map<string, string>()
  for (const member of members)
    try {
      owners.set((await ownerOf(store.directory, organization, member)).id, member.address)
    } catch (error) {
      // Its own line said so.
      if (!(error instanceof Refusal)) throw error
    }
  return owners
}
