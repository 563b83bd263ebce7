import { html, Markup } from './markup.ts'

/** A heading; what stands below `numbers` is written to the right. */
export type Column = string | { numbers: string }

const heading = (column: Column): Markup =>
  typeof column === 'string'
    ? html`<th scope="col">${column}</th>`
    : html`<th scope="col" class="n">${column.numbers}</th>`

/** Begins a table that is wider than its page only within itself; `about` is told to whoever cannot see it. */
export const openTable = (about: string, columns: readonly Column[]): Markup =>
  html`<div class="scroll" tabindex="0" role="group" aria-label="${about}"><table><thead><tr>${columns.map(heading)}</tr></thead><tbody>`

export const closeTable = new Markup('</tbody></table></div>')

export const table = (about: string, columns: readonly Column[], rows: readonly Markup[]): Markup =>
  html`${openTable(about, columns)}${rows}${closeTable}`

/** The first rows of a table, and the others for whoever opens them. */
export function foldedTable(
  about: string,
  columns: readonly Column[],
  rows: readonly Markup[],
  shown: number,
): Markup {
  const first = table(about, columns, rows.slice(0, shown))
  if (rows.length <= shown) return first
  const more = rows.length - shown
  return html`${first}<details><summary>${more.toLocaleString('en')} more</summary>${table(`${about}, the others`, columns, rows.slice(shown))}</details>`
}
