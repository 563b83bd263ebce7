import { momentWords, octetWords, spanWords } from '#src/base/figure-words.ts'
import { LEAST_FREE } from '../pace/room-here.ts'
import { windowFor, windowOwner } from '../project/own-settings.ts'
import type { Batch, CheckLine, Member, Project, WindowRules } from '../project/project.ts'
import { endOfWork, windowAt } from '../project/window.ts'
import { line as checkLine } from './check-line.ts'

/** Octets a second that one mailbox is assumed to be read with until some have been: 1 GB an hour (migration.md 3.3). */
export const ASSUMED_RATE = 1e9 / 3_600
/** Less than this says nothing about a rate. */
const LEAST_MEASURED_BYTES = 50e6
const LEAST_MEASURED_MS = 10_000

/** What is still to come, as far as anybody knows. */
export type Volume = { bytes: number; mailboxes: number; unknown: number }

/** Octets a second of one mailbox: of the passes that read much, else what is assumed. */
type ReadingRate = { bytesPerSecond: number; measured: boolean }

/** Pure: from what the last passes of a project's mailboxes read. */
export function rateOf(members: readonly Pick<Member, 'lastPass'>[]): ReadingRate {
  let bytes = 0
  let ms = 0
  for (const { lastPass } of members) {
    if (lastPass === null || lastPass.endedAt === 0 || lastPass.bytes < LEAST_MEASURED_BYTES) continue
    bytes += lastPass.bytes
    ms += lastPass.workedMs ?? lastPass.endedAt - lastPass.startedAt
  }
  return ms < LEAST_MEASURED_MS
    ? { bytesPerSecond: ASSUMED_RATE, measured: false }
    : { bytesPerSecond: (bytes * 1_000) / ms, measured: true }
}

/** Whether there is room for it, with the project's margin: `failed` where there is not, or where nothing would be taken in. */
export function spaceLine({ settings }: Project, volume: Volume, freeBytes: number): CheckLine {
  const margin = settings.spaceMargin ?? 0.25
  const needed = Math.ceil(volume.bytes * (1 + margin))
  const isFull = freeBytes < LEAST_FREE
  const come = isUnknown(volume)
    ? 'how much comes over is not known.'
    : `${octetWords(volume.bytes)} come over, with a margin of ${Math.round(margin * 100)} % ${octetWords(needed)}.`
  const full = isFull ? ` Nothing comes over while less than ${octetWords(LEAST_FREE)} are free.` : ''
  const found = `${octetWords(freeBytes)} are free; ${come}${full}${unknownText(volume)}`
  if (!isFull && freeBytes >= needed)
    return line('free space', volume.unknown > 0 ? 'warning' : 'ok', found, unknownRemedy(volume))
  return line(
    'free space',
    'failed',
    found,
    'Make room on the disk of the data folder, or move fewer at once.',
  )
}

/** Whether it can be copied in the windows until the batch is to move. */
export function timeLine(
  project: Project,
  batch: Pick<Batch, 'startAfter' | 'completeAfter' | 'own'>,
  volume: Volume,
  rate: ReadingRate,
  now: number,
): CheckLine {
  const from = Math.max(now, batch.startAfter ?? now)
  const { settings } = project
  const window = windowFor(project, batch)
  const opens = endOfWork(window, from, 0)
  if (opens === null)
    return line(
      'duration',
      'failed',
      `No window of the ${windowOwner(batch)} opens any more within two years.`,
      `Give it other days or fewer holidays: "landbridge migrate ${batch.own?.window === undefined ? 'settings' : 'batch'} --window".`,
    )
  if (batch.startAfter !== null && batch.completeAfter !== null && batch.completeAfter <= opens)
    return line(
      'duration',
      'warning',
      `It is to move at ${momentWords(batch.completeAfter)}, and nothing of it begins before ${momentWords(opens)}.`,
      'Begin earlier or move later: "landbridge migrate batch" with --start-after and --complete-after.',
    )
  if (isUnknown(volume))
    return line('duration', 'ok', `How long it takes is not known.${unknownText(volume)}`)
  const together = Math.max(1, Math.min(settings.lanes, volume.mailboxes))
  const most = settings.bytesPerSecond ?? Number.POSITIVE_INFINITY
  const workMs = (volume.bytes / Math.min(rate.bytesPerSecond * together, most)) * 1_000
  const end = endOfWork(window, from, workMs)
  const how = `${octetWords(volume.bytes)} take about ${spanWords(workMs)} at ${octetWords(Math.round(rate.bytesPerSecond * 3_600))} an hour for each mailbox (${rate.measured ? 'measured' : 'assumed'}), ${together} at once${rate.bytesPerSecond * together > most ? `, and at most ${octetWords(most)} a second in all` : ''}`
  if (end === null)
    return line(
      'duration',
      'failed',
      `${how}: more than all windows of two years have.`,
      'Make the window longer.',
    )
  const nights = windowsUntil(window, from, end)
  const when = `${how}${nights > 1 ? `, in ${nights} windows` : ''}: done about ${momentWords(end)}.${unknownText(volume)}`
  if (batch.completeAfter === null || end <= batch.completeAfter) return line('duration', 'ok', when)
  return line(
    'duration',
    rate.measured ? 'failed' : 'warning',
    `${when} It is to move at ${momentWords(batch.completeAfter)}.`,
    'Begin earlier, move fewer, allow more mailboxes at once, or move later.',
  )
}

/** How many windows are used from a moment to another one. */
function windowsUntil(rules: WindowRules | null, from: number, end: number): number {
  if (rules === null) return 1
  let count = 0
  for (let at = from; at < end; count++) {
    const window = windowAt(rules, at)
    if (window === null) break
    at = window.closes
  }
  return count
}

const line = (name: string, state: CheckLine['state'], found: string, remedy?: string): CheckLine =>
  checkLine('', name, state, found, remedy)

/** No mailbox says its size. */
const isUnknown = ({ bytes, unknown }: Volume): boolean => bytes === 0 && unknown > 0

const unknownText = ({ unknown }: Volume): string =>
  unknown === 0
    ? ''
    : unknown === 1
      ? ' 1 mailbox does not say how large it is.'
      : ` ${unknown} mailboxes do not say how large they are.`

const unknownRemedy = ({ unknown }: Volume): string =>
  unknown === 0 ? '' : 'Look how large they are, and leave room for them.'
