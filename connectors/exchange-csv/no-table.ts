import { Refusal } from '#src/domain/refusal.ts'

const exported = 'Write it with Export-Csv -NoTypeInformation -Encoding UTF8'

/** What people name in place of a CSV file, by how it begins (octets were taken for text); what it is, what to do. */
const others: readonly [begins: RegExp, what: string, todo: string][] = [
  [
    /^(PK\u0003\u0004|ÐÏ\u0011à)/,
    'is a workbook of Excel',
    'Save it there as "CSV UTF-8", or name the file that Export-Csv wrote.',
  ],
  [/^(PK\u0005\u0006|\u001f[\u008b‹]|7z¼¯)/, 'is an archive', 'Unpack it and name the file in it.'],
  [/^%PDF-/, 'is a PDF document', `${exported}.`],
  [/^<Objs\b/, 'is what Export-Clixml writes', `${exported} in place of Export-Clixml.`],
  [/^<(\?xml|!doctype|html|table)\b/i, 'is XML or HTML', `${exported}.`],
  [/^[[{]/, 'is JSON', `${exported} in place of ConvertTo-Json.`],
  [/^[\w ]+ : /, 'is what Format-List writes for people to read', `${exported} in place of Format-List.`],
  [
    /^[\w. ]+\r?\n-+( +-+)* *(\r?\n|$)/,
    'is what Format-Table writes for people to read',
    `${exported} in place of Format-Table, which cuts names off.`,
  ],
  [/^[^\n]*[\u0000-\u0008\u000e-\u001a]/, 'is no text', `${exported}.`],
]

const longestBegin = 4_096

/** A `Refusal` that says what a file is, where `begin` (its first lines) is that of none with a table. */
export function refuseNoTable(name: string, begin: string): void {
  const found = others.find(([begins]) => begins.test(begin.slice(0, longestBegin)))
  if (found === undefined) return
  throw new Refusal('invalid-parameter', `${name} ${found[1]} and no CSV file. ${found[2]}`)
}
