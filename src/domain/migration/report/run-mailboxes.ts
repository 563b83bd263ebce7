import { counted, figure, octetWords } from '#src/base/figure-words.ts'
import { html, type Markup } from './markup.ts'
import type { LossCount, RunBatch, RunItem, RunMailbox, RunTotals } from './run-report.ts'
import { changeWords, gradeWords, itemWords, memberWords, weightWords } from './run-words.ts'
import { type Column, closeTable, openTable, table } from './table.ts'

/** What a page tells of one mailbox. */
export type MailboxDetail = {
  mailbox: RunMailbox
  losses: LossCount
  /** The first of them. */
  items: readonly RunItem[]
  /** How many there are beside. */
  more: number
}

export const mailboxColumns: readonly Column[] = [
  ...['Mailbox', 'State', { numbers: 'Copied' }, { numbers: 'Size' }, { numbers: 'Left behind' }],
  ...[{ numbers: 'Changed or deleted here' }, 'Grade'],
]

const lossColumns: readonly Column[] = ['Lost', 'Weighs', { numbers: 'Times' }, 'Why, for example']
const itemColumns: readonly Column[] = ['Subject', 'What became of it', 'Code', 'Why', { numbers: 'Size' }]

/** Opens the part of a batch; mailboxes follow one by one. */
export const openBatch = ({ no, name }: Pick<RunBatch, 'no' | 'name'>): string =>
  html`<details><summary>Batch ${no}: ${name}</summary>${openTable(`Mailboxes of batch ${no}`, mailboxColumns)}`
    .text

export function formatMailbox({ mailbox, losses, items, more }: MailboxDetail): string {
  const { counts, grade } = mailbox
  const own = mailbox.own === '' ? '' : `Settings of its own: ${mailbox.own}.`
  const notes = [lateWords(mailbox), own, mailbox.cause].filter((note) => note !== '')
  const row = html`<tr><td>${mailbox.address}</td><td class="why">${memberWords[mailbox.state]}${notes.map((note) => html`<br><span class="soft">${note}</span>`)}</td><td class="n">${figure(counts.copied)}</td><td class="n">${octetWords(counts.bytes)}</td><td class="n">${figure(counts.skipped)}</td><td class="n">${figure(counts.kept + counts.deleted)}</td><td>${grade ?? ''}</td></tr>`
  const lost = losses.rows()
  const beside =
    lost.length === 0 && items.length === 0
      ? html``
      : html`<tr><td colspan="${mailboxColumns.length}"><details><summary class="soft">${summaryOf(mailbox, lost.length)}</summary>${lossTable(losses)}${itemTable(items, more)}</details></td></tr>`
  return row.text + beside.text
}

/** Empty: nothing arrived. */
const lateWords = ({ late }: RunMailbox): string =>
  late === null || late.items === 0
    ? ''
    : `${counted(late.items, 'item')} (${octetWords(late.bytes)}) arrived there after the move and came over.`

/** Closes it with its sums; `unlisted` of its mailboxes were passed over, as they have nothing to look at. */
export function closeBatch(totals: RunTotals, unlisted: number): string {
  const others =
    unlisted === 0
      ? html``
      : html`<p class="soft">${figure(unlisted)} of them ${unlisted === 1 ? 'has' : 'have'} nothing to look at and ${unlisted === 1 ? 'is' : 'are'} not listed here; the file of mailboxes (--csv) has every one.</p>`
  return html`${totalRow(totals)}${closeTable}${others}</details>`.text
}

export function totalRow({ mailboxes, moved, counts, late }: RunTotals): Markup {
  const came = late === 0 ? '' : `; ${counted(late, 'item')} arrived late`
  return html`<tr><td><b>${counted(mailboxes, 'mailbox', 'mailboxes')}</b></td><td>${figure(moved)} moved${came}</td><td class="n"><b>${figure(counts.copied)}</b></td><td class="n"><b>${octetWords(counts.bytes)}</b></td><td class="n"><b>${figure(counts.skipped)}</b></td><td class="n"><b>${figure(counts.kept + counts.deleted)}</b></td><td></td></tr>`
}

const summaryOf = ({ counts, grade, returned }: RunMailbox, kinds: number): string =>
  [
    ...(returned === null
      ? []
      : [`${counted(returned.returned, 'item')} that came in or changed since back there`]),
    ...(returned !== null && returned.left > 0
      ? [`${counted(returned.left, 'item')} that did not go back`]
      : []),
    ...(counts.skipped > 0 ? [`${counted(counts.skipped, 'item')} left behind`] : []),
    ...(kinds > 0 ? [counted(kinds, 'kind of loss', 'kinds of losses')] : []),
    ...(grade === null ? [] : [gradeWords[grade]]),
  ].join('; ')

/** Losses by property and weight. */
export function lossTable(losses: LossCount): Markup {
  const rows = losses.rows()
  if (rows.length === 0) return html``
  return table(
    'Losses',
    lossColumns,
    rows.map(
      ({ property, weight, items, reason }) =>
        html`<tr><td class="why">${property}</td><td>${weightWords[weight]}</td><td class="n">${figure(items)}</td><td class="why">${reason}</td></tr>`,
    ),
  )
}

function becameOf({ state, change }: RunItem): string {
  if (change === null) return itemWords[state]
  const words =
    change === 'deleted' && state === 'returned' ? 'lies in the deleted items there' : itemWords[state]
  return `${changeWords[change]}, ${words}`
}

/** Of what went back: what of it did not. */
const whyOf = ({ problem, losses }: RunItem): string =>
  problem === '' ? losses.map(({ property, reason }) => `${property}: ${reason}`).join(' ') : problem

function itemTable(items: readonly RunItem[], more: number): Markup {
  if (items.length === 0) return html``
  const rest =
    more === 0
      ? html``
      : html`<p class="soft">And ${figure(more)} more; the file of items has all of them.</p>`
  return html`${table(
    'Items',
    itemColumns,
    items.map(
      (item) =>
        html`<tr><td class="why">${item.title === '' ? html`<span class="soft">(no subject)</span>` : item.title}</td><td>${becameOf(item)}</td><td>${item.code}</td><td class="why">${whyOf(item)}</td><td class="n">${octetWords(item.sizeBytes)}</td></tr>`,
    ),
  )}${rest}`
}
