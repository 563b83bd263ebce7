/** Two columns of a terminal each: East Asian characters that are not half width, and pictures. */
const WIDE =
  /[[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Emoji_Presentation}\u3000-\u303e\u30fb-\u30fc\uff01-\uff60\uffe0-\uffe6]--[\uff61-\uffdc]]/gv
/** None: accents that stand on the letter before them, joiners, vowels and finals of a Hangul syllable. */
const NONE = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/gu

/** How many columns of a terminal a text takes (Unicode UAX 11). */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  const shown = text.replace(NONE, '')
  return [...shown].length + (shown.match(WIDE)?.length ?? 0)
}

/** With blanks behind it up to that many columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - displayWidth(text)))

/** Cut to at most that many columns, with `…` where something was left out. */
export function shortened(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let cut = ''
  let wide = 1
  for (const character of text) {
    wide += displayWidth(character)
    if (wide > columns) break
    cut += character
  }
  return `${cut.trimEnd()}…`
}
