/** Appointments, tasks and contacts of a PST in the terms of our own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventContent } from '#connectors/pst/event-content.ts'
import { messageHeader } from '#connectors/pst/message-header.ts'
import { readValues } from '#connectors/pst/property-values.ts'
import { taskContent } from '#connectors/pst/task-content.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { APPOINTMENT, bag, COMMON, stored, TASK } from './property-bag.ts'

test('an appointment without others has no organizer, a meeting has its people and their answers', () => {
  const times = [
    [0x820d, Date.UTC(2026, 0, 5, 9), APPOINTMENT],
    [0x820e, Date.UTC(2026, 0, 5, 10, 30), APPOINTMENT],
    [0x8208, 'Raum 1', APPOINTMENT],
    [0x8503, true, COMMON],
    [0x8501, 20, COMMON],
    [0x0037, '\x01\x01Termin'],
    [0x0042, 'Ann'],
    [0x0065, 'ann@a.example'],
    [0x0064, 'SMTP'],
  ] as const
  const losses: Loss[] = []
  const alone = eventContent(stored(bag(...times)), '7', losses)
  assert.deepEqual(
    [alone.start, alone.duration, alone.participants],
    ['2026-01-05T09:00:00', 'PT1H30M', undefined],
  )
  assert.match(JSON.stringify(alone.alerts), /-PT20M/)
  assert.match(JSON.stringify(alone.locations), /Raum 1/)
  const bob = bag([0x3001, 'Bob'], [0x39fe, 'bob@a.example'], [0x0c15, 1], [0x5fff, 3])
  const meeting = eventContent(stored(bag(...times, [0x8217, 1, APPOINTMENT]), [bob]), '8', losses)
  const people = Object.values(
    meeting.participants as Record<string, { email: string; participationStatus?: string }>,
  )
  assert.deepEqual(people.map(({ email }) => email).sort(), ['ann@a.example', 'bob@a.example'])
  assert.equal(people.find(({ email }) => email === 'bob@a.example')!.participationStatus, 'accepted')
  assert.equal(meeting.method, undefined)
  assert.deepEqual(losses, [])
  assert.throws(() => eventContent(stored(bag([0x0037, 'none'])), '9', losses), /without a start/)
})

test('a task has its days and how far it is', () => {
  const task = taskContent(
    stored(
      bag(
        [0x0037, 'Steuer'],
        [0x8105, Date.UTC(2026, 4, 31), TASK],
        [0x8102, 0.25, TASK],
        [0x8101, 1, TASK],
        [0x0017, 2],
      ),
    ),
    '1',
    [],
  )
  assert.deepEqual(task, {
    ...{ '@type': 'Task', uid: 'pst:1', title: 'Steuer', due: '2026-05-31T00:00:00', showWithoutTime: true },
    ...{ percentComplete: 25, progress: 'in-process', priority: 1 },
  })
})

test('people without an address of the Internet keep their Exchange name', () => {
  const from = bag(
    [0x0042, 'Lokay, Michelle'],
    [0x0064, 'EX'],
    [0x0065, '/O=ENRON/CN=RECIPIENTS/CN=M LOKAY'],
    [0x0037, 'Hi'],
  )
  const { text, withoutAddress } = messageHeader(from, [bag([0x3001, 'bob@a.example'], [0x0c15, 3])])
  assert.match(
    text,
    /^From: "Lokay, Michelle"\r?\n? <IMCEAEX-_O=ENRON_CN=RECIPIENTS_CN=M\+20LOKAY@exchange\.invalid>/,
  )
  assert.match(text, /\r\nBcc: bob@a\.example\r\n/)
  assert.deepEqual(withoutAddress, ['Lokay, Michelle'])
})

test('a message is written whatever its people are called: long names of Exchange, and addresses that are none', () => {
  const group = '/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients'
  const from = bag([0x0042, 'Anna'], [0x0064, 'EX'], [0x0065, `${group}/cn=0003000040B2FAE2`])
  const { text, withoutAddress } = messageHeader(from, [
    bag([0x3001, 'Ben'], [0x3002, 'SMTP'], [0x3003, 'ben..x@a..example'], [0x0c15, 1]),
    bag([0x3001, 'Cleo'], [0x3002, 'EX'], [0x3003, `${group}/cn=${'c'.repeat(90)}`], [0x0c15, 1]),
  ])
  assert.match(text, /^From: Anna\r?\n? <IMCEAEX-_cn=Recipients_cn=0003000040B2FAE2@exchange\.invalid>/)
  assert.match(text, /Ben\s+<IMCEAEX-ben\+2E\+2Ex\+40a\+2E\+2Eexample@exchange\.invalid>/)
  assert.match(text, /<IMCEAEX-c{56}@exchange\.invalid>/)
  assert.deepEqual(withoutAddress.toSorted(), ['Anna', 'Ben', 'Cleo'])
})

test('a draft says to whom answers go, which receipts are wished for, and its moments', () => {
  const entry = (octets: Buffer) => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(octets.length)
    return Buffer.concat([size, octets, Buffer.alloc(-octets.length & 3)])
  }
  const oneOff = Buffer.concat([
    Buffer.from('00000000812b1fa4bea310199d6e00dd010f540200000080', 'hex'),
    Buffer.from('Team\0SMTP\0team@a.example\0', 'utf16le'),
  ])
  const ofExchange = Buffer.concat([
    Buffer.from('00000000dca740c8c042101ab4b908002b2fe1820100000000000000', 'hex'),
    Buffer.from('/o=Corp/cn=ben\0'),
  ])
  const list = Buffer.concat([Buffer.alloc(8), entry(oneOff), entry(ofExchange)])
  const draft = bag(
    [0x0042, 'anna@a.example'],
    [0x0037, 'Draft'],
    [0x004f, list],
    [0x0050, 'Team; Ben'],
    [0x0029, true],
    [0x0023, true],
    [0x0030, Date.UTC(2027, 0, 2, 3, 4, 5)],
    [0x0015, Date.UTC(2027, 1, 2, 3, 4, 5)],
    [0x000f, Date.UTC(2027, 2, 2, 3, 4, 5)],
  )
  const { text, withoutAddress } = messageHeader(draft, [])
  const unfolded = text.replaceAll(/\r\n(?=[ \t])/g, '')
  assert.match(
    unfolded,
    /\r\nReply-To: Team <team@a\.example>, Ben <IMCEAEX-_o=Corp_cn=ben@exchange\.invalid>\r\n/,
  )
  assert.deepEqual(withoutAddress, ['Ben'])
  for (const field of ['Disposition-Notification-To', 'Return-Receipt-To'])
    assert.ok(unfolded.includes(`\r\n${field}: anna@a.example\r\n`), unfolded)
  for (const [field, date] of [
    ['Reply-By', 'Sat, 02 Jan 2027 03:04:05 +0000'],
    ['Expires', 'Tue, 02 Feb 2027 03:04:05 +0000'],
    ['Deferred-Delivery', 'Tue, 02 Mar 2027 03:04:05 +0000'],
  ])
    assert.ok(unfolded.includes(`\r\n${field}: ${date}\r\n`), unfolded)
  // A list that is cut off tells what it can.
  assert.match(messageHeader(bag([0x004f, list.subarray(0, list.length - 20)]), []).text, /^Reply-To: Team/)
  assert.doesNotMatch(messageHeader(bag([0x0042, 'a@b.example'], [0x0029, false]), []).text, /Notification/)
})

test('a header that was received stays, but for its MIME form', () => {
  const kept =
    'Received: from a\r\n\tby b\r\nFrom: <ä@a.example>\r\nContent-Type: text/plain;\r\n charset=x\r\nMIME-Version: 1.0\r\nSubject: s\r\n\r\nno'
  const { text } = messageHeader(bag([0x007d, kept]), [])
  assert.equal(
    Buffer.from(text, 'latin1').toString(),
    'Received: from a\r\n\tby b\r\nFrom: <ä@a.example>\r\nSubject: s\r\n',
  )
})

test('values that are cut off, many or of unknown types', () => {
  assert.deepEqual(readValues(0x1f, Buffer.from('aü\0b', 'utf16le'), 1252), ['aü'])
  assert.deepEqual(readValues(0x1e, Buffer.from([0x8a, 0]), 1250), ['Š'])
  assert.deepEqual(readValues(0x14, Buffer.alloc(4), 1252), [])
  assert.deepEqual(readValues(0x9999, Buffer.alloc(4), 1252), [])
  assert.deepEqual(readValues(0x1003, Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 9]), 1252), [1, 2])
  const many = Buffer.concat([
    Buffer.from([2, 0, 0, 0, 12, 0, 0, 0, 14, 0, 0, 0]),
    Buffer.from('ab', 'utf16le'),
  ])
  assert.deepEqual(readValues(0x101f, many, 1252), ['a', 'b'])
})
