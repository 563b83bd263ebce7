/** What programs keep hidden in folders of a PST file, in nodes as MS-PST lays them out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hoursIn, readConfiguration } from '#connectors/pst/hidden-configurations.ts'
import { readJunkRule } from '#connectors/pst/hidden-junk-rule.ts'
import type { PstFile, PstNode } from '#connectors/pst/pst-file.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { formatJunkRule } from '#src/wire/ews/junk-rule.ts'
import { workHours } from '#test/support/work-hours.ts'

const [DICTIONARY, XML, BINARY] = [0x7c07, 0x7c08, 0x7c09] as const
const BINARY_TYPE = 0x102

/** Binary, text and number. */
type Properties = Readonly<Record<number, Buffer | string | number>>

/** A heap with a B-tree of properties (MS-PST §2.3): those above 3,000 octets lie in subnodes, whose number is their property's. */
function heapOf(properties: Properties): {
  heap: Buffer
  apart: ReadonlyMap<number, Buffer>
} {
  const apart = new Map<number, Buffer>()
  const allocations: Buffer[] = [Buffer.alloc(0), Buffer.alloc(0)]
  const hid = (index: number) => (index + 1) << 5
  const records = Object.entries(properties).map(([id, value]) => {
    const record = Buffer.alloc(8)
    record.writeUInt16LE(Number(id), 0)
    if (typeof value === 'number') {
      record.writeUInt16LE(0x3, 2)
      record.writeInt32LE(value, 4)
      return record
    }
    const octets = typeof value === 'string' ? Buffer.from(value, 'utf16le') : value
    record.writeUInt16LE(typeof value === 'string' ? 0x1f : BINARY_TYPE, 2)
    if (octets.length > 3_000) {
      const node = (Number(id) << 5) | 0x1f
      apart.set(node, octets)
      record.writeUInt32LE(node, 4)
    } else record.writeUInt32LE(hid(allocations.push(octets) - 1), 4)
    return record
  })
  const tree = Buffer.from([0xb5, 2, 6, 0, 0, 0, 0, 0])
  tree.writeUInt32LE(hid(1), 4)
  allocations[0] = tree
  allocations[1] = Buffer.concat(records)
  const head = Buffer.from([0, 0, 0xec, 0xbc, 0, 0, 0, 0, 0, 0, 0, 0])
  head.writeUInt32LE(hid(0), 4)
  const data = Buffer.concat([head, ...allocations])
  const map = Buffer.alloc(4 + 2 * (allocations.length + 1))
  map.writeUInt16LE(allocations.length, 0)
  let at = head.length
  for (const [index, { length }] of [...allocations, Buffer.alloc(0)].entries()) {
    map.writeUInt16LE(at, 4 + 2 * index)
    at += length
  }
  data.writeUInt16LE(data.length, 0)
  return { heap: Buffer.concat([data, map]), apart }
}

/** A file with one such node. */
function fileWith(properties: Properties): PstFile {
  const { heap, apart } = heapOf(properties)
  const octetsOf = (data: number) => (data === 1 ? heap : apart.get(data)!)
  return {
    header: { format: { pageBytes: 512 } },
    getNode: async (id: number) => ({ id, parent: 0, data: 1, subnodes: 1 }),
    held: async (data: number) => [octetsOf(data)],
    subnodes: async () =>
      new Map<number, PstNode>([...apart.keys()].map((node) => [node, { data: node, subnodes: 0 }])),
    sizeOf: async (data: number) => octetsOf(data).length,
    whole: async (data: number) => octetsOf(data),
  } as unknown as PstFile
}

const dictionary = (entries: string) =>
  Buffer.from(`<UserConfiguration><Info version="Outlook.16"/><Data>${entries}</Data></UserConfiguration>`)

async function read(messageClass: string, properties: Readonly<Record<number, Buffer>>) {
  const losses: Loss[] = []
  const found = await readConfiguration(fileWith(properties), new Map(), { id: 7, messageClass }, losses)
  return { found, losses }
}

test('each of its three streams comes as it is, also one that lies in a node of its own', async () => {
  const large = Buffer.alloc(200_000, 'x')
  const properties = {
    [DICTIONARY]: dictionary('<e k="18-signaturehtml" v="18-&lt;p&gt;Ann"/>'),
    [XML]: large,
    [BINARY]: Buffer.from([0, 255]),
  }
  assert.deepEqual(await read('ipm.configuration.OWA.UserOptions', properties), {
    found: {
      name: 'IPM.Configuration.OWA.UserOptions',
      content: {
        dictionary: [
          [
            { Type: 'String', Value: ['signaturehtml'] },
            { Type: 'String', Value: ['<p>Ann'] },
          ],
        ],
        xmlData: large.toString('base64'),
        binaryData: 'AP8=',
      },
    },
    losses: [],
  })
})

test('working hours are told as what they mean', async () => {
  const { found } = await read('IPM.Configuration.WorkHours', { [XML]: Buffer.from(workHours('06:30:00')) })
  assert.deepEqual(hoursIn(found!.name, found!.content), {
    timeZone: 'Europe/Berlin',
    periods: [{ days: ['su', 'mo'], startMinutes: 390, endMinutes: 900 }],
  })
  assert.equal(hoursIn('IPM.Configuration.CategoryList', found!.content), undefined)
  assert.equal(hoursIn(found!.name, { xmlData: 'PHgvPg==' }), undefined)
})

test('what is no configuration is left to others, one without anything is nothing', async () => {
  assert.equal((await read('IPM.Rule.Version2.Message', { [BINARY]: Buffer.from([1]) })).found, undefined)
  assert.equal((await read('IPM.Configuration.', { [BINARY]: Buffer.from([1]) })).found, undefined)
  assert.deepEqual(await read('IPM.Configuration.Empty', { [BINARY]: Buffer.alloc(0) }), {
    found: null,
    losses: [],
  })
})

test('what is too large, or a list that nobody can read, is named; damage is a fault of this one', async () => {
  const large = await read('IPM.Configuration.Big', { [BINARY]: Buffer.alloc(1_100_000) })
  assert.equal(large.found, null)
  assert.match(large.losses[0]!.reason, /more than 1048576 octets/)
  const odd = await read('IPM.Configuration.Odd', { [DICTIONARY]: dictionary('<e k="18-a" v="77-1"/>') })
  assert.deepEqual(odd, {
    found: { name: 'IPM.Configuration.Odd', content: { dictionary: [] } },
    losses: [
      {
        property: 'settings "Odd"',
        reason: '1 of them have a type that nobody here knows.',
        weight: 'metadata',
      },
    ],
  })
  const broken = await read('IPM.Configuration.No', { [DICTIONARY]: Buffer.from('no XML') })
  assert.equal(broken.losses[0]!.reason, 'Their list cannot be read.')
  const damaged = { ...fileWith({}), held: async () => [] } as unknown as PstFile
  const item = { id: 7, messageClass: 'IPM.Configuration.X' }
  await assert.rejects(readConfiguration(damaged, new Map(), item, []), SyntaxFault)
})

const [STATE, PROVIDER, CONDITION] = [0x65e9, 0x65eb, 0x0e9a] as const
const RULE = 'IPM.ExtendedRule.Message'
const junkRule = (properties: Properties, messageClass = RULE) =>
  readJunkRule(fileWith(properties), new Map(), { id: 7, messageClass })

test('the lists of senders in the rule for junk mail come, those of no other rule, nor while it is switched off', async () => {
  const lists = { blocked: ['a@b.c'], safe: ['d@e.f'], safeRecipients: [] }
  const condition = formatJunkRule(lists)
  const usual = { [CONDITION]: condition, [STATE]: 0x31, [PROVIDER]: 'JunkEmailRule' }
  assert.deepEqual(await junkRule(usual), lists)
  const many = Array.from({ length: 500 }, (_, n) => `${n}@example.com`)
  const large = formatJunkRule({ ...lists, blocked: many })
  assert.deepEqual((await junkRule({ ...usual, [CONDITION]: large }))!.blocked, many)
  assert.equal(await junkRule({ ...usual, [STATE]: 0x30 }), undefined)
  assert.equal(await junkRule({ ...usual, [PROVIDER]: 'RuleOrganizer' }), undefined)
  assert.equal(await junkRule({ [STATE]: 0x31, [PROVIDER]: 'JunkEmailRule' }), undefined)
  assert.equal(await junkRule(usual, 'IPM.Rule.Version2.Message'), undefined)
  await assert.rejects(junkRule({ ...usual, [CONDITION]: condition.subarray(0, 40) }), SyntaxFault)
})
