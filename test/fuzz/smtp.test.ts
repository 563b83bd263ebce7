/**
 * Mutated command and DATA streams against the session. LANDBRIDGE_FUZZ is how many (2,000 if not said), and
 * LANDBRIDGE_FUZZ_SEED where the random numbers begin, so that a failure can be had again.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmtpSession } from '#src/protocols/smtp/session.ts'
import { MemoryPeer } from '#test/protocols/smtp/memory-peer.ts'
import { ScriptedIntake } from '#test/protocols/smtp/scripted-intake.ts'
import { optionsFor } from '#test/protocols/smtp/transcript.ts'
import { type Random, randomNumbers } from './random.ts'

const count = Number(process.env.LANDBRIDGE_FUZZ ?? 2_000)
const seed = Number(process.env.LANDBRIDGE_FUZZ_SEED ?? 1)

const commands = [
  'EHLO a.example\r\n',
  'HELO b.example\r\n',
  'MAIL FROM:<bob@sender.example>\r\n',
  'MAIL FROM:<> SIZE=10 BODY=8BITMIME RET=HDRS ENVID=x\r\n',
  'RCPT TO:<ann@corp.example>\r\n',
  'RCPT TO:<ghost@corp.example>\r\n',
  'RCPT TO:<"a b"@[IPv6:::1]> NOTIFY=DELAY ORCPT=rfc822;x\r\n',
  'DATA\r\n',
  'Subject: x\r\n\r\nbody\r\n',
  '..dot\r\n',
  '.\r\n',
  '\r\n.\r\n',
  '\n.\n',
  '\n.\r\n',
  '\r.\r',
  '\r\n.\n',
  'BDAT 5\r\nhello',
  'BDAT 0 LAST\r\n',
  'BDAT 3 LAST\r\nx\r\n',
  'RSET\r\n',
  'NOOP\r\n',
  'VRFY x\r\n',
  'HELP\r\n',
  'STARTTLS\r\n',
  'AUTH PLAIN AGFubkBjb3JwLmV4YW1wbGUAb3BlbiBzZXNhbWU=\r\n',
  'AUTH LOGIN\r\n',
  'YW5uQGNvcnAuZXhhbXBsZQ==\r\n',
  'b3BlbiBzZXNhbWU=\r\n',
  '*\r\n',
  'QUIT\r\n',
  '\0',
  '\xff',
  'x'.repeat(3_000),
  'x'.repeat(120),
]
const login = 'AUTH PLAIN AGFubkBjb3JwLmV4YW1wbGUAb3BlbiBzZXNhbWU=\r\n'
const opening = {
  mx: ['EHLO a.example\r\n'],
  submission: ['EHLO a.example\r\n', 'STARTTLS\r\n', 'EHLO a.example\r\n', login],
  submissions: ['EHLO a.example\r\n', login],
}
const envelope = ['MAIL FROM:<bob@sender.example>\r\n', 'RCPT TO:<ann@corp.example>\r\n']
const messages = [
  [...envelope, 'DATA\r\n', 'Subject: x\r\n\r\nbody\r\n', '.\r\n'],
  [...envelope, 'BDAT 5\r\nhello', 'BDAT 5 LAST\r\n\r\n.\r\n'],
  [...envelope, 'RCPT TO:<ghost@corp.example>\r\n', 'DATA\r\n', '..dot\r\n.', '\r\n'],
]

type Role = keyof typeof opening

/** A good dialogue with something left out, put in, changed or repeated here and there. */
function stream(role: Role, random: Random): string {
  const parts = [...opening[role]]
  for (let left = 1 + random(3); left > 0; left--) parts.push(...messages[random(messages.length)]!)
  for (let changes = random(4); changes > 0; changes--) {
    const at = random(parts.length)
    const other = commands[random(commands.length)]!
    parts.splice(at, random(2), ...(random(3) === 0 ? [] : [other]))
  }
  let text = parts.join('')
  for (let mutations = random(3); mutations > 0; mutations--) {
    const at = random(text.length)
    const kind = random(4)
    if (kind === 0) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1)
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(8))
    else if (kind === 2) text = text.slice(0, at) + text.slice(random(text.length))
    else text = `${text.slice(0, at)}\r\n${text.slice(at)}`
  }
  return text
}

const replyLine = /^(?:[2345]\d\d)(?:-| [245]\.\d\.\d{1,2} | |$)/

async function play(role: Role, text: string, random: Random): Promise<number> {
  const intake = new ScriptedIntake([
    { call: 'recipient', argument: 'ghost@corp.example', outcome: 'no-such-entry' },
  ])
  const settings = {
    role,
    tls: role === 'submissions',
    startTls: random(4) > 0,
    limits: { messageBytes: 2_000, drainBytes: 2_000 },
  }
  const errors: unknown[] = []
  const options = optionsFor(settings, intake)
  const log = Object.assign(Object.create(options.log), { error: (facts: unknown) => errors.push(facts) })
  const peer = new MemoryPeer()
  const ended = new SmtpSession(peer.stream, { ...options, log }).run()
  // Most clients wait where they must: behind EHLO, and behind STARTTLS.
  const groups = random(8) === 0 ? [text] : text.split(/(?<=(?:EHLO|HELO|STARTTLS)[^\n]*\n)/)
  for (const group of groups) {
    const octets = Buffer.from(group, 'latin1')
    for (let at = 0; at < octets.length; ) {
      const size = random(3) === 0 ? 1 + random(20) : octets.length
      peer.send(octets.subarray(at, at + size))
      at += size
      await peer.settle(1)
    }
    await peer.settle(2)
  }
  peer.hangUp()
  await ended
  assert.deepEqual(errors, [], 'the session failed for a reason of its own')
  judge(text, peer.taken(), intake, settings)
  return intake.messages.length
}

/** What must hold whatever was sent. */
function judge(
  text: string,
  output: string,
  intake: ScriptedIntake,
  { role, startTls }: { role: string; startTls: boolean },
): void {
  const lines = output.split('\r\n').slice(0, -1)
  assert.match(lines[0]!, /^220 /)
  for (const line of lines) {
    assert.match(line, replyLine)
    assert.ok(line.length < 512)
  }
  const finished = intake.calls.filter((call) => call.startsWith('finish'))
  const accepted = lines.filter((line) => line.startsWith('250 2.0.0 OK, taken as'))
  assert.equal(accepted.length, finished.length, 'a 250 for each message made durable, and for no other')
  for (const { content, recipients } of intake.messages) {
    assert.ok(content.length <= 2_000)
    assert.ok(recipients.length > 0 && !recipients.includes('ghost@corp.example'))
    assert.doesNotMatch(content.toString('latin1').replaceAll('\r\n', ''), /[\r\n]/)
  }
  // Each message began, and each that began was finished or let go.
  const begun = intake.calls.filter((call) => call.startsWith('begin'))
  const letGo = intake.calls.filter((call) => call === 'abort')
  assert.equal(begun.length, finished.length + letGo.length, intake.calls.join('\n'))
  if (role !== 'mx')
    for (const call of begun) assert.match(call, / TLS (?!nobody$)/, 'only with TLS and a login')
  if (role === 'submission' && !startTls) assert.equal(begun.length, 0)
  if (!text.includes('.\r\n') && !/LAST/i.test(text)) assert.equal(finished.length, 0)
}

test(`${count} mutated sessions, from seed ${seed}`, { timeout: 24 * 3_600_000 }, async (t) => {
  const atOnce = 50
  let arrived = 0
  for (let done = 0; done < count; done += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - done) }, async (_, index) => {
      const random = randomNumbers(seed * 1_000_003 + done + index)
      const role = (['mx', 'submission', 'submissions'] as const)[random(3)]!
      const text = stream(role, random)
      try {
        const taken = await play(role, text, random)
        arrived += taken
      } catch (error) {
        throw new Error(`session ${done + index} of seed ${seed}: ${JSON.stringify(text)}`, { cause: error })
      }
    })
    await Promise.all(some)
    if (done % 50_000 === 0) global.gc?.()
  }
  t.diagnostic(`seed ${seed}: ${count} sessions, in which ${arrived} messages were taken`)
  assert.ok(
    arrived > count / 3,
    `only ${arrived} messages came through: the streams are too broken to find much`,
  )
  assert.ok(process.memoryUsage().heapUsed < 400_000_000)
})
