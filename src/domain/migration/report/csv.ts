import { counted } from '#src/base/figure-words.ts'
import { windowOf } from '../calendar.ts'
import { formatDay } from '../day.ts'
import { leftOutWords, needsLook } from '../grant.ts'
import { placementWords } from '../placement.ts'
import { waveName } from '../plan-waves.ts'
import { readableName } from '../readable-name.ts'
import { wordsOf } from '../right.ts'
import { remedyWords } from './remedy-words.ts'
import type { PlanReport } from './report.ts'
import { shownText } from './shown-text.ts'

export type Cell = string | number | null

/** Batches and when their windows open and close. */
export function* batchesCsv({ plan }: PlanReport): Generator<string> {
  yield csvLine([
    'Batch',
    'Day',
    'Opens',
    'Closes',
    'Mailboxes',
    'SizeBytes',
    'Items',
    'Pilot',
    'CutGrants',
    'Wave',
    'AnnouncedAs',
  ])
  for (const batch of plan.batches) {
    const { opens, closes } = windowOf(plan.problem.input.rules.calendar, batch.day)
    const { number, mailboxes, sizeBytes, items, cutGrants, announcedAs } = batch
    const pilot = batch.pilot ? 'yes' : ''
    yield csvLine([
      number,
      formatDay(batch.day),
      opens,
      closes,
      mailboxes,
      sizeBytes,
      items,
      pilot,
      cutGrants,
      waveName(plan.problem.input.rules.calendar, batch),
      announcedAs,
    ])
  }
}

/** Who moves when and why. Its first column is what New-MigrationBatch wants; as a whole it is what a later plan keeps to. */
export function* mailboxesCsv({ plan }: PlanReport): Generator<string> {
  const columns = [
    'EmailAddress',
    'DisplayName',
    'Batch',
    'Day',
    'Why',
    'Sentence',
    'Wave',
    'AnnouncedAs',
    'Pilot',
  ]
  yield csvLine(columns)
  const { mailboxes, rules } = plan.problem.input
  const nameOf = (mailbox: number) => readableName(mailboxes, mailbox)
  for (const [number, mailbox] of plan.problem.waiting.entries()) {
    const { id, displayName, pilot } = mailboxes[mailbox]!
    const batch = plan.batchOf[mailbox]!
    const placement = plan.placementOf(number)
    const { announcedAs } = plan.batches[batch - 1]!
    const day = formatDay(plan.batches[batch - 1]!.day)
    const wave = waveName(rules.calendar, plan.batches[batch - 1]!)
    const sentence = placementWords(placement, nameOf)
    const isPilot = pilot ? 'yes' : ''
    yield csvLine([id, displayName, batch, day, placement.why, sentence, wave, announcedAs, isPilot])
  }
}

/** Every grant that is broken for some days. Batch 0: that end had moved before. */
export function* cutsCsv({ plan }: PlanReport): Generator<string> {
  yield csvLine([
    ...[
      'Owner',
      'Grantee',
      'Right',
      'Folder',
      'Group',
      'OwnerBatch',
      'GranteeBatch',
      'BrokenFrom',
      'BrokenUntil',
    ],
    ...['Days', 'Weight', 'DelegationDays', 'Remedy', 'ReadFrom'],
  ])
  const { mailboxes } = plan.problem.input
  for (const cut of plan.cuts) {
    yield csvLine([
      ...[mailboxes[cut.owner]!.id, mailboxes[cut.grantee]!.id, wordsOf[cut.right], cut.folder, cut.group],
      ...[cut.fromBatch, cut.toBatch, formatDay(cut.brokenFrom), formatDay(cut.brokenUntil), cut.days],
      ...[cut.weight, Math.round(cut.weight * cut.days * 100) / 100, remedyWords(plan, cut), cut.where],
    ])
  }
}

/** What is no edge of the graph, and grants of those who stay behind: what somebody should look at first. */
export function* leftOutCsv({ leftOut, plan }: PlanReport): Generator<string> {
  yield csvLine(['Look', 'Reason', 'Owner', 'Grantee', 'Right', 'ReadFrom', 'Meaning'])
  const { mailboxes } = plan.problem.input
  for (const { owner, grantee, right, where } of plan.staysBehind) {
    const reason = 'stays-behind'
    const ends = [mailboxes[owner]!.id, mailboxes[grantee]!.id]
    yield csvLine(['yes', reason, ...ends, right, where, leftOutWords[reason]])
  }
  const rows = [...leftOut.kept].sort(
    (a, b) => Number(needsLook.has(b.reason)) - Number(needsLook.has(a.reason)),
  )
  for (const { reason, owner, grantee, right, where } of rows) {
    yield csvLine([
      needsLook.has(reason) ? 'yes' : '',
      reason,
      owner,
      grantee,
      right,
      where,
      leftOutWords[reason],
    ])
  }
  for (const reason of leftOut.counts.keys()) {
    const more = leftOut.unlisted(reason)
    if (more === 0) continue
    const words = `and ${counted(more, 'more row', 'more rows')} of this kind, which only the files and servers name that were read`
    yield csvLine([needsLook.has(reason) ? 'yes' : '', reason, '', '', '', '', words])
  }
}

/** One line of a CSV file; a text that a table program would take for a formula stays a text. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellText).join(',')}\r\n`

/**
 * Spreadsheets take a text that begins with one of these for a formula, and names come from outside. Where a semicolon parts cells
 * (much of Europe), what is behind one in a text begins a cell too, quoted or not.
 */
const formula = /(?<=^|[;\t\r\n])(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])/g

/** The opposite of what `csvLine` does to a text that would be a formula. */
export const withoutMark = (text: string): string => (/^'[=+\-@]/.test(text) ? text.slice(1) : text)

function cellText(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = shownText(cell).replace(formula, "'")
  return /[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
