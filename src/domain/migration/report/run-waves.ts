import { counted, figure, momentWords, octetWords } from '#src/base/figure-words.ts'
import { waveWords } from '../engine/project/waves.ts'
import { html, type Markup } from './markup.ts'
import { type RunReport, RunTotals, type RunWave } from './run-report.ts'
import { type Column, table } from './table.ts'

const columns: readonly Column[] = [
  ...['Wave', 'State', 'When', { numbers: 'Batches' }, { numbers: 'Mailboxes' }, { numbers: 'Failed' }],
  ...[{ numbers: 'Items' }, { numbers: 'Size' }, { numbers: 'Left behind' }, 'Responsible'],
]

/** The waves with their sums; nothing where there are none. */
export function waveSection({ waves, batchTotals }: Pick<RunReport, 'waves' | 'batchTotals'>): Markup {
  if (waves.length === 0) return html``
  return html`<section><h2>Waves</h2><p class="soft">Batches that people speak of as one.</p>${table(
    'Waves',
    columns,
    waves.map((wave) => waveRow(wave, batchTotals)),
  )}</section>`
}

function waveRow(wave: RunWave, batchTotals: RunReport['batchTotals']): Markup {
  const sums = new RunTotals()
  for (const no of wave.batches) {
    const own = batchTotals.get(no)
    if (own !== undefined) sums.addSums(own)
  }
  const { name, state, batches, responsible, begun, from, until, done } = wave
  const moves = from === until ? momentWords(from) : `${momentWords(from)} to ${momentWords(until)}`
  const when = [
    ['begun', momentWords(begun)],
    ['moves', moves],
    ['done', momentWords(done)],
  ].flatMap(([what, words]) => (words === undefined || words === '' ? [] : [{ what: String(what), words }]))
  return html`<tr><td class="batch">${name}<br><span class="soft">${batches.length === 0 ? 'no batches' : `${batches.length === 1 ? 'batch' : 'batches'} ${batches.slice(0, 20).join(', ')}${batches.length > 20 ? ` and ${counted(batches.length - 20, 'more', 'more')}` : ''}`}</span></td><td class="why">${waveWords[state]}</td><td class="day">${when.map(({ what, words }, no) => html`${no === 0 ? html`` : html`<br>`}<span class="soft">${what}</span> ${words}`)}</td><td class="n">${figure(batches.length)}</td><td class="n">${figure(sums.moved)} of ${figure(sums.mailboxes)}</td><td class="n">${figure(sums.failed)}</td><td class="n">${figure(sums.counts.copied)}</td><td class="n">${octetWords(sums.counts.bytes)}</td><td class="n">${figure(sums.counts.skipped)}</td><td>${responsible}</td></tr>`
}
