/** migration.md 1.4 for PST files: whatever an item has is here after the copy, or is named as lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contactCard } from '#connectors/pst/contact-card.ts'
import { keptProperties } from '#connectors/pst/kept-properties.ts'
import type { StoredMessage } from '#connectors/pst/stored-message.ts'
import { taskContent } from '#connectors/pst/task-content.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { PropertyBag, type PropertyValue } from '#src/formats/tnef/property.ts'
import { readProperty } from '#src/wire/ews/extended-property.ts'

const ADDRESS = '00062004-0000-0000-c000-000000000046'
const APPOINTMENT = '00062002-0000-0000-c000-000000000046'
const COMMON = '00062008-0000-0000-c000-000000000046'
const STRINGS = '00020329-0000-0000-c000-000000000046'
const TASK = '00062003-0000-0000-c000-000000000046'

type Given = readonly [
  id: number | string,
  value: PropertyValue | PropertyValue[],
  set?: string | undefined,
  type?: number,
]

const typeOf = (value: PropertyValue): number =>
  typeof value === 'string'
    ? 0x1f
    : typeof value === 'boolean'
      ? 0x0b
      : value instanceof Uint8Array
        ? 0x102
        : 3

function bag(...properties: readonly Given[]): PropertyBag {
  const made = new PropertyBag()
  for (const [id, given, set, type] of properties) {
    const values = Array.isArray(given) ? given : [given]
    made.add({
      id: typeof id === 'number' ? id : 0x8001,
      type: type ?? typeOf(values[0]!) | (Array.isArray(given) ? 0x1000 : 0),
      ...(set !== undefined && { name: { set, id } }),
      values,
    })
  }
  return made
}
const stored = (of: PropertyBag): StoredMessage => ({
  ...{ bag: of, codepage: 1252, nodes: new Map(), subnodes: new Map(), recipients: [], attachments: [] },
})

test('a message keeps what stands beside it, under the names of EWS', () => {
  const losses: Loss[] = []
  const kept = keptProperties(
    bag(
      [0x001a, 'IPM.Note.SMIME'],
      [0x0037, 'Subject'],
      [0x1000, 'Body'],
      [0x0017, 2],
      [0x0036, 3],
      [0x0070, 'Topic'],
      [0x0071, Buffer.from('index')],
      [0x1082, Date.UTC(2026, 0, 2, 3, 4, 5), undefined, 0x40],
      [0x8503, true, COMMON],
      [0x8530, 'Call back', COMMON],
      ['X-Ticket', '4711', STRINGS],
      ['Keywords', ['Work'], STRINGS],
      ['Codes', ['a', 'b'], STRINGS],
      ['Big', 'x'.repeat(70_000), STRINGS],
      ['__proto__', 'odd', STRINGS],
    ),
    'message',
    losses,
  )
  assert.deepEqual(kept, {
    '0x001a:String': 'IPM.Note.SMIME',
    '0x0017:Integer': '2',
    '0x0036:Integer': '3',
    '0x0070:String': 'Topic',
    '0x0071:Binary': 'aW5kZXg=',
    '0x1082:SystemTime': '2026-01-02T03:04:05Z',
    [`{${COMMON}}0x8503:Boolean`]: 'true',
    [`{${COMMON}}0x8530:String`]: 'Call back',
    [`{${STRINGS}}"X-Ticket:String`]: '4711',
    [`{${STRINGS}}"Codes:StringArray`]: ['a', 'b'],
    [`{${STRINGS}}"__proto__:String`]: 'odd',
  })
  assert.deepEqual(
    losses.map(({ property }) => property),
    [`{${STRINGS}}"Big:String`],
  )
})

test('any property of any type is one that EWS can read back', () => {
  const types: readonly (readonly [type: number, value: PropertyValue])[] = [
    ...[[2, -3] as const, [3, 70_000] as const, [4, 0.5] as const, [5, 1e9] as const, [7, 2.25] as const],
    ...[[6, 5n] as const, [0x14, 2n ** 62n] as const, [0x0b, false] as const, [0x1e, 'a'] as const],
    ...[
      [0x40, Number.NaN] as const,
      [0x40, -1e14] as const,
      [0x48, 'c0ffee00-0000-0000-0000-000000000000'] as const,
    ],
    [0x102, new Uint8Array([0, 255])],
  ]
  for (const [type, value] of types) {
    const [[key, text] = []] = Object.entries(keptProperties(bag(['p', value, STRINGS, type]), 'note', []))
    const PropertyType = key!.slice(key!.lastIndexOf(':') + 1) as 'String'
    readProperty({
      ExtendedFieldURI: { PropertySetId: STRINGS, PropertyName: 'p', PropertyType },
      Value: text as string,
    })
  }
  // References and errors are no values.
  assert.deepEqual(keptProperties(bag(['p', 5, STRINGS, 0x0a], ['q', 5, STRINGS, 0x0d]), 'note', []), {})
  assert.deepEqual(keptProperties(bag(['p', [], STRINGS, 0x101f]), 'note', []), {})
})

test('times of an appointment are said once', () => {
  const all = bag(
    [0x820d, 5, APPOINTMENT, 0x40],
    [0x8216, Buffer.from('x'), APPOINTMENT],
    [0x8214, 3, APPOINTMENT],
  )
  assert.deepEqual(keptProperties(all, 'event', []), { [`{${APPOINTMENT}}0x8214:Integer`]: '3' })
})

test('of a contact what a card has no place for is kept beside it', () => {
  const lines: readonly (readonly [id: number, value: PropertyValue])[] = [
    ...([0x3a2b, 0x3a43, 0x3a4c, 0x3a50, 0x3a5e, 0x3a64].map((id) => [id, `line ${id}`]) as [
      number,
      string,
    ][]),
  ]
  assert.deepEqual(
    keptProperties(bag(...lines), 'contact', []),
    Object.fromEntries(lines.map(([id, value]) => [`0x${id.toString(16)}:String`, value])),
  )
})

test('a contact has everything that Outlook shows of it', () => {
  const card = contactCard(
    stored(
      bag(
        [0x3001, 'Zoë Müller'],
        ...([
          [0x3a45, 'Dr.'],
          [0x3a06, 'Zoë'],
          [0x3a44, 'Q'],
          [0x3a11, 'Müller'],
          [0x3a4f, 'Zo'],
          [0x3a16, 'Corp'],
          [0x3a18, 'IT'],
          [0x3a17, 'Chief'],
          [0x3a19, '4.12'],
          [0x3a4e, 'Max'],
          [0x3a30, 'Ada'],
          [0x3a48, 'Sam'],
          [0x3a51, 'http://x.example'],
        ] as const),
        [0x3a58, ['A', 'B']],
        [0x3a08, '+49 1'],
        [0x3a57, '+49 0'],
        [0x8083, 'zoe@a.example', ADDRESS],
        [0x8080, 'Zoë M.', ADDRESS],
        [0x80a3, 'z@b.example', ADDRESS],
        [0x8062, 'zoe@im.example', ADDRESS],
        [0x8005, 'Müller, Zoë', ADDRESS],
        [0x8046, 'Köln', ADDRESS],
        [0x3a63, 'Side street 1'],
        [0x8534, '12 km', COMMON],
        [0x3a42, Date.UTC(1980, 1, 29), undefined, 0x40],
        [0x3a41, Date.UTC(2005, 4, 5), undefined, 0x40],
        [0x1000, 'A note'],
      ),
    ),
    '2',
    [],
  )
  const text = JSON.stringify(card)
  for (const value of [
    ...[
      'Zoë Müller',
      'Dr.',
      '"given2","value":"Q"',
      '"Zo"',
      'Corp',
      '"IT"',
      'Chief',
      '4.12',
      'Max',
      'Ada',
      'Sam',
    ],
    ...[
      'http://x.example',
      '["A","B"]',
      '+49 1',
      '+49 0',
      'zoe@a.example',
      'Zoë M.',
      'z@b.example',
      'zoe@im.example',
    ],
    ...[
      'Müller, Zoë',
      'Köln',
      'Side street 1',
      '12 km',
      '1980-02-29',
      '2005-05-05',
      'A note',
      '"uid":"pst:2"',
    ],
  ])
    assert.ok(text.includes(value), value)
})

/** A one-off entry id (MS-OXCDATA §2.2.5.1). */
const oneOff = (name: string, address: string) =>
  Buffer.concat([
    Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000080', 'hex'),
    Buffer.from(`${name}\0SMTP\0${address}\0`, 'utf16le'),
  ])

test('a distribution list has its members by address, and who has none is named', () => {
  const losses: Loss[] = []
  const entries = [oneOff('Bob', 'bob@a.example'), oneOff('Old', '/o=Corp/cn=old'), Buffer.from('cut off')]
  const list = contactCard(
    stored(
      bag([0x001a, 'IPM.DistList'], [0x3001, 'Team'], [0x8054, entries, ADDRESS], [0x8055, entries, ADDRESS]),
    ),
    '3',
    losses,
  )
  assert.deepEqual([list.kind, list.members], ['group', { 'mailto:bob@a.example?cn=Bob': true }])
  assert.deepEqual(
    losses.map(({ property, reason }) => `${property}: ${reason}`),
    ['member: "Old" has no address in the file', 'member: "number 3" has no address in the file'],
  )
})

/** Every second Monday, five times (MS-OXOCAL §2.2.1.44.1). */
function everySecondMonday(sliding: number): Buffer {
  const octets = Buffer.alloc(54)
  const numbers: readonly (readonly [at: number, value: number, bytes: 2 | 4])[] = [
    ...([
      [0, 0x3004, 2],
      [2, 0x3004, 2],
      [4, 0x200b, 2],
      [6, 1, 2],
      [8, 0, 2],
      [14, 2, 4],
    ] as const),
    ...([
      [18, sliding, 4],
      [22, 2, 4],
      [26, 0x2022, 4],
      [30, 5, 4],
      [34, 1, 4],
    ] as const),
  ]
  for (const [at, value, bytes] of numbers)
    if (bytes === 2) octets.writeUInt16LE(value, at)
    else octets.writeUInt32LE(value, at)
  return octets
}

test('a task comes again as it did, rings, and says when it was done', () => {
  const task = (sliding: number, losses: Loss[]) =>
    taskContent(
      stored(
        bag(
          [0x0037, 'Steuer'],
          [0x8104, Date.UTC(2026, 4, 4), TASK, 0x40],
          [0x8101, 2, TASK],
          [0x810f, Date.UTC(2026, 4, 5), TASK, 0x40],
          [0x8126, true, TASK],
          [0x8116, everySecondMonday(sliding), TASK],
          [0x8503, true, COMMON],
          [0x8560, Date.UTC(2026, 4, 4, 7), COMMON, 0x40],
        ),
      ),
      '1',
      losses,
    )
  const losses: Loss[] = []
  const { recurrenceRules, alerts, progressUpdated } = task(0, losses)
  assert.deepEqual(recurrenceRules, [
    { frequency: 'weekly', interval: 2, firstDayOfWeek: 'mo', byDay: [{ day: 'mo' }], count: 5 },
  ])
  assert.deepEqual(alerts, { '1': { trigger: { when: '2026-05-04T07:00:00Z' }, action: 'display' } })
  assert.equal(progressUpdated, '2026-05-05T00:00:00Z')
  assert.deepEqual(losses, [])
  assert.equal(task(1, losses).recurrenceRules, undefined)
  assert.deepEqual(
    losses.map(({ property }) => property),
    ['recurrence'],
  )
})

test("a delegate's copy of an invitation keeps whose it is, and no other message does", () => {
  const [by, representing] = [
    [0x5d07, 'bob@corp.example'],
    [0x5d08, 'Olaf@corp.example'],
  ] as const
  const name = [0x0044, 'Olaf'] as const
  const request = [0x001a, 'IPM.Schedule.Meeting.Request'] as const
  const whose = { '0x5d08:String': 'Olaf@corp.example', '0x0044:String': 'Olaf' }
  const keptOf = (...given: (readonly [id: number, value: string])[]) => {
    const { '0x001a:String': _, ...kept } = keptProperties(bag(...given), 'message', [])
    return kept
  }
  assert.deepEqual(keptOf(request, by, representing, name), whose)
  const older = [
    [0x0075, 'SMTP'],
    [0x0076, 'bob@corp.example'],
    [0x0077, 'SMTP'],
    [0x0078, 'Olaf@corp.example'],
  ] as const
  assert.deepEqual(keptOf(request, ...older, name), whose)
  assert.deepEqual(keptOf(request, by, [0x5d08, 'BOB@corp.example'], name), {})
  assert.deepEqual(keptOf(request, [0x0075, 'EX'], [0x0076, '/o=x/cn=bob'], representing), {})
  assert.deepEqual(keptOf([0x001a, 'IPM.Note'], by, representing, name), {})
})
