/** Of a message with more recipients or attachments than are held, what is left out is named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PstFile, PstNode } from '#connectors/pst/pst-file.ts'
import { readMessage } from '#connectors/pst/stored-message.ts'
import type { Loss } from '#src/domain/migration/source.ts'

const [RECIPIENTS, ATTACHMENTS, ROWS, FIRST] = [0x692, 0x671, 0x3f, 0x10_005]
const ROW_BYTES = 8

/** A heap of one item (MS-PST §2.3.1). */
function heapOf(client: number, item: Buffer): Buffer {
  const block = Buffer.alloc(12 + item.length + 8)
  const map = 12 + item.length
  block.writeUInt16LE(map, 0)
  block[2] = 0xec
  block[3] = client
  block.writeUInt32LE(1 << 5, 4)
  item.copy(block, 12)
  block.writeUInt16LE(1, map)
  block.writeUInt16LE(12, map + 4)
  block.writeUInt16LE(map, map + 6)
  return block
}

const noProperties = heapOf(0xbc, Buffer.from([0xb5, 2, 6, 0, 0, 0, 0, 0]))

/** A table without columns. */
function tableHeap(): Buffer {
  const info = Buffer.alloc(22)
  info[0] = 0x7c
  info.writeUInt16LE(4, 6)
  info.writeUInt16LE(ROW_BYTES, 8)
  info.writeUInt32LE(ROWS, 14)
  return heapOf(0x7c, info)
}

function rowsOf(count: number): Buffer {
  const rows = Buffer.alloc(count * ROW_BYTES)
  for (let row = 0; row < count; row++) rows.writeUInt32LE(FIRST + row, row * ROW_BYTES)
  return rows
}

type Node = { data: Buffer; subnodes: Map<number, Node> }

async function readWith(recipients: number, attachments: number) {
  const table = (count: number): Node => ({
    data: tableHeap(),
    subnodes: new Map([[ROWS, { data: rowsOf(count), subnodes: new Map() }]]),
  })
  const parts = Array.from({ length: attachments }, (_, row): [number, Node] => [
    FIRST + row,
    { data: noProperties, subnodes: new Map() },
  ])
  const message: Node = {
    data: noProperties,
    subnodes: new Map([[RECIPIENTS, table(recipients)], [ATTACHMENTS, table(attachments)], ...parts]),
  }
  const file = {
    header: { format: { pageBytes: 512 } },
    held: async (data: Buffer) => [data],
    subnodes: async (subnodes: Node['subnodes']) => subnodes,
    async *blocks(data: Buffer) {
      yield data
    },
  }
  const losses: Loss[] = []
  const node = message as unknown as PstNode
  const read = await readMessage(file as unknown as PstFile, node, new Map(), losses)
  return { held: [read.recipients.length, read.attachments.length], losses }
}

test('as many as are held are no loss', async () => {
  assert.deepEqual(await readWith(5_000, 5_000), { held: [5_000, 5_000], losses: [] })
})

test('recipients and attachments beyond those that are held are named', async () => {
  const { held, losses } = await readWith(5_001, 5_001)
  assert.deepEqual(held, [5_000, 5_000])
  assert.deepEqual(
    losses.map(({ property, weight }) => [property, weight]),
    [
      ['recipients', 'visible'],
      ['attachments', 'content'],
    ],
  )
  for (const { reason } of losses) assert.match(reason, /more than 5000/)
})
