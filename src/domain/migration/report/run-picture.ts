import { momentWords } from '#src/base/figure-words.ts'
import { html, type Markup, placed } from './markup.ts'
import type { RunBatch } from './run-report.ts'

const width = 1000
const margin = { left: 118, right: 20 }
type DrawnBatch = { no: number; times: Pick<RunBatch['times'], 'begun' | 'moved' | 'ended'> }

/** More batches than these are told by the table alone. */
const mostRows = 80

/** Batches along their time: thin while they were copied, thick from their move to their end. */
export function runPicture(
  { batches, now }: { batches: readonly DrawnBatch[]; now: number },
  label = 'When each batch was copied, moved and ended; the table of batches has it in words',
  wordsOf: (at: number) => string = momentWords,
): Markup {
  const all = batches.filter(({ times }) => times.begun !== null)
  const begun = all.slice(0, mostRows)
  const left = all.length - begun.length
  if (begun.length === 0) return html``
  const from = Math.min(...begun.map(({ times }) => times.begun!))
  const until = Math.max(from + 60_000, ...begun.map((batch) => endOf(batch, now)))
  const xOf = (at: number) =>
    placed(margin.left + ((width - margin.left - margin.right) * (at - from)) / (until - from))
  const rowHeight = begun.length > 25 ? 15 : 26
  const thick = rowHeight - 10
  const height = begun.length * rowHeight + 34
  const base = begun.length * rowHeight + 8
  return html`<div class="scroll"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
<line class="axis" x1="${margin.left}" y1="${base}" x2="${width - margin.right}" y2="${base}"/>
${begun.map((batch, at) => {
  const y = (at + 0.5) * rowHeight + 1
  const { times } = batch
  const start = xOf(times.begun!)
  const end = xOf(endOf(batch, now))
  const name = `Batch ${batch.no}`
  return html`<g><title>${name}: begun ${wordsOf(times.begun!)}${times.moved === null ? '' : `, moved ${wordsOf(times.moved)}`}${times.ended === null ? '' : `, ended ${wordsOf(times.ended)}`}</title>
<text class="name" style="text-anchor:end" x="${margin.left - 12}" y="${y + 4}">${name}</text>
<rect class="bar" opacity=".45" x="${start}" y="${y - 3}" width="${Math.max(2, placed(end - start))}" height="6" rx="3"/>
${
  times.moved === null
    ? html``
    : html`<rect class="bar pilot" x="${xOf(times.moved)}" y="${y - thick / 2}" width="${Math.max(4, placed(end - xOf(times.moved)))}" height="${thick}" rx="${Math.min(4, thick / 2)}"/>`
}</g>`
})}
<text x="${margin.left}" y="${base + 20}" style="text-anchor:start">${wordsOf(from)}</text>
<text x="${width - margin.right}" y="${base + 20}" style="text-anchor:end">${wordsOf(until)}</text>
</svg></div>${left > 0 ? html`<p class="soft">The first ${begun.length} batches are drawn; the table has all.</p>` : html``}`
}

const endOf = ({ times }: DrawnBatch, now: number): number => times.ended ?? Math.max(now, times.begun ?? now)
