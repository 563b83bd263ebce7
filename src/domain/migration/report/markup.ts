import { shownText } from './shown-text.ts'

/** Markup that is known to be well-formed: what people wrote is escaped on its way in. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly Markup[]

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template whose values are escaped unless they are markup. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let made = texts[0]!
  parts.forEach((part, at) => {
    made += markupOf(part) + texts[at + 1]!
  })
  return new Markup(made)
}

function markupOf(part: Part): string {
  if (part instanceof Markup) return part.text
  if (Array.isArray(part)) return part.map(({ text }: Markup) => text).join('')
  return shownText(String(part)).replace(/[&<>"']/g, (sign) => signs[sign]!)
}

/** A place or a length in a picture: finer than a tenth nobody sees. */
export const placed = (value: number): number => Math.round(value * 10) / 10

/** Everything of a page before what it shows. */
export const headOf = (title: string, style: string): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>`
