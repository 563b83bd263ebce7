import { type ContentLine, paramOf } from '../ical/content-line.ts'
import type { Anniversary } from '../jscontact/card.ts'

/** TYPE of a property in lower case, however it was written. */
export const typesOf = (line: ContentLine): string[] =>
  line.params
    .filter(({ name }) => name === 'TYPE')
    .flatMap(({ values }) => values.flatMap((one) => one.toLowerCase().split(',')))

const dateText =
  /^(?:(?<year>\d{4})(?:-?(?<month>\d\d)-?(?<day>\d\d)|-(?<monthOnly>\d\d))?|--(?<anyMonth>\d\d)(?:-?(?<anyDay>\d\d))?|---(?<dayOnly>\d\d))(?:T.*)?$/

/** `19800215`, `1980-02-15`, `1980-02`, `1980`, `--0215`, `--02`, `---15` (RFC 6350 §4.3.1). */
export function parseDay(value: string): Anniversary['date'] | undefined {
  const found = dateText.exec(value.trim())?.groups
  if (found === undefined) return undefined
  const number = (...texts: (string | undefined)[]): number | undefined => {
    const text = texts.find((one) => one !== undefined)
    return text === undefined ? undefined : Number(text)
  }
  const year = number(found.year)
  const month = number(found.month, found.monthOnly, found.anyMonth)
  const day = number(found.day, found.anyDay, found.dayOnly)
  if (month !== undefined && (month < 1 || month > 12)) return undefined
  if (day !== undefined && (day < 1 || day > 31)) return undefined
  return {
    ...(year !== undefined && { year }),
    ...(month !== undefined && { month }),
    ...(day !== undefined && { day }),
  }
}

/** A URI; octets within the card as a `data:` one. */
export function mediaUri(line: ContentLine, usual: string): string | undefined {
  const value = line.value.trim()
  const encoding = paramOf(line, 'ENCODING')?.toLowerCase()
  if (encoding !== 'b' && encoding !== 'base64') return /^[a-z][a-z0-9+.-]*:/i.test(value) ? value : undefined
  const octets = value.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(octets)) return undefined
  const given =
    paramOf(line, 'MEDIATYPE') ?? typesOf(line).find((one) => /^[a-z0-9]+$/.test(one) && one !== 'pref')
  const type = given === undefined ? usual : given.includes('/') ? given : `${usual.split('/')[0]}/${given}`
  return `data:${type};base64,${octets}`
}
