import { counted, figure, knownSize, shortFigure } from '#src/base/figure-words.ts'
import { windowOf } from '../calendar.ts'
import { formatDay, readableDay } from '../day.ts'
import { type LeftOutReason, leftOutWords, needsLook } from '../grant.ts'
import { placementWords } from '../placement.ts'
import type { Plan } from '../plan.ts'
import { type PlanWave, planWaves } from '../plan-waves.ts'
import { readableName } from '../readable-name.ts'
import { rights, wordsOf } from '../right.ts'
import { curve } from './curve.ts'
import { forecastSection } from './forecast.ts'
import { headOf, html, type Markup } from './markup.ts'
import { pageStyle } from './page-style.ts'
import { picture } from './picture.ts'
import { remedyWords } from './remedy-words.ts'
import type { PlanReport } from './report.ts'
import { type Column, foldedTable, table } from './table.ts'

const batchColumns: readonly Column[] = [
  ...['Batch', 'Night of', 'Opens', { numbers: 'Mailboxes' }, { numbers: 'Size' }, { numbers: 'Items' }],
  ...[{ numbers: 'Cut grants' }, 'Mostly'],
]
const cutColumns: readonly Column[] = [
  ...['Mailbox', 'Who loses access', 'Right', { numbers: 'Days' }, 'From – until', 'What would keep it'],
]
const capColumns: readonly Column[] = [
  ...[{ numbers: 'Cap' }, { numbers: 'Batches' }, { numbers: 'Delegation-days broken' }],
  ...[{ numbers: 'Pairs cut' }, 'Last night'],
]
const firstCuts = 20
const mostCuts = 200
const mostListed = 5_000

/** One page that needs nothing else, for people who were not there. */
export function formatPage(report: PlanReport): string {
  const { plan } = report
  return html`${headOf(`Migration plan: ${counted(plan.totals.batches, 'batch', 'batches')}`, pageStyle)}<body><main>
<h1>Migration plan</h1>
<p class="soft">${counted(plan.totals.mailboxes, 'mailbox', 'mailboxes')} in ${counted(plan.totals.batches, 'batch', 'batches')}, ${nights(plan)}. Made ${report.madeAt}.</p>
${lead(plan)}
${figures(plan)}
${report.notes.map((note) => html`<p class="note">${note}</p>`)}
${(report.asides ?? []).map((note) => html`<p class="soft">${note}</p>`)}
${pictureSection(plan)}
${batchSection(plan)}
${forecastSection(plan)}
${cutSection(plan)}
${rightSection(plan)}
${report.whatIf.length > 1 ? curveSection(report) : html``}
${memberSection(plan)}
${leftOutSection(report)}
${legendSection(report)}
</main></body>
</html>
`.text
}

function nights({ batches }: Plan): string {
  const [first, last] = [readableDay(batches[0]!.day), readableDay(batches.at(-1)!.day)]
  return first === last ? first : `${first} to ${last}`
}

function lead({ totals }: Plan): Markup {
  if (totals.cutGrants === 0) {
    return totals.staysBehind === 0
      ? html`<p class="lead">Everybody moves on the same night as those who work in their mailbox. No delegation is broken at any time.</p>`
      : html`<p class="lead">No delegation between those who move is broken at any time.${behindWords(totals.staysBehind)}</p>`
  }
  return html`<p class="lead">People who work in each other’s mailboxes move on the same night wherever a batch has room for it: ${keptWords(totals.allWeight, totals.cutWeight + totals.staysBehindWeight)} of all delegation, by weight, stays whole throughout. ${figure(totals.cutGrants)} ${totals.cutGrants === 1 ? 'grant does' : 'grants do'} not work for some days, because the two ends move on different nights; each is listed with what would keep it whole, and works again by itself once its second end has moved.${behindWords(totals.staysBehind)}</p>`
}

const behindWords = (grants: number): string =>
  grants === 0
    ? ''
    : ` ${figure(grants)} ${grants === 1 ? 'grant ends' : 'grants end'} at a mailbox that is excluded and stays where it is: broken for good, and no part of what stays whole.`

/** `98.5 %`; never all of it while something is cut. */
function keptWords(all: number, cut: number): string {
  const kept = (100 * (1 - cut / all)).toFixed(1)
  return cut > 0 && kept === '100.0' ? 'more than 99.9 %' : `${kept} %`
}

function figures({ totals, batches }: Plan): Markup {
  const better =
    totals.brokenDaysByChance > 0 && totals.brokenDays > 0
      ? `delegation-days broken; by chance ${shortFigure(totals.brokenDaysByChance)}`
      : 'delegation-days broken'
  const cells: [string, string][] = [
    [
      figure(totals.batches),
      `${totals.batches === 1 ? 'batch' : 'batches'}; fewest possible ${figure(totals.fewestBatches)}`,
    ],
    [figure(totals.mailboxes), totals.mailboxes === 1 ? 'mailbox' : 'mailboxes'],
    [knownSize(totals.sizeBytes), 'to copy'],
    [figure(totals.cutGrants), `grants cut of ${figure(totals.grants)}`],
    [shortFigure(totals.brokenDays), better],
    [counted(batches.at(-1)!.day - batches[0]!.day + 1, 'day', 'days'), 'from first to last night'],
  ]
  return html`<div class="figures">${cells.map(([value, name]) => html`<div><b>${value}</b><span>${name}</span></div>`)}</div>`
}

function pictureSection(plan: Plan): Markup {
  return html`<section><h2>The batches in time</h2>
<p class="soft"><span class="swatch" style="background:var(--main)"></span>a batch, as high as it is full${
    plan.problem.pilotDay === null
      ? html``
      : html`<span class="swatch" style="background:var(--pilot)"></span>the pilot`
  }<span class="swatch" style="background:var(--cut);opacity:.6"></span>grants cut between two batches, thicker when more is cut</p>
${picture(plan)}</section>`
}

function batchSection(plan: Plan): Markup {
  const { calendar } = plan.problem.input.rules
  return html`<section><h2>When who moves</h2><p class="soft">Windows are ${calendar.begin} to ${calendar.end}, ${calendar.zone}. Batches that move in one ${calendar.batchesPerWindow > 1 ? 'night' : 'week'} are a wave.</p>
${table(
  'Batches',
  batchColumns,
  planWaves(calendar, plan.batches).flatMap((wave, at) => [
    waveRow(plan, wave, at),
    ...wave.batches.map((number) => batchRow(plan.batches[number - 1]!, at)),
  ]),
)}</section>`

  function batchRow(batch: Plan['batches'][number], wave: number): Markup {
    const { opens } = windowOf(calendar, batch.day)
    return html`<tr${isBand(wave)}><td class="day">${batch.number} ${batch.pilot ? html`<span class="tag">pilot</span>` : html``}${announcedWords(batch)}</td><td class="day">${readableDay(batch.day)}</td><td class="day">${opens.slice(11, 16)} ${opens.slice(19)}</td><td class="n">${figure(batch.mailboxes)}</td><td class="n">${knownSize(batch.sizeBytes)}</td><td class="n">${batch.items === 0 ? 'not known' : figure(batch.items)}</td><td class="n">${figure(batch.cutGrants)}</td><td class="who"><bdi>${batch.mostly}</bdi></td></tr>`
  }
}

/** What people were told, where this plan counts otherwise: those before it have moved. */
const announcedWords = ({ number, announcedAs }: Plan['batches'][number]): Markup =>
  announcedAs === null || announcedAs === number
    ? html``
    : html`<span class="soft">announced as ${announcedAs}</span>`

/** Every second wave stands on a ground of its own. */
const isBand = (wave: number): Markup => (wave % 2 === 1 ? html` class="band"` : html``)

function waveRow({ batches }: Plan, { name, batches: numbers, from, until }: PlanWave, at: number): Markup {
  const own = numbers.map((number) => batches[number - 1]!)
  const sum = (what: 'mailboxes' | 'sizeBytes') => own.reduce((all, batch) => all + batch[what], 0)
  const days = from === until ? readableDay(from) : `${readableDay(from)} to ${readableDay(until)}`
  return html`<tr${isBand(at)}><th scope="rowgroup" colspan="${batchColumns.length}"><span class="heading">${name}: <span class="soft">${counted(own.length, 'batch', 'batches')}, ${counted(sum('mailboxes'), 'mailbox', 'mailboxes')}, ${knownSize(sum('sizeBytes'))}; ${days}</span></span></th></tr>`
}

function cutSection(plan: Plan): Markup {
  if (plan.cuts.length === 0) return html``
  const rest = plan.cuts.length - mostCuts
  return html`<section><h2>What does not work for some days</h2>
<p class="soft">The one that costs most first.${rest > 0 ? ` The ${mostCuts} that cost most of ${figure(plan.cuts.length)} are here, all in cuts.csv.` : ''}</p>
${foldedTable('Grants that are cut', cutColumns, cutRows(plan), firstCuts)}</section>`
}

function cutRows(plan: Plan): Markup[] {
  const { mailboxes } = plan.problem.input
  const end = (mailbox: number, batch: number) =>
    html`<td class="who" title="${mailboxes[mailbox]!.id}"><bdi>${readableName(mailboxes, mailbox)}</bdi><br><span class="soft">${batch === 0 ? 'moved already' : `batch ${batch}`}</span></td>`
  return plan.cuts.slice(0, mostCuts).map((cut) => {
    const right = `${wordsOf[cut.right]}${cut.folder === null ? '' : `: ${cut.folder}`}${cut.group === null ? '' : ` (through ${cut.group})`}`
    return html`<tr>${end(cut.owner, cut.fromBatch)}${end(cut.grantee, cut.toBatch)}<td class="who">${right}</td><td class="n">${cut.days}</td><td class="day">${formatDay(cut.brokenFrom)}<br>${formatDay(cut.brokenUntil)}</td><td class="why">${remedyWords(plan, cut)}</td></tr>`
  })
}

function rightSection({ totals }: Plan): Markup {
  const rows = rights.flatMap((right) => {
    const counts = totals.byRight[right]
    return counts === undefined ? [] : [{ right, ...counts }]
  })
  if (rows.length === 0) return html``
  return html`<section><h2>By right</h2>${table(
    'Grants by right',
    [
      ...['Right', { numbers: 'Grants' }, { numbers: 'Cut' }, { numbers: 'Weight' }],
      ...[{ numbers: 'Cut weight' }, { numbers: 'Kept whole, by weight' }],
      ...(totals.staysBehind === 0 ? [] : [{ numbers: 'Broken for good' }]),
    ],
    rows.map(
      ({ right, grants, cut, weight, cutWeight, staysBehind, staysBehindWeight }) =>
        html`<tr><td>${wordsOf[right]}</td><td class="n">${figure(grants)}</td><td class="n">${figure(cut)}</td><td class="n">${figure(weight)}</td><td class="n">${figure(cutWeight)}</td><td class="n">${weight === 0 ? '' : keptWords(weight, cutWeight + staysBehindWeight)}</td>${totals.staysBehind === 0 ? html`` : html`<td class="n">${figure(staysBehind)}</td>`}</tr>`,
    ),
  )}</section>`
}

function curveSection({ plan, whatIf }: PlanReport): Markup {
  const { mailboxes: cap } = plan.problem.input.rules.caps
  return html`<section><h2>What if batches were larger or smaller</h2>
<p class="soft">Delegation-days broken at other caps, the number of batches below. ${
    whatIf.every(({ exact }) => exact)
      ? 'Each is what a run with that --cap and all else as it is gives.'
      : 'Other caps (~) were tried less often than the plan, which is the best of its tries: a run with that --cap mostly comes out better by a percent or two, and by a tenth at most.'
  }${whatIf.some(({ asAtCap }) => asAtCap !== null) ? ' Where a larger cap did worse than a smaller one, what the smaller one gave stands there, whose batches fit it too.' : ''}</p>
${curve(whatIf, cap)}
${table(
  'Other caps',
  capColumns,
  whatIf.map(
    (point) =>
      html`<tr><td class="n">${figure(point.cap)}${point.cap === cap ? ' (this plan)' : point.asAtCap === null ? '' : ` (as at ${figure(point.asAtCap)})`}</td><td class="n">${figure(point.batches)}</td><td class="n">${point.exact ? '' : '~ '}${figure(point.brokenDays)}</td><td class="n">${figure(point.cutPairs)}</td><td class="day">${readableDay(point.lastDay)}</td></tr>`,
  ),
)}</section>`
}

function memberSection(plan: Plan): Markup {
  const { waiting, input } = plan.problem
  if (waiting.length > mostListed) {
    return html`<section><h2>Who is in which batch, and why</h2><p>${figure(waiting.length)} mailboxes are too many for a page; mailboxes.csv has each with its reason.</p></section>`
  }
  const members: Markup[][] = plan.batches.map(() => [])
  const nameOf = (mailbox: number) => readableName(input.mailboxes, mailbox)
  waiting.forEach((mailbox, number) => {
    const { displayName, id, department } = input.mailboxes[mailbox]!
    const why = placementWords(plan.placementOf(number), nameOf)
    members[plan.batchOf[mailbox]! - 1]!.push(
      html`<tr><td class="who"><bdi>${displayName}</bdi><br><span class="soft">${id}</span></td><td class="who">${department}</td><td class="why">${why}</td></tr>`,
    )
  })
  return html`<section><h2>Who is in which batch, and why</h2>
${plan.batches.map(({ number, day, mailboxes }, at) => html`<details><summary>Batch ${number}, ${readableDay(day)}: ${counted(mailboxes, 'mailbox', 'mailboxes')}</summary>${table(`Mailboxes of batch ${number}`, ['Mailbox', 'Department', 'Why here'], members[at]!)}</details>`)}</section>`
}

function leftOutSection({ leftOut, plan }: PlanReport): Markup {
  const counts = [...leftOut.counts].sort(
    (a, b) => Number(needsLook.has(b[0])) - Number(needsLook.has(a[0])) || b[1] - a[1],
  )
  if (counts.length === 0 && plan.totals.staysBehind === 0) return html``
  const row = ([reason, count]: [LeftOutReason, number]) =>
    html`<tr><td class="n">${figure(count)}</td><td>${needsLook.has(reason) ? html`<b>Look at it</b>` : 'as it should be'}</td><td>${leftOutWords[reason]}</td></tr>`
  const behind =
    plan.totals.staysBehind === 0
      ? html``
      : html`<tr><td class="n">${figure(plan.totals.staysBehind)}</td><td><b>Look at it</b></td><td>the other end is excluded and stays where it is: broken for good</td></tr>`
  return html`<section><h2>What was left out</h2><p class="soft">Rows of the files that tie nobody together; left-out.csv names them.</p>
${table('Rows that were left out', [{ numbers: 'Rows' }, 'To do', 'Why'], [behind, ...counts.map(row)])}</section>`
}

function legendSection({ sources, plan }: PlanReport): Markup {
  return html`<section><h2>How to read this</h2>
<p>A <b>grant</b> lets somebody work in a mailbox that is not their own. While one of the two has moved and the other has not, it does not work. A <b>delegation-day</b> is one day of that, times what the right is worth: 10 for a delegate who gets meeting copies, 8 for Full Access, 6 for Send As, down to 2 for reading a folder; less when it was not used for long, or comes through a large group.</p>
<p>The plan keeps every limit first, then breaks as few delegation-days as it can find, then uses few batches and fills them evenly. The same files and the same seed (${plan.problem.input.rules.seed}) give the same plan.</p>
<p>Sizes count in powers of two: 1 GB is 2<sup>30</sup> bytes, as Exchange shows them.</p>
<p class="soft">Read from: ${sources.map(({ name, rows }) => `${name} with ${figure(rows)} rows`).join('; ')}.</p></section>`
}
