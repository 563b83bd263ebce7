import { momentWords } from '#src/base/figure-words.ts'
import { inFull } from '#src/base/in-full.ts'
import { shellWord } from '#src/base/shell-word.ts'
import type { LiveMigration } from '../engine/progress/live.ts'
import { alertDays, expiryWords, knownExpiries } from '../engine/project/expiries.ts'
import { windowFor } from '../engine/project/own-settings.ts'
import type { Batch, Member, Project } from '../engine/project/project.ts'
import { addressOf, responsibleFor } from '../engine/project/responsible.ts'
import { hasEnded, isCopying, isFlipped } from '../engine/project/state.ts'
import { workingTime } from '../engine/project/window.ts'
import { batchWords } from '../report/run-words.ts'
import type { Expiry } from '../source.ts'
import type { Alert, AlertKind } from './alert.ts'

/** Nothing came over for so long, in a window that is open: somebody should look. */
export const STALL_MS = 30 * 60_000
/** Items left behind are told from this many on, when they are this part. */
const ERRORS_FROM = 10
const ERRORS_PART = 0.01

/** Sums over the mailboxes of a batch. */
export type BatchSums = {
  mailboxes: number
  unfinished: number
  failed: number
  copied: number
  skipped: number
  passes: number
}

export const noSums = (): BatchSums => ({
  ...{ mailboxes: 0, unfinished: 0, failed: 0, copied: 0, skipped: 0, passes: 0 },
})

export function addMember(sums: BatchSums, { state, counts, pass }: Member): void {
  sums.mailboxes++
  if (['waiting', 'initial-sync', 'flipped'].includes(state)) sums.unfinished++
  if (state === 'failed') sums.failed++
  sums.copied += counts.copied
  sums.skipped += counts.skipped
  sums.passes += pass
}

export type Look = {
  project: Project
  batches: readonly Batch[]
  /** Of batches that are being worked on. */
  sums: ReadonlyMap<number, BatchSums>
  live: LiveMigration
  /** When a batch last came on, by what is known of it; absent: it was not looked at before. */
  cameOnAt: ReadonlyMap<number, number>
  now: number
}

/** What somebody should hear at this moment, each with the cause it is told for. Pure. */
export function findAlerts(look: Look): readonly Alert[] {
  const { project, batches, live } = look
  const alerts: Alert[] = []
  const servers = live.servers.filter(
    ({ projects, trouble }) => trouble !== null && projects.includes(project.id),
  )
  for (const { server, trouble, cause } of servers)
    alerts.push(
      alert(project, 'lane-paused', `${cause ?? 'trouble'} ${server}`, {
        subject: `nothing is copied from ${server}`,
        sentence: `${server}: ${cause ?? 'trouble'}. ${inFull(trouble!)} It is tried again by itself.`,
        over: {
          of: server,
          subject: `${server} gives mail again`,
          sentence: `${server} answers again, and what is left is copied from it.`,
        },
      }),
    )
  for (const expiry of expiriesOf(look)) {
    const days = alertDays(expiry, look.now)
    if (days === undefined) continue
    const { what, of, endsAt } = expiry
    alerts.push(
      alert(project, 'expiry', `${what} ${of} ${endsAt} ${days}`, {
        subject: what === 'service' ? `${of} ends soon` : `a ${what} of ${of} ends soon`,
        sentence: expiryWords(expiry, look.now),
      }),
    )
  }
  if (live.noRoom !== null)
    alerts.push(
      alert(project, 'lane-paused', 'no room here', {
        subject: 'nothing is copied for want of room',
        sentence: `${inFull(live.noRoom)} It goes on by itself.`,
        over: {
          of: null,
          subject: 'there is room again',
          sentence: 'There is room here again, and what is left is copied.',
        },
      }),
    )
  const isTroubled = servers.length > 0 || live.noRoom !== null
  for (const batch of batches) if (!batch.paused) alerts.push(...ofBatch(look, batch, isTroubled))
  return alerts
}

/** What of its sources ends, also where nothing was read there since the start, as long as something is to be. */
export function expiriesOf({
  project,
  batches,
  live,
}: Pick<Look, 'project' | 'batches' | 'live'>): readonly Expiry[] {
  const seen = live.servers.filter(({ projects }) => projects.includes(project.id))
  const goesOn = batches.some(({ state }) => !hasEnded(state))
  return knownExpiries(
    goesOn ? (project.expiries ?? []) : [],
    seen.flatMap(({ expiries }) => expiries),
  )
}

function ofBatch(look: Look, batch: Batch, troubled: boolean): readonly Alert[] {
  const { project, now } = look
  const { no, state, cause } = batch
  const alerts: Alert[] = []
  const say = (kind: AlertKind, key: string, subject: string, sentence: string) =>
    alerts.push({
      ...alert(project, kind, `${no} ${key}`, { subject: `batch ${no} ${subject}`, sentence }),
      ...alsoTold(responsibleFor(project, batch)),
    })
  if (state === 'done' || state === 'done-with-skips')
    say(
      'done',
      state,
      'is done',
      `Batch ${no} is ${batchWords[state]}${batch.grade === null ? '' : `, graded "${batch.grade}"`}.`,
    )
  if (hasEnded(state)) return alerts
  if (state === 'approving' || (state === 'verifying' && cause.startsWith('Verified as')))
    say('approval', `${state} ${batch.grade}`, 'needs an approval', cause)
  if (state === 'failed') say('batch-held', state, 'failed', cause)
  else if (cause.includes('holds the batch')) say('batch-held', 'held', 'is held up', cause)
  else if (state === 'planned' && batch.preflight?.lines.some((line) => line.state === 'failed'))
    say('batch-held', `preflight ${batch.preflight.at}`, 'did not pass its pre-flight', cause)
  else if (state === 'preflight' && batch.preflight?.retry !== undefined)
    say('batch-held', 'preflight waits', 'waits for its source before it can begin', cause)
  const time = workingTime(windowFor(project, batch), now)
  const open = time !== null && time.from <= now
  if (state === 'finalising' && !open)
    say(
      'window-overrun',
      'window',
      'outlasts its window',
      'Its last changes are still being copied, and the window has closed.',
    )
  else if (
    batch.completeAfter !== null &&
    now > batch.completeAfter &&
    (state === 'initial-sync' || state === 'waiting-window')
  )
    say(
      'window-overrun',
      'late',
      'is late',
      `It was to move after ${momentWords(batch.completeAfter)}, and its first copy is not complete.`,
    )
  const sums = look.sums.get(no)
  if (sums === undefined) return alerts
  const { copied, skipped, failed, mailboxes } = sums
  if (failed > 0)
    say(
      'mailboxes-failed',
      'failed',
      'has mailboxes that failed',
      `${failed} of ${mailboxes} mailboxes failed; "landbridge migrate report ${shellWord(project.name)} --batch ${no}" says why.`,
    )
  if (skipped >= ERRORS_FROM && skipped >= ERRORS_PART * (copied + skipped))
    say(
      'errors',
      'errors',
      'leaves many items behind',
      `${skipped} of ${copied + skipped} items could not be copied.`,
    )
  const since = look.cameOnAt.get(no)
  const works = (isCopying(state) || isFlipped(state)) && sums.unfinished > 0
  if (works && open && !troubled && since !== undefined && now - since >= STALL_MS)
    say(
      'stalled',
      `stalled ${since}`,
      'does not come on',
      `Nothing came over since ${momentWords(since)}, and no server says why.${cause === '' ? '' : ` ${cause}`}`,
    )
  return alerts
}

/** Whoever answers for it, where mail reaches them. */
function alsoTold(who: string | undefined): Pick<Alert, 'also'> {
  const address = who === undefined ? undefined : addressOf(who)
  return address === undefined ? {} : { also: [address] }
}

const alert = (
  { name, settings }: Project,
  kind: AlertKind,
  key: string,
  { subject, sentence, over }: Omit<Alert, 'key' | 'kind'>,
): Alert => {
  const full = (words: string) => `Migration "${name}": ${words}`
  return {
    key: `${kind} ${key}`,
    kind,
    subject: full(subject),
    sentence,
    ...alsoTold(settings.responsible),
    ...(over && { over: { ...over, subject: full(over.subject) } }),
  }
}

/** Whether something was heard from a server, and nothing is wrong with it for this project. */
export const isWell =
  ({ project, live }: Pick<Look, 'project' | 'live'>) =>
  (server: string): boolean => {
    const own = live.servers.filter((each) => each.server === server && each.projects.includes(project.id))
    return own.length > 0 && own.every(({ trouble }) => trouble === null)
  }
