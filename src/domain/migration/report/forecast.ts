import { figure, knownSize, sizeWords, zonedWords } from '#src/base/figure-words.ts'
import { forecastCopies } from '../copy-forecast.ts'
import type { Plan } from '../plan.ts'
import { html, type Markup } from './markup.ts'
import { runPicture } from './run-picture.ts'
import { type Column, foldedTable } from './table.ts'

const columns: readonly Column[] = [
  ...[
    { numbers: 'Batch' },
    { numbers: 'Size' },
    { numbers: 'An hour' },
    'Copied from',
    'Copied until',
    'Moves',
  ],
]
const first = 20

/** When each batch would be copied and moved, along the windows of the plan; nothing where nobody told a size. */
export function forecastSection(plan: Plan): Markup {
  const forecasts = forecastCopies(plan)
  if (forecasts.length === 0) return html``
  const { zone } = plan.problem.input.rules.calendar
  const when = (at: number) => zonedWords(at, zone)
  const late = forecasts.filter(({ isLate }) => isLate).length
  const drawn = forecasts.map(({ number, copyFrom, copyUntil, moves, closes }) => ({
    no: number,
    times: { begun: copyFrom, moved: Math.max(moves, copyUntil), ended: Math.max(closes, copyUntil) },
  }))
  return html`<section><h2>How long the copies may take</h2>
<p class="soft">Thin: copied, one batch after the other, in the windows from the day of the plan on; thick: the window in which it moves. Reckoned with 1 GB an hour for each mailbox until a rate was measured: the pre-flight of each batch reckons anew. Times are those of ${zone}.</p>
${late === 0 ? html`` : html`<p class="note">${figure(late)} of ${figure(forecasts.length)} batches would not be copied when their window closes: begin earlier, make the windows longer, allow more mailboxes at once, or move them later.</p>`}
${runPicture({ batches: drawn, now: 0 }, 'When each batch would be copied and moved; the table below has it in words', when)}
${foldedTable(
  'Forecast of the copies',
  columns,
  forecasts.map(
    ({ number, bytesPerHour, copyFrom, copyUntil, moves, isLate }) =>
      html`<tr><td class="n">${number}</td><td class="n">${knownSize(plan.batches[number - 1]!.sizeBytes)}</td><td class="n">${sizeWords(bytesPerHour)}</td><td class="day">${when(copyFrom)}</td><td class="day">${when(copyUntil)}</td><td class="day">${when(moves)}${isLate ? ' (late)' : ''}</td></tr>`,
  ),
  first,
)}</section>`
}
