/**
 * A value as PowerShell reads it back, whatever is in it: single quotes, of which PowerShell knows five, are doubled, and what
 * no line can hold is named by its number (about_Quoting_Rules).
 */
export function quoted(text: string): string {
  const pieces = text.split(
    /([\p{Cc}\p{Zl}\p{Zp}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])/u,
  )
  const parts = pieces.flatMap((piece, at) => {
    if (at % 2 === 1) return [`[char]${piece.charCodeAt(0)}`]
    return piece === '' ? [] : [`'${piece.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`]
  })
  if (parts.length === 0) return "''"
  // A text first: [char] + text would be arithmetic.
  if (parts[0]!.startsWith('[char]')) parts.unshift("''")
  return parts.length === 1 ? parts[0]! : `(${parts.join(' + ')})`
}

/** One word of a command that a person reads and types: as it is where nothing in it means something to PowerShell. */
export const typedWord = (text: string): string =>
  /^[A-Za-z0-9_][A-Za-z0-9_.@+=%\\-]*$/.test(text) ? text : quoted(text)

export type ShellValue = string | number | boolean | readonly string[] | { code: string }

const written = (value: ShellValue): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean') return value ? '$true' : '$false'
  return 'code' in value ? value.code : `@(${value.map(quoted).join(', ')})`
}

/** One cmdlet on one line; parameters that are undefined are left out, and those that are null are switches. */
export function cmdlet(
  name: string,
  parameters: Readonly<Record<string, ShellValue | null | undefined>>,
): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const words = given.map(([key, value]) => {
    if (value === null) return `-${key}`
    // A switch that is on by itself takes its value with a colon.
    return `-${key}${key === 'Confirm' ? ':' : ' '}${written(value!)}`
  })
  return [name, ...words].join(' ')
}

/** Attributes for `Set-ADUser -Replace`. */
export const hashtable = (values: Readonly<Record<string, ShellValue>>): { code: string } => ({
  code: `@{${Object.entries(values)
    .map(([name, value]) => `${quoted(name)} = ${written(value)}`)
    .join('; ')}}`,
})

/** Words behind a number sign: they end with their line. */
export const remark = (text: string): string => `# ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`

/** Lines as Windows has them. */
export const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')
