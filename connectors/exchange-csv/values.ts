import { Refusal } from '#src/domain/refusal.ts'

/** What PowerShell writes in place of the values of a list that nobody joined; of what came over a remote session with `Deserialized.` before it. */
const typeName = /^(Deserialized\.)?(System|Microsoft)\.[\w.]+(`\d+)?(\[.*\])?$|^System\.Object\[\]$/

/** The values of a cell with several: `{FullAccess}`, `FullAccess, ReadPermission`, one on each line. A `Refusal` where only a type stands. */
export function listOf(cell: string, column: string, where: string): string[] {
  refuseUnlisted(cell, column, where)
  const text = cell.trim().replace(/^\{(.*)\}$/s, '$1')
  return splitOutside(text).filter((each) => each !== '')
}

/** A `Refusal` where a cell has the type of a list in its place, or only its beginning. */
export function refuseUnlisted(cell: string, column: string, where: string): void {
  const text = cell.trim()
  const wrong = typeName.test(text)
    ? 'the type of a list and not what is in it'
    : /^\{.*(\.\.\.|…)\}$/s.test(text)
      ? 'a list that was cut off'
      : undefined
  if (wrong === undefined) return
  throw new Refusal(
    'invalid-parameter',
    `${where}: column ${column} holds "${text}", ${wrong}. Export it with ` +
      `Select-Object -ExcludeProperty ${column} -Property *,@{n='${column}';e={$_.${column} -join ';'}} before Export-Csv.`,
  )
}

/** At commas, semicolons and line ends, but not at the commas inside a name in a tree. */
function splitOutside(text: string): string[] {
  return text.split(separatorOf(text)).map((each) => each.trim())
}

function separatorOf(text: string): RegExp {
  if (/(^|[;\n])\s*(CN|OU)=/i.test(text)) return /[;\n]|(?<=DC=[^,;]+),\s*(?=CN=)/i
  // Canonical names and legacy DNs may have commas: `corp.example/Users/Ash, Anna`.
  if (/^[\w-]+(\.[\w-]+)+\//.test(text)) return /[;\n]|,\s*(?=[\w-]+(?:\.[\w-]+)+\/)/
  if (/^\/o=/i.test(text)) return /[;\n]|,\s*(?=\/o=)/i
  // Whoever parts them otherwise may have commas in names: `Ash, Anna;Berg, Ben`.
  return /[;\n]/.test(text) ? /[;\n]/ : /,/
}

/** `True` of any PowerShell, `1` and `yes` of people. */
export const isTrue = (cell: string): boolean =>
  /^(true|1|yes|y|x|ja|oui|si|sí|sì|wahr|vrai|verdadero|vero|waar)$/i.test(cell.trim())

/** `False` of any PowerShell, `0` and `no` of people; an empty cell says nothing. */
export const isFalse = (cell: string): boolean =>
  /^(false|0|no|n|nein|non|nee|falsch|faux|falso|onwaar)$/i.test(cell.trim())
