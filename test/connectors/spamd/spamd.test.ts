import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { spamd } from '#connectors/spamd/spamd.ts'
import type { ScanEnvelope, SpamVerdict } from '#src/domain/scanning/scanner.ts'
import { type ScriptedScanner, scriptedScanner } from '#test/support/scripted-scanner.ts'

let scanner: ScriptedScanner | undefined
afterEach(() => scanner?.close())

const message = 'Subject: x\r\n\r\nbuy'
const envelope: ScanEnvelope = {
  queueId: 'q1',
  sender: 'a@b.test',
  recipients: ['c@d.test'],
  user: 'c@d.test',
}

const scan = async (answer: string, changes: Partial<ScanEnvelope> = {}): Promise<SpamVerdict> => {
  scanner = await scriptedScanner((heard, socket) => {
    if (heard.includes('buy')) socket.end(answer)
  })
  const content = {
    sizeBytes: message.length,
    async *open() {
      yield Buffer.from(message)
    },
  }
  return spamd(scanner.at, { attemptMs: 20_000, attempts: 2 }).scan(content, { ...envelope, ...changes })
}

const spam =
  'SPAMD/1.1 0 EX_OK\r\nContent-length: 21\r\nSpam: True ; 1000.5 / 5.0\r\n\r\nGTUBE,NO_RELAYS,__X\r\n'

test('asks for the rules and reads score, threshold and rules', async () => {
  assert.deepEqual(await scan(spam), {
    word: 'FAIL',
    score: 1000.5,
    threshold: 5,
    rules: ['GTUBE', 'NO_RELAYS', '__X'],
  })
  assert.equal(
    scanner!.heard[0]!.toString(),
    `SYMBOLS SPAMC/1.5\r\nContent-length: 17\r\nUser: c@d.test\r\n\r\n${message}`,
  )
})

test('no spam passes; a name that could break the line is not told', async () => {
  const verdict = await scan('SPAMD/1.1 0 EX_OK\r\nSpam: False ; -1.9 / 5.0\r\n\r\n', { user: 'x\r\nY: z' })
  assert.deepEqual(verdict, { word: 'PASS', score: -1.9, threshold: 5, rules: [] })
  assert.ok(!scanner!.heard[0]!.includes('User'))
})

const troubles: [answer: string, failure: string, asked: number][] = [
  ['SPAMD/1.0 75 EX_TEMPFAIL\r\n\r\n', 'unavailable', 2],
  ['SPAMD/1.0 76 Bad header line\r\n\r\n', 'unreadable', 1],
  ['SPAMD/1.1 0 EX_OK\r\n\r\n', 'unreadable', 1],
  ['220 smtp here\r\n', 'unavailable', 2],
]
for (const [answer, failure, asked] of troubles) {
  test(`${JSON.stringify(answer)} is ${failure}`, async () => {
    const verdict = await scan(answer)
    assert.ok(verdict.word === 'PROCESSING_FAILED')
    assert.equal(verdict.failure, failure)
    assert.equal(scanner!.heard.length, asked)
  })
}
