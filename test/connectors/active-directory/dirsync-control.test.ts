import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BerReader, BerWriter } from 'ldapts'
import { DirSync } from '#connectors/active-directory/dirsync-control.ts'

/** MS-ADTS 3.1.1.3.4.1.3: 841, critical, and { Flags 1, MaxBytes 1 MiB, Cookie }. */
test('DirSync is written as Microsoft has it', () => {
  const writer = new BerWriter()
  new DirSync(Buffer.from('c0ff', 'hex')).write(writer)
  const sequence = ['300c', '020101', '0203100000', '0402c0ff'].join('')
  const text = writer.buffer.toString('hex')
  assert.ok(text.includes(Buffer.from('1.2.840.113556.1.4.841').toString('hex')))
  assert.ok(text.includes('0101ff'), 'it is critical')
  assert.ok(text.endsWith(sequence), text)
})

test('the answer says where the next question begins, and whether there is more', () => {
  const answer = (more: number) => {
    const writer = new BerWriter()
    writer.startSequence()
    writer.writeInt(more)
    writer.writeInt(0)
    writer.writeBuffer(Buffer.from([0, 255, 128]), 4)
    writer.endSequence()
    return new BerReader(writer.buffer)
  }
  const control = new DirSync(Buffer.alloc(0))
  control.parse(answer(1))
  assert.equal(control.hasMore, true)
  // Octets, not text.
  assert.deepEqual([...control.cookie], [0, 255, 128])
  control.parse(answer(0))
  assert.equal(control.hasMore, false)
})
