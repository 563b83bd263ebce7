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

/** A template whose values are escaped unless they are markup. Characters that XML does not allow become a replacement. */
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
  return String(part)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (sign) => signs[sign]!)
}
