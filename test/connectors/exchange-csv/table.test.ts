import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openTable } from '#connectors/exchange-csv/table.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { csv, writing } from './written.ts'

async function cellsOf(file: string, columns: readonly string[]): Promise<string[][]> {
  const table = await openTable(file)
  const rows: string[][] = []
  for await (const batch of table.rows()) {
    rows.push(...batch.map((row) => columns.map((column) => row.value(column))))
  }
  return rows
}

const text = csv(
  ['Identity', 'User'],
  ['corp.example/Größe/Anna "Ann" Äsch', 'CORP\\anna'],
  ['two\r\nlines', 'a,b;c'],
)
const wanted = [
  ['corp.example/Größe/Anna "Ann" Äsch', 'CORP\\anna'],
  ['two\r\nlines', 'a,b;c'],
]

const utf16be = (content: string) => Buffer.from(content, 'utf16le').swap16()

const encodings: [name: string, octets: (content: string) => Uint8Array][] = [
  ['UTF-8', (content) => Buffer.from(content)],
  ['UTF-8 with its mark', (content) => Buffer.from(`\ufeff${content}`)],
  ['UTF-16, little end first', (content) => Buffer.from(`\ufeff${content}`, 'utf16le')],
  ['UTF-16, big end first', (content) => utf16be(`\ufeff${content}`)],
  ['UTF-16 without a mark', (content) => Buffer.from(content, 'utf16le')],
  ['Windows-1252', (content) => Buffer.from(content, 'latin1')],
]

for (const [name, octets] of encodings) {
  test(`a table in ${name} is read, with and without the line of its type`, async (t) => {
    const write = writing(t)
    const columns = ['identity', 'USER']
    assert.deepEqual(await cellsOf(write('plain.csv', octets(text)), columns), wanted)
    const typed = octets(`#TYPE Selected.Microsoft.Exchange.Management.RecipientTasks.Thing\r\n${text}`)
    assert.deepEqual(await cellsOf(write('typed.csv', typed), columns), wanted)
  })
}

test('semicolons and tabs part values where the culture of the server says so', async (t) => {
  const write = writing(t)
  for (const sign of [';', '\t']) {
    const file = write('table.csv', `"Identity"${sign}"User"\r\n"a, b"${sign}"c"\r\n`)
    assert.deepEqual(await cellsOf(file, ['Identity', 'User']), [['a, b', 'c']])
  }
})

test('a row says in which line it stands, and so does what cannot be read', async (t) => {
  const write = writing(t)
  const file = write('grants.csv', `#TYPE x\r\n${csv(['a', 'b'], ['1', '2'], ['3', '4'])}`)
  const places: string[] = []
  for await (const rows of (await openTable(file)).rows()) places.push(...rows.map(({ where }) => where))
  assert.deepEqual(places, ['grants.csv line 3', 'grants.csv line 4'])
  const failing = (content: string, words: RegExp) =>
    assert.rejects(
      cellsOf(write('bad.csv', content), ['a']),
      (error) => error instanceof Refusal && words.test(error.message),
    )
  await failing(
    csv(['a', 'b'], ['1', '2'], ['3']),
    /^bad\.csv line 3 has 1 values and the header has 2 columns/,
  )
  await failing('"a","b"\r\n"1","2', /^bad\.csv line \d: a quotation mark is not closed/)
  await failing('', /bad\.csv is empty/)
  await failing('#TYPE x\r\n', /bad\.csv is empty/)
})

const list = 'RunspaceId   : 7d1c\r\nIdentity     : corp.example/Anna\r\nAccessRights : {FullAccess}\r\n'
const shown =
  'Identity        User  AccessRights\r\n--------        ----  ------------\r\ncorp.example... bob   {FullAccess}\r\n'

const notTables: readonly [content: string | Uint8Array, words: RegExp][] = [
  [list, /is what Format-List writes .* in place of Format-List\.$/],
  [`\r\n\r\n${list}`, /is what Format-List writes/],
  [`\r\n${shown}`, /is what Format-Table writes .* and no CSV file\. .*, which cuts names off\.$/],
  [Buffer.from(`\ufeff\r\n${shown}`, 'utf16le'), /is what Format-Table writes/],
  [
    '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">',
    /Export-Clixml writes/,
  ],
  ['<html><table><tr><td>Identity</td></tr></table></html>', /is XML or HTML/],
  ['[{"Identity":"a","User":"b","AccessRights":"FullAccess"}]', /is JSON/],
  [Buffer.from('504b0304140000000800', 'hex'), /is a workbook of Excel/],
  [Buffer.from('504b0506000000000000', 'hex'), /is an archive and no CSV file\. Unpack it/],
  [Buffer.from('1f8b0800000000000003cb', 'hex'), /is an archive/],
  ['%PDF-1.4\n1 0 obj', /is a PDF document/],
  [Buffer.alloc(64), /is no text and no CSV file/],
  [' \r\n\r\n', /is empty: .* Export it again\.$/],
]

for (const [content, words] of notTables) {
  test(`a file says what it is in place of a table: ${words.source}`, async (t) => {
    const file = writing(t)('given.csv', content)
    await assert.rejects(
      openTable(file),
      (error) =>
        error instanceof Refusal && error.message.startsWith('given.csv is ') && words.test(error.message),
    )
  })
}

test('lines without anything before the names of columns are passed over, and lines are still counted', async (t) => {
  const file = writing(t)('grants.csv', `\r\n  \r\n${csv(['a : b', 'c'], ['1', '2'])}`)
  assert.deepEqual(await cellsOf(file, ['a : b', 'c']), [['1', '2']])
  for await (const rows of (await openTable(file)).rows()) assert.equal(rows[0]!.where, 'grants.csv line 4')
})

test('rows without any value, as Excel leaves them, are none', async (t) => {
  const file = writing(t)('grants.csv', 'a;b\r\n1;2\r\n;\r\n"";" "\r\n3;4\r\n;;\r\n')
  assert.deepEqual(await cellsOf(file, ['a', 'b']), [
    ['1', '2'],
    ['3', '4'],
  ])
})

test('names like __proto__ are columns and values like any other', async (t) => {
  const file = writing(t)('table.csv', csv(['__proto__', 'constructor'], ['a', 'b']))
  assert.deepEqual(await cellsOf(file, ['__proto__', 'constructor', 'toString']), [['a', 'b', '']])
})

test('what Export-Csv writes is read back, whatever is in it', async (t) => {
  const write = writing(t)
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !value.includes('\0'))
  const rows = fc.array(
    // Rows of blanks are none, see above.
    fc.tuple(cell, cell).filter(([a, b]) => (a + b).trim() !== ''),
    { minLength: 1, maxLength: 20 },
  )
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom('utf8' as const, 'utf16le' as const), async (told, encoding) => {
      const file = write('any.csv', Buffer.from(`\ufeff${csv(['a', 'b'], ...told)}`, encoding))
      assert.deepEqual(await cellsOf(file, ['a', 'b']), told)
    }),
    { numRuns: 60 },
  )
})
