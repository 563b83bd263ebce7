import { figure, sizeWords } from '#src/base/figure-words.ts'
import { readableDay } from '../day.ts'
import type { Plan } from '../plan.ts'
import { html, type Markup, placed } from './markup.ts'

const width = 1000
const side = 52
const barHeight = 110
const mostArcs = 250

/**
 * The batches along their days: a bar for each as high as it is full, and an arc for each two between which grants are cut,
 * as thick as what is cut.
 */
export function picture(plan: Plan): Markup {
  const { batches } = plan
  const cap = plan.problem.input.rules.caps.mailboxes
  const most = Math.max(cap, ...batches.map(({ mailboxes }) => mailboxes))
  const step = (width - 2 * side) / Math.max(1, batches.length)
  const bar = Math.max(1, Math.min(46, step * 0.68))
  const xOf = (number: number) => side + step * (number - 0.5)
  const arcs = plan.ties.slice(0, mostArcs)
  const widest = arcs[0]?.weight ?? 1
  const reach = Math.max(0, ...arcs.map(({ a, b }) => (b - a) * step))
  const top = arcs.length === 0 ? 24 : 24 + Math.min(210, Math.max(40, reach * 0.36))
  const rise = (span: number) => (top - 24) * Math.sqrt(span / Math.max(1, reach))
  const base = top + barHeight
  const capY = base - (barHeight - 10) * (cap / most)
  const everyNth = Math.max(1, Math.ceil(64 / step))
  return html`<div class="scroll"><svg viewBox="0 0 ${width} ${Math.round(base + 52)}" role="img" aria-label="How full each batch is, and what is cut between batches; the tables below have it in words">
<g class="${arcs.length > 80 ? 'arcs many' : 'arcs'}">${[...arcs]
    .reverse()
    .map(({ a, b, weight, grants }) => {
      const height = rise((b - a) * step)
      const from = xOf(a)
      const to = xOf(b)
      const thick = (1 + 7 * Math.sqrt(weight / widest)) * Math.min(1, Math.max(0.2, bar / 20))
      return html`<path d="M${placed(from)} ${placed(top - 6)}C${placed(from)} ${placed(top - 6 - height * 1.33)} ${placed(to)} ${placed(top - 6 - height * 1.33)} ${placed(to)} ${placed(top - 6)}" stroke-width="${placed(thick)}"><title>Batch ${a} – batch ${b}: ${figure(grants)} ${grants === 1 ? 'grant' : 'grants'} cut, weight ${figure(weight)}</title></path>`
    })}</g>
<line class="axis" x1="${side}" y1="${base}" x2="${width - side}" y2="${base}"/>
${batches.map((batch) => {
  const height = Math.max(2, (barHeight - 10) * (batch.mailboxes / most))
  const x = xOf(batch.number)
  return html`<g><title>Batch ${batch.number}, ${readableDay(batch.day)}: ${figure(batch.mailboxes)} mailboxes, ${batch.sizeBytes === 0 ? 'size not known' : sizeWords(batch.sizeBytes)}, ${figure(batch.cutGrants)} cut grants end here</title>
<rect class="${batch.pilot ? 'bar pilot' : 'bar'}" x="${placed(x - bar / 2)}" y="${placed(base - height)}" width="${placed(bar)}" height="${placed(height)}" rx="${placed(Math.min(5, bar / 4))}"/>${
    bar >= 26
      ? html`<text class="inside" x="${placed(x)}" y="${placed(base - 8)}">${batch.mailboxes}</text>`
      : html``
  }</g>`
})}
<line class="cap" x1="${side}" y1="${placed(capY)}" x2="${width - side}" y2="${placed(capY)}"/>
<text class="capname" x="${width}" y="${placed(capY + 4)}">cap ${figure(cap)}</text>
${batches
  .filter(({ number }) => (number - 1) % everyNth === 0)
  .map(
    ({ number, day }) =>
      html`<text class="name" x="${placed(xOf(number))}" y="${base + 20}">${number}</text><text class="date" x="${placed(xOf(number))}" y="${base + 37}">${readableDay(day).replace(/^\w+ /, '').replace(/ \d+$/, '')}</text>`,
  )}
</svg></div>`
}
