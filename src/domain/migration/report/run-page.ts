import {
  counted,
  figure,
  momentWords,
  octetWords,
  shortFigure,
  sizeWords,
  spanWords,
} from '#src/base/figure-words.ts'
import { grades } from '../engine/project/grade.ts'
import { hasEnded, isFlipped } from '../engine/project/state.ts'
import { wordsOf } from '../right.ts'
import { headOf, html, type Markup } from './markup.ts'
import { pageStyle } from './page-style.ts'
import { lossTable, mailboxColumns, totalRow } from './run-mailboxes.ts'
import { runPicture } from './run-picture.ts'
import { brokenMs, type RunBatch, type RunReport, RunTotals } from './run-report.ts'
import { settingsSection } from './run-settings.ts'
import { waveSection } from './run-waves.ts'
import { batchWords, gradeWords, grantWords } from './run-words.ts'
import { type Column, foldedTable, table } from './table.ts'

const batchColumns: readonly Column[] = [
  ...['Batch', 'State', 'When', { numbers: 'Mailboxes' }, { numbers: 'Items' }],
  ...[{ numbers: 'Left behind' }, 'Grade'],
]
const grantColumns: readonly Column[] = [
  ...['Owner', 'Who works for them', 'Right', 'State', 'Broken from', 'Given again'],
  { numbers: 'Broken for' },
]
/** Rows of long tables that are seen without opening them. */
const FIRST_ROWS = 20

/**
 * The page of a migration up to its mailboxes, for people who were not there. Mailboxes follow (`openBatch`, `formatMailbox`,
 * `closeBatch`), then `endOfPage`.
 */
export function beginPage(report: RunReport): string {
  return html`${headOf(`Migration ${report.name}`, pageStyle)}<body><main>
<h1>Migration “${report.name}”</h1>
<p class="soft">${report.organization}. As it stood at ${momentWords(report.now)}.${report.responsible === '' ? '' : ` ${report.responsible} answers for it.`}</p>
${lead(report)}
${figures(report)}
${pictureSection(report)}
${waveSection(report)}
${batchSection(report)}
${grantSection(report)}
${lossSection(report)}
${idleSection(report)}
${settingsSection(report.told)}
<section><h2>Every mailbox</h2><p class="soft">Open a batch to see its mailboxes, and a mailbox to see what of it did not come over.</p>
`.text
}

/** What follows the last mailbox. */
export const endOfPage = ({ totals }: RunReport): string =>
  html`<p class="soft">All batches together:</p>${table('Sums of all batches', mailboxColumns, [totalRow(totals)])}</section>
${legend()}
</main></body>
</html>
`.text

function lead({ batches, totals, grants }: RunReport): Markup {
  const ended = batches.filter(({ state }) => hasEnded(state) && state !== 'rolling-back').length
  const moved = batches.filter(({ state }) => isFlipped(state)).length
  const stands =
    ended === batches.length
      ? 'All batches have ended.'
      : `${figure(moved)} of ${counted(batches.length, 'batch', 'batches')} ${moved === 1 ? 'has' : 'have'} moved.`
  const left =
    totals.counts.skipped === 0
      ? 'Nothing was left behind.'
      : `${counted(totals.counts.skipped, 'item')} ${totals.counts.skipped === 1 ? 'was' : 'were'} left behind, each with its reason below.`
  const broken =
    grants.waiting === 0
      ? ''
      : ` ${counted(grants.waiting, 'grant')} of one person to another ${grants.waiting === 1 ? 'waits' : 'wait'} until both are here.`
  return html`<p class="lead">${stands} ${counted(totals.counts.copied, 'item')} with ${sizeWords(totals.counts.bytes)} came over. ${left}${broken}</p>`
}

function figures({ totals, batches, grants }: RunReport): Markup {
  const cells: [string, string][] = [
    [figure(batches.length), batches.length === 1 ? 'batch' : 'batches'],
    [`${figure(totals.moved)} of ${figure(totals.mailboxes)}`, 'mailboxes have moved'],
    [shortFigure(totals.counts.copied), 'items copied'],
    [octetWords(totals.counts.bytes), 'copied'],
    [figure(totals.counts.skipped), 'items left behind'],
    [figure(grants.cut), 'grants that were broken for a time'],
  ]
  return html`<div class="figures">${cells.map(([value, name]) => html`<div><b>${value}</b><span>${name}</span></div>`)}</div>`
}

function pictureSection(report: RunReport): Markup {
  const picture = runPicture(report)
  if (picture.text === '') return html``
  return html`<section><h2>The batches in time</h2>
<p class="soft"><span class="swatch" style="background:var(--main);opacity:.45"></span>from the first copy on<span class="swatch" style="background:var(--pilot)"></span>from the move of its people on</p>
${picture}</section>`
}

function batchSection({ batches, batchTotals }: RunReport): Markup {
  return html`<section><h2>Batches</h2>${table(
    'Batches',
    batchColumns,
    batches.map((batch) => batchRow(batch, batchTotals.get(batch.no) ?? new RunTotals())),
  )}</section>`
}

type Moment = readonly [what: string, at: number | null]

const ledWords = ({ wave, responsible }: RunBatch): Markup => {
  const words = [...(wave === '' ? [] : [`wave ${wave}`]), ...(responsible === '' ? [] : [responsible])]
  return words.length === 0 ? html`` : html`<br><span class="soft">${words.join('; ')}</span>`
}

const betweenWords = ({ earliest, latest }: NonNullable<RunBatch['copied']>): string =>
  momentWords(earliest) === momentWords(latest)
    ? 'in that minute'
    : `between ${momentWords(earliest)} and ${momentWords(latest)}`

function batchRow(batch: RunBatch, { mailboxes, counts, grades: found }: RunTotals): Markup {
  const { no, pilot, state, paused, cause, times, copied, grade, approval } = batch
  const spread = grades
    .filter((each) => found.has(each))
    .map((each) => `${figure(found.get(each)!)} ${each}`)
    .join(', ')
  const approved =
    approval === null
      ? html``
      : html`<br><span class="soft">approved as “${approval.grade}” by ${approval.by}${times.approved === null ? '' : `, ${momentWords(times.approved)}`}${approval.note === '' ? '' : `: ${approval.note}`}</span>`
  const why = cause === '' ? html`` : html`<br><span class="soft">${cause}</span>`
  const moved: Moment =
    times.moved === null && batch.completeAfter !== null
      ? ['moves not before', batch.completeAfter]
      : ['moved', times.moved]
  const when: readonly Moment[] = [
    ['begun', times.begun],
    copied === null ? ['copied', times.copied] : ['copied about', copied.about],
    moved,
    ['ended', times.ended],
  ]
  const band =
    copied === null
      ? html``
      : html`<br><span class="soft">copied most likely ${betweenWords(copied)}; ${copied.mailboxes === 0 ? 'nothing measured yet' : `measured with ${counted(copied.mailboxes, 'mailbox', 'mailboxes')}`}</span>`
  return html`<tr><td class="batch">${no} ${pilot ? html`<span class="tag">pilot</span>` : html``}<br><span class="soft">${batch.name}</span>${ledWords(batch)}</td><td class="why">${batchWords[state]}${paused ? ', paused' : ''}${why}</td><td class="day">${when.filter(([, at]) => at !== null).map(([what, at], no) => html`${no === 0 ? html`` : html`<br>`}<span class="soft">${what}</span> ${momentWords(at)}`)}${band}</td><td class="n">${figure(mailboxes)}</td><td class="n">${figure(counts.copied)}</td><td class="n">${figure(counts.skipped)}</td><td class="why">${grade === null ? '' : `${grade}: ${gradeWords[grade]}`}${spread === '' ? html`` : html`<br><span class="soft">${spread}</span>`}${approved}</td></tr>`
}

function grantSection({ grants, listedGrants, now }: RunReport): Markup {
  if (grants.applied + grants.waiting + grants.unresolved + grants.dropped === 0)
    return html`<section><h2>Delegation</h2><p>Nobody was found who works in somebody else’s mailbox.</p></section>`
  const { applied, waiting, unresolved, dropped } = grants
  const cut =
    grants.cut === 0
      ? 'None was cut: whoever works in somebody’s mailbox moved with them.'
      : `${counted(grants.cut, 'grant')} did not work while one end had moved and the other had not, ${spanWords(grants.brokenMs)} in all.`
  const listed = listedGrants.map((grant) => {
    const ms = brokenMs(grant, now)
    const open = grant.appliedAt === null && ms !== null
    return html`<tr><td>${grant.owner}</td><td>${grant.grantee}</td><td>${wordsOf[grant.right]}</td><td class="why">${grantWords[grant.state]}${grant.cause === '' || grant.state === 'applied' ? html`` : html`<br><span class="soft">${grant.cause}</span>`}</td><td class="when">${momentWords(grant.brokenFrom)}</td><td class="when">${momentWords(grant.appliedAt)}</td><td class="n">${ms === null ? '' : `${spanWords(ms)}${open ? ' so far' : ''}`}</td></tr>`
  })
  const all = applied + waiting + unresolved + dropped
  const shown = all > listed.length ? ` The first ${figure(listed.length)} are listed.` : ''
  return html`<section><h2>Delegation</h2>
<p>${counted(all, 'grant')}: ${figure(applied)} ${applied === 1 ? 'works' : 'work'} here, ${figure(waiting)} still ${waiting === 1 ? 'waits' : 'wait'} until both ends are here, ${figure(unresolved)} ${unresolved === 1 ? 'has' : 'have'} to be given by hand. ${cut}${shown}</p>
${foldedTable('Grants', grantColumns, listed, FIRST_ROWS)}</section>`
}

function lossSection({ losses, totals }: RunReport): Markup {
  const spread = grades
    .filter((grade) => totals.grades.has(grade))
    .map(
      (grade) =>
        html`<tr><td>${grade}</td><td>${gradeWords[grade]}</td><td class="n">${figure(totals.grades.get(grade)!)}</td></tr>`,
    )
  const lost = losses.rows().length === 0 ? html`<p>Nothing is known to be lost.</p>` : lossTable(losses)
  return html`<section><h2>What did not come over</h2><p class="soft">Each property that an item or a mailbox lost, the heaviest first.</p>${lost}
${spread.length === 0 ? html`` : table('Grades', ['Grade', 'Means', { numbers: 'Mailboxes' }], spread)}</section>`
}

function idleSection({ idle, standing }: RunReport): Markup {
  if (idle.length === 0 && standing.length === 0) return html``
  const waits =
    idle.length === 0
      ? html``
      : html`<p class="soft">All mailboxes together, since the service was started.</p>${table(
          'Servers',
          ['Server', 'Why nothing was copied', { numbers: 'Waited' }],
          idle.map(
            ({ server, cause, ms }) =>
              html`<tr><td>${server}</td><td>${cause}</td><td class="n">${spanWords(ms)}</td></tr>`,
          ),
        )}`
  const stands =
    standing.length === 0
      ? html``
      : foldedTable(
          'Mailboxes that stand still',
          ['Mailbox', 'Why it stands still'],
          standing.map(
            ({ address, cause }) => html`<tr><td>${address}</td><td class="why">${cause}</td></tr>`,
          ),
          FIRST_ROWS,
        )
  return html`<section><h2>What was waited for</h2>${waits}${stands}</section>`
}

const legend = (): Markup => html`<section><h2>How to read this</h2>
<p>A mailbox is <b>copied</b> while its owner works on, <b>kept up to date</b> by copying what changed, and <b>moved</b> together with its whole batch: from then on mail arrives here. Moved mailboxes are <b>verified</b> against what was copied.</p>
<p>A <b>grade</b> says how complete a copy is: perfect (nothing is missing), good (only what nobody sees), investigate (something that a person may miss) or poor (at least ten items and one in a hundred are missing). From investigate on, somebody has approved it by name, or the batch waits.</p>
<p>A <b>grant</b> lets somebody work in a mailbox that is not their own. It is broken while only one of the two has moved, and given again by itself once both have.</p></section>`
