import { counted, momentWords } from '#src/base/figure-words.ts'
import { inFull } from '#src/base/in-full.ts'
import { shellWord } from '#src/base/shell-word.ts'
import type { Batch, MigrationEvent, Project } from '../engine/project/project.ts'
import {
  type BatchState,
  batchStates,
  batchWords,
  hasEnded,
  type MemberState,
} from '../engine/project/state.ts'

/** A report of a migration by mail, every so many hours (`ReportInterval` of a migration batch of Exchange). */

export type ReportMail = { subject: string; text: string }

/** What is told of a project, as it stands. `events`: what happened since the last report, the newest first, and whether that is all. */
export type ReportOf = {
  project: Pick<Project, 'name'>
  batches: readonly Batch[]
  members: readonly { batch: number; state: MemberState; members: number }[]
  events: readonly MigrationEvent[]
  hasMore: boolean
  /** Epoch milliseconds; null: there was none before. */
  since: number | null
  now: number
}

const MOST_BATCHES = 50
const waiting: ReadonlySet<BatchState> = new Set(['approving', 'failed'])
const atRest: ReadonlySet<BatchState> = new Set(['draft', 'planned'])

/** Pure: whether anything of it is under way, or waits for somebody. */
export const isUnderWay = (batches: readonly Batch[]): boolean =>
  batches.some(({ state }) => !hasEnded(state) && !atRest.has(state))

/** Pure. */
export function reportMail(of: ReportOf): ReportMail {
  const { project, batches, members, now, since } = of
  const moved = sum(members, (state) => state === 'flipped' || state === 'verified')
  const all = sum(members, () => true)
  const failed = sum(members, (state) => state === 'failed')
  const done = batches.filter(({ state }) => state === 'done' || state === 'done-with-skips').length
  const looked = batches.filter(needsSomebody)
  const late = batches.reduce((items, batch) => items + (batch.late?.items ?? 0), 0)
  const begun = batches.filter((batch) => !looked.includes(batch) && isUnderWay([batch]))
  const last = since === null ? '' : ` The last report was of ${momentWords(since)}.`
  const text = [
    `Migration "${project.name}", ${momentWords(now)}.${last}`,
    `${moved} of ${counted(all, 'mailbox has', 'mailboxes have')} moved${failed === 0 ? '' : `; ${failed} failed`}${late === 0 ? '' : `; ${counted(late, 'item')} arrived late and came over`}.`,
    `Batches: ${statesOf(batches)}.`,
    part('Somebody has to look at', looked.map(batchLine), looked.length),
    part(
      'Under way',
      begun.map((batch) => `${batchLine(batch)}${membersOf(members, batch.no)}`),
      begun.length,
    ),
    part(
      since === null ? 'What happened last' : 'Since then',
      of.events.map(({ at, sentence }) => `${momentWords(at)}: ${sentence}`),
      of.events.length + (of.hasMore ? 1 : 0),
    ),
    `More: "landbridge migrate status ${shellWord(project.name)}", "landbridge migrate report ${shellWord(project.name)}"`,
  ]
  const look = looked.length === 0 ? '' : `, ${looked.length} to look at`
  return {
    subject: `Migration "${project.name}": ${done} of ${counted(batches.length, 'batch', 'batches')} done${look}`,
    text: `${text.filter((each) => each !== '').join('\n\n')}\n`,
  }
}

/** It stands until somebody does something. */
const needsSomebody = ({ state, paused, cause }: Batch): boolean =>
  waiting.has(state) || (paused && !hasEnded(state)) || (state === 'verifying' && cause !== '')

const batchLine = ({ no, name, state, paused, cause }: Batch): string =>
  `Batch ${no} (${name}): ${batchWords[state]}${paused ? ', paused' : ''}${cause === '' ? '' : `. ${inFull(cause)}`}`

function membersOf(members: ReportOf['members'], batch: number): string {
  const own = members.filter((each) => each.batch === batch)
  const copied = sum(own, (state) => state !== 'waiting' && state !== 'initial-sync' && state !== 'failed')
  return `; ${copied} of ${counted(
    sum(own, () => true),
    'mailbox',
    'mailboxes',
  )} copied`
}

const sum = (members: ReportOf['members'], is: (state: MemberState) => boolean): number =>
  members.reduce((total, each) => total + (is(each.state) ? each.members : 0), 0)

const statesOf = (batches: readonly Batch[]): string =>
  batchStates
    .map((state) => [batches.filter((batch) => batch.state === state).length, batchWords[state]] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`)
    .join(', ') || 'none'

function part(title: string, lines: readonly string[], count: number): string {
  if (lines.length === 0) return ''
  const shown = lines.slice(0, MOST_BATCHES)
  const more = count > shown.length ? ['  and more'] : []
  return [`${title}:`, ...shown.map((line) => `  ${line}`), ...more].join('\n')
}
