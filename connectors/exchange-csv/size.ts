/** Sizes and counts as cmdlets write them in any language, and as people type them. */

const factors: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }
/** `GB`, `GiB`, the `Go` of French and the `ГБ` of Russian, by the first letter. */
const unit = /^(?:([KMGT])(?:i?B|o)?|([КМГТ])Б)$/iu
const cyrillic: Readonly<Record<string, string>> = { К: 'K', М: 'M', Г: 'G', Т: 'T' }
const ofBytes = /^(B|Bytes?|Byte\(s\)|o|octets?|Б|байт\p{L}*|bajt\p{L}*|bayt|バイト|字节|位元組|바이트)$/iu
/** Blanks and apostrophes part groups of digits and nothing else. */
const blank = /(?<=\d)[\s\u00a0\u2009\u202f'\u2019](?=\d)/g

/** `either`: what a cell may mean, in words for people. `null` where no size stands. */
type ReadSize = number | { either: readonly [string, string] } | null

/**
 * Bytes of `1.5 GB (1,610,612,736 bytes)` in any language, `1.5 GB`, `1,610,612,736` or `1.610.612.736 bytes`. One separator before three
 * digits groups them where only whole numbers make sense and begins a fraction where thousands do not (`5,367 GB`); `2,048 MB` may be either.
 */
export function parseSize(cell: string): ReadSize {
  const text = cell.trim()
  const [, outer, inner] = /^([^()]*)(?:\(([^()]*)\))?$/u.exec(text.replace(/byte\(s\)/iu, 'bytes')) ?? []
  if (inner !== undefined) return sizeOf(inner)
  return outer === undefined ? null : sizeOf(outer)
}

function sizeOf(text: string): ReadSize {
  const [, digits = '', word = ''] =
    /^(\d[\d.,\s\u00a0\u2009\u202f'\u2019]*?)\s*(\p{L}+)?$/u.exec(text.trim()) ?? []
  if (digits === '') return null
  if (word === '' || ofBytes.test(word)) return wholeNumber(digits)
  const [, latin, other] = unit.exec(word) ?? []
  const letter = (latin ?? cyrillic[other?.toUpperCase() ?? ''] ?? '').toUpperCase()
  const factor = factors[letter]
  if (factor === undefined) return null
  const value = fraction(digits)
  if (value !== undefined) return value === null ? null : Math.round(value * factor)
  const joined = digits.replace(/[.,]/, '')
  if (letter === 'K' || letter === 'M')
    return { either: [`${joined} ${word}`, `${Number(digits.replace(',', '.')).toFixed(2)} ${word}`] }
  // No mailbox has a thousand gigabytes, and Exchange writes four figures: 5.367 GB.
  return Math.round(Number(digits.replace(',', '.')) * factor)
}

/** A whole number whose digits may be grouped, also as in India; null: it is none. */
export function wholeNumber(cell: string): number | null {
  const text = cell.trim().replace(blank, '')
  const zeroes = /^(\d+)[.,](0|00)$/.exec(text)
  if (zeroes !== null) return Number(zeroes[1])
  if (/^\d+$/.test(text)) return Number(text)
  const grouped = /^\d{1,3}([.,])\d{3}(\1\d{3})*$/.test(text) || /^\d{1,2}(,\d{2})+,\d{3}$/.test(text)
  return grouped ? Number(text.replace(/\D/g, '')) : null
}

/** A number that may have a fraction; null: it is none; undefined: its one separator may group digits or begin a fraction. */
function fraction(cell: string): number | null | undefined {
  const text = cell.replace(blank, '')
  if (/^[1-9]\d{0,2}[.,]\d{3}$/.test(text)) return undefined
  const whole = /^\d+$/.test(text) || (text.match(/[.,]/g)?.length ?? 0) > 1 ? wholeNumber(text) : null
  if (whole !== null) return whole
  const [, before, after] = /^(.*)[.,](\d+)$/.exec(text) ?? []
  const begin = before === undefined ? null : wholeNumber(before)
  // 1.234,5: the two separators are not the same.
  const same = before !== undefined && /[.,]/.test(before) && before.includes(text.at(before.length)!)
  return begin === null || same ? null : Number(`${begin}.${after}`)
}
