import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AddressEntry } from '#src/formats/address/mailbox-list.ts'
import { type Envelope, envelopeOf } from '#src/formats/mime/envelope.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { bodySizeBytes, type MimePart } from '#src/formats/mime/part.ts'
import { ImapArguments } from '#src/wire/imap/arguments.ts'
import type { BodyPart } from '#src/wire/imap/body-part.ts'
import { formatBodyStructure } from '#src/wire/imap/body-structure.ts'
import { formatEnvelope } from '#src/wire/imap/envelope.ts'
import { formatFetchResponse, parseFetchResponse } from '#src/wire/imap/fetch-response.ts'
import { responsesOf } from './fixture-lines.ts'

const folder = new URL('../../../fixtures/messages/', import.meta.url)
const golden = new URL('../../../fixtures/imap/structures.txt', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.eml'))

function indexOf(octets: Uint8Array) {
  const indexer = new MimeIndexer()
  indexer.push(octets)
  return indexer.finish()
}

/** What a client can know of a part from its structure. */
function known(part: MimePart): BodyPart {
  const isMultipart = part.type === 'multipart'
  const hidden = part.type === 'message' && part.subtype === 'rfc822' && part.message === undefined
  const { path, type, subtype, params, id, description, encoding, md5, disposition, language, location } =
    part
  const ids = { ...(id === undefined ? {} : { id }), ...(description === undefined ? {} : { description }) }
  return {
    path,
    type: hidden ? 'application' : type,
    subtype: hidden ? 'octet-stream' : subtype,
    params,
    encoding: isMultipart ? '7bit' : encoding,
    sizeBytes: isMultipart ? 0 : bodySizeBytes(part),
    ...(isMultipart ? {} : ids),
    ...(type === 'text' || part.message ? { lines: part.bodyLines } : {}),
    ...(md5 === undefined || isMultipart ? {} : { md5 }),
    ...(disposition === undefined ? {} : { disposition, dispositionParams: part.dispositionParams ?? {} }),
    ...(language === undefined || language.length === 0 ? {} : { language }),
    ...(location === undefined ? {} : { location }),
    parts: part.parts.map(known),
    ...(part.message === undefined
      ? {}
      : { message: { envelope: read(part.message.envelope), root: known(part.message.root) } }),
  }
}

/** What a client can know of an envelope: no references, and senders where From stands in for them. */
function read(envelope: Envelope): Envelope {
  const { references: _, ...rest } = envelope
  const result: Envelope = { ...rest }
  for (const name of ['from', 'to', 'cc', 'bcc', 'sender', 'replyTo'] as const)
    if (result[name]?.length === 0) delete result[name]
  if (result.from !== undefined) {
    result.sender ??= result.from
    result.replyTo ??= result.from
  }
  return result
}

function roundTrip(root: MimePart, envelope: Envelope) {
  const wire = formatFetchResponse(
    7,
    [
      { item: 'ENVELOPE', envelope },
      { item: 'BODYSTRUCTURE', root },
      { item: 'BODY', root },
    ],
    true,
  )
  const [event] = responsesOf(wire, true)
  assert.ok(event?.kind === 'data')
  const items = parseFetchResponse(event.data.args)
  const [first, second, third] = items
  assert.ok(first?.item === 'ENVELOPE' && second?.item === 'BODYSTRUCTURE' && third?.item === 'BODY')
  return { envelope: first.envelope, structure: second.root, body: third.root }
}

test('structures of real messages are as they were, and can be read', () => {
  const lines: string[] = []
  for (const file of files) {
    const index = indexOf(readFileSync(new URL(file, folder)))
    const envelope = envelopeOf(index.headerBytes)
    const trip = roundTrip(index.root, envelope)
    assert.deepEqual(trip.envelope, read(envelope), file)
    assert.deepEqual(trip.structure, known(index.root), file)
    const structure = formatBodyStructure(index.root, { extended: true })
    lines.push(`${file} ${JSON.stringify(formatEnvelope(envelope))}`, `${file} ${JSON.stringify(structure)}`)
  }
  const text = `${lines.join('\n')}\n`
  if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text)
  assert.equal(text, readFileSync(golden, 'utf8'))
})

const line = fc.string({
  unit: fc.oneof(
    fc.constantFrom('é', '"', '\\', '日', '(', '=', '?', ' '),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
})
const words = fc.stringMatching(/^[a-z0-9-]{1,9}$/)
const mailbox = fc.record(
  { name: line, mailbox: line, host: line, route: line.map((text) => `@${text}`) },
  { requiredKeys: ['mailbox', 'host'], noNullPrototype: true },
)
const entries: fc.Arbitrary<AddressEntry[]> = fc.array(
  fc.oneof(
    mailbox,
    fc.record({ group: line, members: fc.array(mailbox, { maxLength: 2 }) }, { noNullPrototype: true }),
  ),
  { maxLength: 3 },
)
const envelopes: fc.Arbitrary<Envelope> = fc.record(
  {
    date: words,
    subject: line,
    from: entries,
    sender: entries,
    replyTo: entries,
    to: entries,
    cc: entries,
    bcc: entries,
    inReplyTo: line,
    messageId: words.map((id) => `<${id}@x>`),
  },
  { requiredKeys: [], noNullPrototype: true },
)
const paramText = line.map((text) =>
  text
    .replaceAll('=?', '')
    .replaceAll('\\', '')
    .replace(/^ +| +$/g, ''),
)
const params = fc.dictionary(words, paramText, { maxKeys: 3, noNullPrototype: true })
const leaf = fc.record(
  {
    type: fc.constantFrom('text', 'image', 'application'),
    subtype: words,
    params,
    encoding: words,
    bodyLines: fc.nat(1_000),
    bodyEnd: fc.nat(100_000),
    id: line,
    description: line,
    md5: words,
    disposition: words,
    dispositionParams: params,
    language: fc.array(words, { minLength: 1, maxLength: 3 }),
    location: line,
  },
  {
    requiredKeys: ['type', 'subtype', 'params', 'encoding', 'bodyLines', 'bodyEnd', 'dispositionParams'],
    noNullPrototype: true,
  },
)

/** A part with its children, before they have paths. */
const partsOf = (depth: number): fc.Arbitrary<MimePart> =>
  fc
    .tuple(
      leaf,
      depth === 0 ? fc.constant([]) : fc.array(partsOf(depth - 1), { maxLength: 3 }),
      fc.boolean(),
      envelopes,
    )
    .map(([fields, children, isMessage, envelope]) => {
      const { dispositionParams, disposition, ...rest } = fields
      const part = {
        path: '',
        headerOffset: 0,
        bodyOffset: 0,
        parts: [],
        ...rest,
        ...(disposition === undefined ? {} : { disposition, dispositionParams }),
      } as unknown as MimePart
      const [only] = children
      if (only === undefined) return part
      if (isMessage) return { ...part, type: 'message', subtype: 'rfc822', message: { envelope, root: only } }
      return { ...part, type: 'multipart', parts: [...children] }
    })

function number(part: MimePart, path: string, prefix: string | undefined): MimePart {
  const isRoot = prefix !== undefined
  const own = isRoot ? `${prefix}${part.parts.length > 0 ? 'TEXT' : '1'}` : path
  const before = isRoot ? prefix : `${path}.`
  return {
    ...part,
    path: own,
    parts: part.parts.map((child, index) => number(child, `${before}${index + 1}`, undefined)),
    ...(part.message === undefined
      ? {}
      : { message: { envelope: part.message.envelope, root: number(part.message.root, '', `${own}.`) } }),
  }
}

/** Empty lists and texts of Sender and Reply-To are From's on the wire. */
const clean = (envelope: Envelope): Envelope => read(envelope)

test('structures and envelopes that we write can be read', () => {
  fc.assert(
    fc.property(partsOf(3), envelopes, (part, envelope) => {
      const root = number(part, '', '')
      const trip = roundTrip(root, envelope)
      assert.deepEqual(trip.envelope, clean(envelope))
      assert.deepEqual(trip.structure, known(root))
      assert.equal(trip.body.params !== undefined && trip.body.type, known(root).type)
    }),
    { numRuns: 500 },
  )
})

const ann = { name: 'Ann Ö', mailbox: 'ann', host: 'x.example' }
const envelopeCases: [title: string, envelope: Envelope, utf8: boolean, wire: string][] = [
  ['nothing', {}, false, '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)'],
  [
    'an empty subject is not NIL',
    { subject: '', inReplyTo: '' },
    false,
    '(NIL "" NIL NIL NIL NIL NIL NIL "" NIL)',
  ],
  [
    'empty lists are NIL',
    { to: [], from: [], sender: [] },
    false,
    '(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)',
  ],
  [
    'encoded words stay',
    { subject: '=?utf-8?q?=C3=A4?=' },
    true,
    '(NIL "=?utf-8?q?=C3=A4?=" NIL NIL NIL NIL NIL NIL NIL NIL)',
  ],
  [
    'raw UTF-8 for who can read it',
    { subject: 'ä' },
    true,
    '(NIL "\xc3\xa4" NIL NIL NIL NIL NIL NIL NIL NIL)',
  ],
  [
    'raw UTF-8 for others',
    { subject: 'ä' },
    false,
    '(NIL "=?UTF-8?B?w6Q=?=" NIL NIL NIL NIL NIL NIL NIL NIL)',
  ],
  [
    'From stands in',
    { from: [{ mailbox: 'a', host: 'b' }], replyTo: [] },
    false,
    '(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) NIL NIL NIL NIL NIL)',
  ],
  [
    'a name',
    { cc: [ann] },
    false,
    '(NIL NIL NIL NIL NIL NIL (("Ann =?UTF-8?B?w5Y=?=" NIL "ann" "x.example")) NIL NIL NIL)',
  ],
  [
    'no domain is no group',
    { cc: [{ mailbox: 'root', host: '' }] },
    false,
    '(NIL NIL NIL NIL NIL NIL ((NIL NIL "root" "")) NIL NIL NIL)',
  ],
  [
    'a group',
    {
      to: [
        { group: 'A "b"', members: [{ mailbox: 'a', host: 'b' }] },
        { group: 'none', members: [] },
      ],
    },
    false,
    '(NIL NIL NIL NIL NIL ((NIL NIL "A \\"b\\"" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)(NIL NIL "none" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL)',
  ],
  [
    'UTF-8 in an address',
    { bcc: [{ mailbox: 'ö', host: 'x' }] },
    false,
    '(NIL NIL NIL NIL NIL NIL NIL ((NIL NIL {2}\r\n\xc3\xb6 "x")) NIL NIL)',
  ],
]
for (const [title, envelope, utf8, wire] of envelopeCases)
  test(`envelope: ${title}`, () => assert.equal(formatEnvelope(envelope, utf8), wire))

const plain: MimePart = {
  path: '1',
  headerOffset: 0,
  bodyOffset: 10,
  bodyEnd: 30,
  bodyLines: 2,
  type: 'text',
  subtype: 'plain',
  params: {},
  encoding: '7bit',
  parts: [],
}
const structureCases: [
  title: string,
  part: MimePart,
  options: { extended: boolean; utf8?: boolean },
  wire: string,
][] = [
  ['BODY', plain, { extended: false }, '("text" "plain" NIL NIL NIL "7bit" 20 2)'],
  ['BODYSTRUCTURE', plain, { extended: true }, '("text" "plain" NIL NIL NIL "7bit" 20 2 NIL NIL NIL NIL)'],
  [
    'a file name that is not ASCII',
    {
      ...plain,
      type: 'image',
      params: { name: 'ä.png' },
      disposition: 'inline',
      dispositionParams: { filename: 'a "b"' },
    },
    { extended: true },
    `("image" "plain" ("name*" "UTF-8''%C3%A4.png") NIL NIL "7bit" 20 NIL ("inline" ("filename" "a \\"b\\"")) NIL NIL)`,
  ],
  [
    'languages',
    { ...plain, language: ['de', 'en'], location: 'http://x/' },
    { extended: true },
    '("text" "plain" NIL NIL NIL "7bit" 20 2 NIL NIL ("de" "en") "http://x/")',
  ],
  [
    'a multipart without extensions',
    { ...plain, type: 'multipart', subtype: 'mixed', parts: [plain, plain] },
    { extended: false },
    '(("text" "plain" NIL NIL NIL "7bit" 20 2)("text" "plain" NIL NIL NIL "7bit" 20 2) "mixed")',
  ],
  [
    'an encoded message',
    { ...plain, type: 'message', subtype: 'rfc822', encoding: 'base64' },
    { extended: false },
    '("application" "octet-stream" NIL NIL NIL "base64" 20)',
  ],
  [
    'message/global for old clients',
    { ...plain, type: 'message', subtype: 'global', message: { envelope: {}, root: plain } },
    { extended: false },
    '("message" "global" NIL NIL NIL "7bit" 20)',
  ],
  [
    'message/global',
    { ...plain, type: 'message', subtype: 'global', message: { envelope: {}, root: plain } },
    { extended: false, utf8: true },
    '("message" "global" NIL NIL NIL "7bit" 20 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) ("text" "plain" NIL NIL NIL "7bit" 20 2) 2)',
  ],
  [
    'values that would break the line',
    { ...plain, params: { 'a"(': 'x\r\ny\0ä', b: 'x\r\n\0y' } },
    { extended: false },
    '("text" "plain" ("a\\"(" "x y ??" "b" "x y") NIL NIL "7bit" 20 2)',
  ],
]
for (const [title, part, options, wire] of structureCases)
  test(`structure: ${title}`, () => assert.equal(formatBodyStructure(part, options), wire))

test('a structure does not reach the prototype', () => {
  const wire = ' (BODY ("a" "b" ("__proto__" "x" "constructor" "y") NIL NIL "7bit" 1))'
  const [item] = parseFetchResponse(new ImapArguments(wire))
  assert.ok(item?.item === 'BODY')
  assert.deepEqual(Object.keys(item.root.params), ['constructor'])
  assert.equal(({} as Record<string, unknown>).x, undefined)
})
