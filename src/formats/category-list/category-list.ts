/** The list of categories that people choose from, with their colours: [MS-OXOCFG] §2.2.5.2. */

/** One `category` element. */
export type Category = {
  name: string
  /** As written, with its braces; empty: none. */
  guid: string
  /** Number of its colour, -1: none; empty where it is not said. */
  color: string
  /** What people set of it, in words that are equal when it is. */
  said: string
  /** As it stands in the document. */
  markup: string
}

/** A document: what stands before its first category and behind its last one stays as it is. */
type CategoryList = { before: string; categories: readonly Category[]; after: string }

const attributes = String.raw`(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*`
const start = new RegExp(String.raw`^(\uFEFF?\s*(?:<\?xml[^>]*\?>)?\s*<categories${attributes})(/?)>`)
const element = new RegExp(String.raw`\s*<category(${attributes})(?:/>|>\s*</category\s*>)`, 'y')
const end = /^\s*<\/categories\s*>\s*$/
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

/** Reads a list in UTF-8. Undefined for anything else, also where it has something that is no category. */
export function parseCategoryList(octets: Uint8Array): CategoryList | undefined {
  const text = Buffer.from(octets).toString('utf8')
  const opened = start.exec(text)
  if (opened === null || text.includes('\uFFFD')) return undefined
  const [whole, before = '', closed] = opened
  if (closed === '/')
    return text.slice(whole.length).trim() === ''
      ? { before: `${before.trimEnd()}>`, categories: [], after: '</categories>' }
      : undefined
  const categories: Category[] = []
  element.lastIndex = whole.length
  let at = whole.length
  for (let found = element.exec(text); found !== null; found = element.exec(text)) {
    at = element.lastIndex
    const category = categoryOf(found[0].trim(), found[1] ?? '')
    if (category === undefined) return undefined
    categories.push(category)
  }
  const after = text.slice(at)
  return end.test(after) ? { before: whole, categories, after } : undefined
}

/** The document of a list, in UTF-8. */
export const formatCategoryList = ({ before, categories, after }: CategoryList): Uint8Array =>
  Buffer.from(`${before}${categories.map(({ markup }) => markup).join('')}${after}`)

function categoryOf(markup: string, said: string): Category | undefined {
  const values = new Map([...said.matchAll(attribute)].map(([, key, a, b]) => [key, unescaped(a ?? b ?? '')]))
  const name = values.get('name')
  if (name === undefined || name === '') return undefined
  const color = values.get('color') ?? ''
  const words = JSON.stringify([name, color, values.get('keyboardShortcut') ?? '0'])
  return { name, guid: values.get('guid') ?? '', color, said: words, markup }
}

const named = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, word) => {
    if (word !== undefined) return named.get(word) ?? all
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
