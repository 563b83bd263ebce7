import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFields } from '#src/formats/header/fields.ts'
import { formatReturnPath } from '#src/formats/trace-headers/delivery-fields.ts'
import { formatLoopMark, type LoopKeys, loopCount } from '#src/formats/trace-headers/loop-mark.ts'

const keys: LoopKeys = { instance: 'lb-1', secrets: ['one'] }
const place = { recipient: 'ann@corp.example', messageId: '<1@corp.example>' }
const fields = (...texts: string[]) => parseFields(Buffer.from(texts.join(''), 'latin1'))

test('marks of ours are counted, the highest one', () => {
  const first = formatLoopMark(keys, place, 1)
  assert.match(first, /^X-Landbridge-Loop: lb-1;[\w-]{16};1;[\w-]{16}\r\n$/)
  assert.equal(loopCount(fields('Subject: x\r\n'), keys, place), 0)
  assert.equal(loopCount(fields(first), keys, place), 1)
  assert.equal(loopCount(fields(first, formatLoopMark(keys, place, 2)), keys, place), 2)
  assert.equal(loopCount(fields(first), keys, { ...place, recipient: 'ANN@Corp.example' }), 1)
  assert.equal(loopCount(fields(first), { ...keys, secrets: ['new', 'one'] }, place), 1)
  assert.equal(loopCount(fields(first.replace(';', ';\r\n ')), keys, place), 0, 'we never fold')
})

test('marks of others, of other recipients and copies on other messages count nothing', () => {
  const mark = fields(formatLoopMark(keys, place, 1))
  assert.equal(loopCount(mark, { ...keys, instance: 'lb-2' }, place), 0)
  assert.equal(loopCount(mark, { ...keys, secrets: ['two'] }, place), 0)
  assert.equal(loopCount(mark, keys, { ...place, recipient: 'bob@corp.example' }), 0)
  assert.equal(loopCount(mark, keys, { ...place, messageId: '<2@corp.example>' }), 0)
  const raised = formatLoopMark(keys, place, 1).replace(';1;', ';9;')
  assert.equal(loopCount(fields(raised), keys, place), 0)
})

test('a message that gets another Message-ID on every round is known by its many marks', () => {
  const marks = Array.from({ length: 10 }, (_, no) =>
    formatLoopMark(keys, { ...place, messageId: `<${no}@x>` }, 1),
  )
  assert.equal(loopCount(fields(...marks), keys, place), 10)
  assert.equal(loopCount(fields(...marks.slice(1)), keys, place), 0)
  assert.equal(loopCount(fields(...marks), keys, { ...place, recipient: 'bob@corp.example' }), 0)
  assert.equal(loopCount(fields(...marks), { ...keys, instance: 'lb-2' }, place), 0)
  const copies = Array.from({ length: 50 }, () => marks[0]!)
  assert.equal(loopCount(fields(...copies), keys, place), 0, 'one mark, however often')
})

test('Return-Path', () => {
  assert.equal(formatReturnPath(''), 'Return-Path: <>\r\n')
  assert.equal(formatReturnPath('bob@far.example'), 'Return-Path: <bob@far.example>\r\n')
  assert.equal(
    Buffer.from(formatReturnPath('jörg@b.test'), 'latin1').toString(),
    'Return-Path: <jörg@b.test>\r\n',
  )
  for (const bad of ['a\r\nb@x', 'a> <b@x', 'a b@x']) assert.throws(() => formatReturnPath(bad))
})
