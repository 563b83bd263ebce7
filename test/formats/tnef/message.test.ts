import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { attribute, readAttributes } from '#src/formats/tnef/attributes.ts'
import { bodyOf } from '#src/formats/tnef/body.ts'
import { TnefBudget } from '#src/formats/tnef/budget.ts'
import { guidOctets } from '#src/formats/tnef/guid.ts'
import { decodeTnef } from '#src/formats/tnef/message.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { readProperties, propertyType as type } from '#src/formats/tnef/property-stream.ts'
import { compressRtf, encodeProps, encodeTnef, type Prop, string8, uint32 } from '#test/support/tnef.ts'
import { hexTable } from './hex-table.ts'

test('reads a stream written by hand from the specification', () => {
  const tnef = hexTable('minimal')
  assert.ok([...readAttributes(tnef)].every(({ intact }) => intact))
  const { messageClass, charset, properties, attachments, recipients } = decodeTnef(tnef)
  assert.equal(messageClass, 'IPM.Note')
  assert.equal(charset, 'windows-1252')
  assert.deepEqual(recipients, [])
  assert.equal(properties.text(tag.subject), 'Grüße1')
  assert.equal(properties.text(tag.body), 'Hi')
  assert.equal(properties.number(tag.clientSubmitTime), Date.UTC(2026, 2, 3, 8, 5))
  assert.deepEqual(properties.findNamed('00062008-0000-0000-c000-000000000046', 0x8503)?.values, [true])
  assert.deepEqual(properties.findNamed('00020329-0000-0000-c000-000000000046', 'keywords')?.values, [
    'A',
    'BC',
  ])
  assert.deepEqual(properties.find(0x6600)?.values, [-5, 7])
  assert.deepEqual(properties.find(0x6601)?.values, ['00010203-0405-0607-0809-0a0b0c0d0e0f'])
  assert.deepEqual(properties.find(0x6602)?.values, [-1n])
  assert.equal(attachments.length, 1)
  assert.deepEqual(
    { ...attachments[0], bytes: Buffer.from(attachments[0]!.bytes).toString() },
    { fileName: 'long nümber two.txt', contentType: 'text/plain', inline: false, bytes: 'hello\r\n' },
  )
})

test('a wrong checksum is tolerated, a cut is not', () => {
  const tnef = Buffer.from(hexTable('minimal'))
  tnef[tnef.length - 1]! ^= 0xff
  assert.equal(decodeTnef(tnef).attachments.length, 1)
  for (let length = 0; length < tnef.length - 2; length++) {
    const cut = tnef.subarray(0, length)
    // Between two attributes a cut cannot be seen.
    const whole = [...prefixes(tnef)].includes(length)
    if (whole) decodeTnef(cut)
    else assert.throws(() => decodeTnef(cut), SyntaxFault, `cut at ${length}`)
  }
  assert.equal(decodeTnef(Buffer.concat([tnef, Buffer.from('\r\n\r\n')])).attachments.length, 1)
})

/** Lengths at which the stream ends behind an attribute, with or without its checksum. */
function* prefixes(tnef: Buffer): Generator<number> {
  let at = 6
  yield at
  while (at < tnef.length) {
    at += 9 + tnef.readUInt32LE(at + 5) + 2
    yield at - 2
    yield at - 1
    yield at
  }
}

const fixed: fc.Arbitrary<[number, fc.Arbitrary<number | bigint | boolean | string>]> = fc.constantFrom(
  [type.int16, fc.integer({ min: -32768, max: 32767 })],
  [type.int32, fc.integer()],
  [type.double, fc.double({ noNaN: true })],
  [type.currency, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [type.int64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [type.boolean, fc.boolean()],
  [type.time, fc.integer({ min: 0, max: 4e12 })],
  [type.guid, fc.uuid()],
  [type.unicode, fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))],
  [type.string8, fc.stringMatching(/^[ -~]{0,30}$/)],
)
const name = fc.oneof(
  fc.integer({ min: 1, max: 0x7fff }),
  fc.tuple(fc.uuid(), fc.oneof(fc.nat(0xffff), fc.stringMatching(/^[A-Za-z-]{1,20}$/))),
)
const prop: fc.Arbitrary<Prop> = fixed.chain(([of, value]) =>
  fc.tuple(name, fc.constant(of), fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 5 }))),
)

test('properties of every type come back as they were written', () => {
  const unique = fc.uniqueArray(prop, {
    maxLength: 20,
    selector: ([id]) =>
      typeof id === 'number' ? id : `${id[0]}|${String(id[1]).toLowerCase()}|${typeof id[1]}`,
  })
  fc.assert(
    fc.property(unique, (props) => {
      const bag = readProperties(encodeProps(props), 'windows-1252')
      for (const [id, , value] of props) {
        const found = typeof id === 'number' ? bag.find(id) : bag.findNamed(...id)
        assert.deepEqual(found?.values, Array.isArray(value) ? value : [value])
      }
    }),
  )
})

test('8-bit text is read in the code page of the message', () => {
  const other = [[attribute.subject, Buffer.from([0x82, 0xa0, 0])]] as const
  assert.equal(decodeTnef(encodeTnef({ codepage: 932, other })).properties.text(tag.subject), 'あ')
})

test('what stands in old attributes counts where no property says it', () => {
  const from = Buffer.concat([
    Buffer.from([4, 0, 40, 0, 4, 0, 17, 0]),
    string8('Ann'),
    string8('smtp:ann@x.test'),
    Buffer.alloc(8),
  ])
  const date = Buffer.from(Uint16Array.of(2026, 3, 3, 8, 5, 0, 2).buffer)
  const { properties, messageClass } = decodeTnef(
    encodeTnef({
      messageClass: 'IPM.Microsoft Schedule.MtgReq',
      other: [
        [attribute.from, from],
        [attribute.dateSent, date],
        [attribute.body, Buffer.from('old')],
      ],
      props: [[tag.body, type.unicode, 'new']],
    }),
  )
  assert.equal(messageClass, 'IPM.Schedule.Meeting.Request')
  assert.equal(properties.text(tag.body), 'new')
  assert.equal(properties.number(tag.clientSubmitTime), Date.UTC(2026, 2, 3, 8, 5))
  assert.equal(properties.text(tag.senderAddress), 'ann@x.test')
  assert.equal(properties.text(tag.senderAddressType), 'SMTP')
})

const messageObject = (content: Uint8Array) =>
  Buffer.concat([guidOctets('00020307-0000-0000-c000-000000000046'), content])

function nested(depth: number): Buffer {
  const inner = depth === 0 ? undefined : messageObject(nested(depth - 1))
  return encodeTnef({
    props: [[tag.subject, type.unicode, `level ${depth}`]],
    attachments: inner ? [{ props: [[tag.attachData, type.object, inner]] }] : [],
  })
}

test('messages in messages are read, but not without end', () => {
  let message = decodeTnef(nested(5))
  for (let depth = 5; depth > 0; depth--) {
    assert.equal(message.properties.text(tag.subject), `level ${depth}`)
    message = message.attachments[0]!.message!
  }
  assert.equal(message.properties.text(tag.subject), 'level 0')
  assert.throws(() => decodeTnef(nested(21)), /without end/)
})

test('an attachment without a beginning of its own is one all the same', () => {
  const attachment = (title: string) => [
    Buffer.concat([
      Buffer.of(2),
      uint32(attribute.attachTitle),
      uint32(title.length),
      Buffer.from(title),
      Buffer.alloc(2),
    ]),
    Buffer.concat([Buffer.of(2), uint32(attribute.attachData), uint32(1), Buffer.from('x'), Buffer.alloc(2)]),
  ]
  const tnef = Buffer.concat([encodeTnef({}), ...attachment('a.txt'), ...attachment('b.txt')])
  assert.deepEqual(
    decodeTnef(tnef).attachments.map(({ fileName }) => fileName),
    ['a.txt', 'b.txt'],
  )
})

test('names and types that could break a header are not taken over', () => {
  const { attachments } = decodeTnef(
    encodeTnef({
      attachments: [
        {
          props: [
            [tag.attachLongFileName, type.unicode, '..\\..\\evil\r\nX: y.exe'],
            [tag.attachMimeTag, type.unicode, 'text/plain\r\nX: y'],
            [tag.attachContentId, type.unicode, 'a b'],
          ],
        },
      ],
    }),
  )
  assert.deepEqual(attachments[0], { fileName: 'evilX: y.exe', inline: false, bytes: new Uint8Array(0) })
})

test('bodies: HTML before RTF, RTF opened, text found in it', () => {
  const rtf = (text: string) => compressRtf(Buffer.from(text))
  const body = (props: Prop[]) => {
    const { plain, html, rtf } = bodyOf(decodeTnef(encodeTnef({ props })))
    return {
      plain,
      html: html && [Buffer.from(html.bytes).toString('latin1'), html.charset],
      rtf: rtf !== undefined,
    }
  }
  const wrapped = rtf('{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\u228?}')
  assert.deepEqual(body([[tag.rtfCompressed, type.binary, wrapped]]), {
    plain: undefined,
    html: ['<p>\xc3\xa4', 'utf-8'],
    rtf: false,
  })
  assert.deepEqual(
    body([
      [tag.bodyHtml, type.binary, Buffer.from('<p>\xe4', 'latin1')],
      [tag.internetCodepage, type.int32, 28591],
      [tag.rtfCompressed, type.binary, wrapped],
      [tag.body, type.string8, 'plain'],
    ]),
    { plain: 'plain', html: ['<p>\xe4', 'iso-8859-1'], rtf: false },
  )
  assert.deepEqual(body([[tag.rtfCompressed, type.binary, rtf('{\\rtf1\\ansi\\b Bold}')]]), {
    plain: 'Bold',
    html: undefined,
    rtf: true,
  })
  assert.deepEqual(
    body([
      [tag.rtfCompressed, type.binary, Buffer.from('broken')],
      [tag.body, type.unicode, 'x'],
    ]),
    {
      plain: 'x',
      html: undefined,
      rtf: false,
    },
  )
})

test('RTF is opened only as far as the budget goes', () => {
  const message = decodeTnef(
    encodeTnef({
      props: [[tag.rtfCompressed, type.binary, compressRtf(Buffer.from(`{\\rtf1 ${'x'.repeat(500)}}`))]],
    }),
  )
  const budget = new TnefBudget(800)
  assert.equal(bodyOf(message, budget).plain?.length, 500)
  assert.equal(bodyOf(message, budget).plain, undefined)
})

test('any octets, and any stream with octets changed, give a message or a SyntaxFault', () => {
  const seed = encodeTnef({
    props: [
      [tag.subject, type.unicode, 'x'],
      [['00062008-0000-0000-c000-000000000046', 'word'], type.string8, ['a', 'b']],
      [tag.rtfCompressed, type.binary, compressRtf(Buffer.from('{\\rtf1\\fromhtml1 x}'))],
    ],
    recipients: [[[tag.displayName, type.unicode, 'Ann']]],
    attachments: [
      { title: 'a', data: Buffer.from('x') },
      { props: [[tag.attachData, type.object, messageObject(nested(1))]] },
    ],
  })
  const change = fc.tuple(fc.nat(seed.length - 1), fc.constantFrom(0, 1, 2, 4, 0x10, 0x1f, 0x7f, 0x80, 0xff))
  fc.assert(
    fc.property(
      fc.oneof(fc.uint8Array(), fc.array(change, { minLength: 1, maxLength: 6 })),
      (bytesOrChanges) => {
        const bytes = bytesOrChanges instanceof Uint8Array ? bytesOrChanges : Buffer.from(seed)
        if (!(bytesOrChanges instanceof Uint8Array))
          for (const [at, octet] of bytesOrChanges) bytes[at] = octet
        try {
          bodyOf(decodeTnef(bytes))
        } catch (error) {
          assert.ok(error instanceof SyntaxFault, String(error))
        }
      },
    ),
    { numRuns: 3000 },
  )
})

test('counts that promise more than any message has are refused', () => {
  const stream = (data: Uint8Array) => encodeTnef({ other: [[attribute.messageProperties, data]] })
  assert.throws(() => decodeTnef(stream(uint32(0xffffffff))), SyntaxFault)
  assert.throws(
    () => decodeTnef(stream(Buffer.concat([uint32(1), Buffer.from([3, 0x10, 1, 0]), uint32(0x7fffffff)]))),
    SyntaxFault,
  )
  // Small octets, many values: by recipients, by values, by messages within.
  const ten = Array.from({ length: 10 }, (_, id): Prop => [id, type.int32, 1])
  assert.throws(
    () =>
      decodeTnef(
        encodeTnef({ recipients: Array.from({ length: 5_000 }, () => [...ten, ...ten, ...ten, ...ten]) }),
      ),
    SyntaxFault,
  )
  const values = Array.from({ length: 9_000 }, () => 1)
  assert.throws(
    () =>
      decodeTnef(
        encodeTnef({ props: Array.from({ length: 30 }, (_, id): Prop => [id, type.int32, values]) }),
      ),
    SyntaxFault,
  )
  const many = Buffer.concat([
    encodeTnef({}),
    ...Array.from({ length: 2_001 }, () => Buffer.from([2, 2, 0x90, 6, 0, 0, 0, 0, 0, 0, 0])),
  ])
  assert.throws(() => decodeTnef(many), /too many attachments/)
})
