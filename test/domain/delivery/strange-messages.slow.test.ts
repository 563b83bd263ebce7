import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { SenderVerdict } from '#src/domain/authentication/verdict.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { asUser, EXCHANGE, openWorld, STRANGER, send, type World } from './intake-world.ts'

let world: World
before(async () => {
  world = await openWorld()
  const ann = await world.user('ann')
  const partner = await world.contact('partner', 'pat@partner.example')
  await world.group('team', [ann, partner])
})
after(() => world.end())

const names = [
  'From',
  'Sender',
  'To',
  'Bcc',
  'Subject',
  'Message-ID',
  'Date',
  'Received',
  'Return-Path',
  'DKIM-Signature',
  'ARC-Seal',
  'Authentication-Results',
  'X-Landbridge-Loop',
  'X-SES-Spam-Verdict',
  'Content-Type',
  'Content-Transfer-Encoding',
  'MIME-Version',
  'X',
  '',
  ' ',
]
const values = fc.oneof(
  fc.constantFrom(
    'ann@corp.example',
    'Ann <ann@corp.example>',
    '<>',
    '"a\\"b" <"x y"@corp.example>, z',
    'g: ann@corp.example;',
    'lb-1;AAAAAAAAAAAAAAAA;1;AAAAAAAAAAAAAAAA',
    'i=1; cv=none; a=rsa-sha256; b=x',
    'multipart/mixed; boundary=b',
    'application/ms-tnef; name=winmail.dat',
    'base64',
    'mx.landbridge.example; spf=pass',
    '(((',
    '=?utf-8?q?=41?=',
  ),
  fc.string({ maxLength: 60, unit: 'binary' }),
)
const field = fc.tuple(fc.constantFrom(...names), values).map(([name, value]) => `${name}: ${value}\r\n`)
const body = fc.oneof(
  fc.constantFrom(
    '',
    '\r\n',
    '--b\r\n\r\n--b--\r\n',
    '--b\r\nContent-Type: application/ms-tnef\r\n\r\nxxxx\r\n',
  ),
  fc.string({ maxLength: 200, unit: 'binary' }),
)
const message = fc
  .tuple(fc.array(field, { maxLength: 12 }), fc.constantFrom('\r\n', '\n', ''), body)
  .map(([fields, end, rest]) => Buffer.from(fields.join('') + end + rest))
const sender = fc.constantFrom(
  '',
  'sue@sender.example',
  'ann@corp.example',
  `SRS0=${'x'.repeat(60)}@far.example`,
)
const recipient = fc.constantFrom(
  'ann@corp.example',
  'ann+"x@corp.example',
  '"ann"@corp.example',
  'ann+a+b@corp.example',
  'team@corp.example',
  'x@[127.0.0.1]',
  '@',
  '',
  'IMCEAEX-+ZZ@corp.example',
  'IMCEAEX-_o=x@corp.example',
  `SRS1=a=b==c@corp.example`,
  `SRS0=@corp.example`,
  'postmaster',
  'ä@corp.example',
)

const judgedBy = (): SenderVerdict => ({
  dkim: [],
  dmarc: { result: 'pass', fromDomain: '', percent: 100, alignedBy: [] },
  arc: { result: 'fail', instances: 1, sealer: 'x', reason: 'because (of) "it"' },
})

test('whatever comes in is taken or refused, and nothing of it stays behind', {
  timeout: 120_000,
}, async () => {
  const ann = (await world.store.directory.findEntry(world.org, { address: 'ann@corp.example' }))!
  const connections = [STRANGER, EXCHANGE, asUser(world, ann as never)]
  const intake = world.with({
    judges: { ...world.deps.judges, senders: { authenticate: async () => judgedBy() } },
  })
  let taken = 0
  const property = fc.asyncProperty(
    message,
    sender,
    fc.array(recipient, { minLength: 1, maxLength: 3 }),
    fc.constantFrom(...connections),
    fc.integer({ min: 1, max: 40 }),
    async (octets, from, to, connection, size) => {
      const text: Buffer[] = []
      for (let at = 0; at < octets.length; at += size) text.push(Buffer.from(octets.subarray(at, at + size)))
      try {
        await send(world, { connection, from, to, text, intake })
        taken++
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    },
  )
  await fc.assert(property, { numRuns: 600 })
  assert.ok(taken > 50, `${taken} of 600 were taken`)
  assert.deepEqual(world.troubles, [])
  assert.equal((world.deps.spool as unknown as { usedBytes: number }).usedBytes, 0)
})
