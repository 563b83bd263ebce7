import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SenderEvidence } from '#src/domain/authentication/sender-authenticator.ts'
import { trustedRelays } from '#src/domain/authentication/untrusted-hop.ts'
import type { SenderVerdict } from '#src/domain/authentication/verdict.ts'
import type { IntakeDeps } from '#src/domain/delivery/intake-deps.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { SpamVerdict, VirusVerdict } from '#src/domain/scanning/scanner.ts'
import { encodeTnef } from '#test/support/tnef.ts'
import { asUser, EXCHANGE, mail, openWorld, refusalOf, STRANGER, send, type World } from './intake-world.ts'

let world: World
let ann: User
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
})
after(() => world.end())

const judging = (judges: Partial<IntakeDeps['judges']>) =>
  world.with({ judges: { ...world.deps.judges, ...judges } })
const spam = (verdict: SpamVerdict) => judging({ spam: { name: 'scripted', scan: async () => verdict } })
const virus = (verdict: VirusVerdict) => judging({ virus: { name: 'scripted', scan: async () => verdict } })
const clean = { score: 1, threshold: 6, rules: [] }
const text = mail({ From: 'sue@sender.example', Subject: 'Judged' })
const bring = (intake: ReturnType<typeof judging>, more = {}) =>
  send(world, { from: 'sue@sender.example', to: ['ann@corp.example'], text, intake, ...more })
const count = async (folder?: string) => (await world.inbox(ann, folder)).length

test('spam goes to Junk with the verdict in its header', async () => {
  const before = await count('junkemail')
  await bring(spam({ word: 'FAIL', ...clean, score: 12 }))
  const junk = await world.inbox(ann, 'junkemail')
  assert.equal(junk.length, before + 1)
  assert.match(junk.at(-1)!.text, /\r\nX-SES-Spam-Verdict: FAIL\r\n/)
})

test('a virus is never delivered; who logged in hears so', async () => {
  const before = [await count(), await count('junkemail')]
  const intake = virus({ word: 'FAIL', threat: 'Eicar-Test-Signature' })
  const id = await bring(intake)
  const own = bring(intake, {
    connection: asUser(world, ann),
    from: 'ann@corp.example',
    text: mail({ From: 'ann@corp.example' }),
  })
  assert.equal(await refusalOf(own), '5.7.1 not-allowed')
  assert.deepEqual([await count(), await count('junkemail')], before)
  const { rows } = await world.store.delivery.findTrace(world.org, { traceId: id as never }, { limit: 9 })
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['ORGANIZATION_EMAIL_RECEIVED', 'VIRUS_DROPPED'],
  )
})

test('without a scanner mail waits or comes with PROCESSING_FAILED, as configured', async () => {
  const failed = { word: 'PROCESSING_FAILED', failure: 'unavailable', reason: 'down' } as const
  assert.equal(await refusalOf(bring(virus(failed))), '4.7.1 try-later')
  await bring(spam(failed))
  assert.match((await world.inbox(ann)).at(-1)!.text, /\r\nX-SES-Spam-Verdict: PROCESSING_FAILED\r\n/)
})

test('the trace tells why a message lies in Junk, or left, that the virus scanner could not read', async () => {
  const { store, org } = world
  const intake = virus({ word: 'PROCESSING_FAILED', failure: 'too-large', reason: 'size limit exceeded' })
  const why = 'no verdict of the virus scanner: size limit exceeded'
  const first = async (id: string) =>
    (await store.delivery.findTrace(org, { traceId: id as never }, { limit: 9 })).rows[0]!
  const { fields: came } = await first(await bring(intake))
  assert.deepEqual([came.spamVerdict, came.virusVerdict, came.unscanned], ['GRAY', 'PROCESSING_FAILED', why])
  const { fields: left } = await first(
    await bring(intake, {
      connection: asUser(world, ann),
      from: 'ann@corp.example',
      to: ['pat@partner.example'],
      text: mail({ From: 'ann@corp.example' }),
    }),
  )
  assert.equal(left.unscanned, why)
})

const verdict: SenderVerdict = {
  dkim: [],
  dmarc: { result: 'fail', fromDomain: 'sender.example', policy: 'reject', percent: 100, alignedBy: [] },
  arc: { result: 'none', instances: 0 },
}
/** Judges everybody alike and remembers what it was asked. */
const judge = (asked: SenderEvidence[], said = verdict) => ({
  senders: {
    authenticate: async (evidence: SenderEvidence) => {
      asked.push(evidence)
      return said
    },
  },
})

test('DMARC drops what it must, but never what Exchange has judged', async () => {
  const asked: SenderEvidence[] = []
  const before = await count()
  await bring(judging(judge(asked)))
  assert.equal(await count(), before)
  assert.deepEqual(asked[0]!.hop, { address: STRANGER.clientAddress, helo: STRANGER.helo })
  await bring(judging(judge(asked)), {
    connection: EXCHANGE,
    text: `Received: from mail.sender.example (mail.sender.example [203.0.113.9]) by ex1.corp.example with ESMTP; Sat, 21 Nov 2026 12:00:00 +0000\r\n${text}`,
  })
  assert.equal(await count(), before + 1)
  assert.deepEqual(asked[1]!.hop, { address: '203.0.113.9', helo: 'mail.sender.example' })
})

test('behind a relay of our own the server before it is judged, inside steps passed over', async () => {
  const asked: SenderEvidence[] = []
  const intake = judging({ ...judge(asked), trustedRelays: trustedRelays(['192.0.2.0/24']) })
  const received = (from: string) =>
    `Received: from ${from} by x with ESMTP; Sat, 21 Nov 2026 12:00:00 +0000\r\n`
  await bring(intake, {
    text: `${received('a ([10.0.0.1])')}Received: by x with LMTP id 1; Sat, 21 Nov 2026 12:00:00 +0000\r\n${received('b ([198.51.100.77])')}${text}`,
  })
  assert.deepEqual(asked[0]!.hop, { address: '198.51.100.77', helo: 'b' })
})

test('our own users are not judged by DNS', async () => {
  const asked: SenderEvidence[] = []
  await bring(judging(judge(asked)), {
    connection: asUser(world, ann),
    from: 'ann@corp.example',
    text: mail({ From: 'ann@corp.example' }),
  })
  assert.deepEqual(asked, [])
})

test('what passes on to the Internet is sealed with what was found out', async () => {
  const partner = await world.contact('partner', 'pat@partner.example')
  await world.group('team', [partner])
  const passed: SenderVerdict = {
    ...verdict,
    dmarc: { result: 'pass', fromDomain: 'sender.example', percent: 100, alignedBy: ['dkim'] },
  }
  await bring(judging(judge([], passed)), { to: ['team@corp.example'] })
  const queued = (await world.queue()).at(-1)!
  assert.match(queued.text, /^ARC-Seal: i=1;.*cv=none; d=corp\.example;/s)
  assert.match(
    queued.text,
    /ARC-Authentication-Results: i=1;\s+mx\.landbridge\.example;\s+dkim=none;\s+dmarc=pass/,
  )
  assert.match(queued.text, /\r\nX-Landbridge-Loop: lb-1;/)
})

test('winmail.dat is unfolded for mailboxes here', async () => {
  const body = encodeTnef({ attachments: [{ title: 'plan.txt', data: Buffer.from('the plan') }] })
  const parts = [
    '--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n',
    '--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n',
    `${Buffer.from(body)
      .toString('base64')
      .replace(/(.{76})/g, '$1\r\n')}\r\n--b--\r\n`,
  ]
  const header = {
    From: 'x@corp.example',
    'MIME-Version': '1.0',
    'Content-Type': 'multipart/mixed; boundary=b',
  }
  await send(world, {
    connection: EXCHANGE,
    from: 'x@corp.example',
    to: ['ann@corp.example'],
    text: mail(header, parts.join('')),
  })
  const got = (await world.inbox(ann)).at(-1)!
  assert.deepEqual(got.item.summary?.attachmentNames, ['plan.txt'])
  assert.doesNotMatch(got.text, /ms-tnef/)
})
