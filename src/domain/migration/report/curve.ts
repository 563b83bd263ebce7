import { figure } from '#src/base/figure-words.ts'
import type { WhatIf } from '../what-if.ts'
import { html, type Markup, placed } from './markup.ts'

const width = 1000
const height = 260
const left = 78
const right = 30
const top = 24
const bottom = 46

/** Delegation-days over the cap, with the number of batches at each point. */
export function curve(points: readonly WhatIf[], cap: number): Markup {
  const most = Math.max(1, ...points.map(({ brokenDays }) => brokenDays))
  const first = Math.log(points[0]!.cap)
  const last = Math.log(points.at(-1)!.cap)
  const xOf = (value: number) =>
    left + ((width - left - right) * (Math.log(value) - first)) / Math.max(1e-9, last - first)
  const yOf = (value: number) => height - bottom - ((height - top - bottom) * value) / most
  const path = points
    .map((point, at) => `${at === 0 ? 'M' : 'L'}${placed(xOf(point.cap))} ${placed(yOf(point.brokenDays))}`)
    .join('')
  return html`<div class="scroll"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Delegation-days broken at other caps; the table below has them">
${[0, 0.5, 1].map(
  (share) =>
    html`<line class="grid" x1="${left}" x2="${width - right}" y1="${placed(yOf(most * share))}" y2="${placed(yOf(most * share))}"/><text class="tick" x="${left - 10}" y="${placed(yOf(most * share) + 4)}">${figure(most * share)}</text>`,
)}
<path class="curve" d="${path}"/>
${points.map(
  (point) =>
    html`<g><title>Cap ${figure(point.cap)}: ${figure(point.brokenDays)} delegation-days, ${figure(point.batches)} batches</title><circle class="${point.cap === cap ? 'dot now' : 'dot'}" cx="${placed(xOf(point.cap))}" cy="${placed(yOf(point.brokenDays))}" r="${point.cap === cap ? 7 : 4.5}"/><text class="name" x="${placed(xOf(point.cap))}" y="${height - 22}">${figure(point.cap)}</text><text class="date" x="${placed(xOf(point.cap))}" y="${height - 6}">${figure(point.batches)} b.</text></g>`,
)}
</svg></div>`
}
