/** What Gmail adds to FETCH. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { ImapArguments } from '#src/wire/imap/arguments.ts'
import { formatFetchAttribute } from '#src/wire/imap/fetch.ts'
import { parseFetchResponse } from '#src/wire/imap/fetch-response.ts'

const cases: [wire: string, items: unknown[]][] = [
  [' (X-GM-MSGID 18446744073709551615)', [{ item: 'X-GM-MSGID', id: '18446744073709551615' }]],
  [' (X-GM-LABELS ())', [{ item: 'X-GM-LABELS', labels: [] }]],
  [
    ' (UID 3 X-GM-LABELS (\\Inbox "\\\\Sent" Work "Muy Importante" "Ge&APw-bt") FLAGS ())',
    [
      { item: 'UID', uid: 3 },
      { item: 'X-GM-LABELS', labels: ['\\Inbox', '\\Sent', 'Work', 'Muy Importante', 'Geübt'] },
      { item: 'FLAGS', flags: [] },
    ],
  ],
  // No modified UTF-7: as it is.
  [' (X-GM-LABELS ("R&D"))', [{ item: 'X-GM-LABELS', labels: ['R&D'] }]],
]

for (const [wire, items] of cases)
  test(`Gmail: ${wire}`, () => assert.deepEqual(parseFetchResponse(new ImapArguments(wire)), items))

test('an id that is none is a fault, and questions are written as they are called', () => {
  assert.throws(() => parseFetchResponse(new ImapArguments(' (X-GM-MSGID abc)')), SyntaxFault)
  assert.equal(formatFetchAttribute({ item: 'X-GM-LABELS' }), 'X-GM-LABELS')
})
