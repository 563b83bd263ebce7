import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { afterEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { clamd } from '#connectors/clamd/clamd.ts'
import { ScanTrouble } from '#connectors/scanner-attempt.ts'
import { exchange } from '#connectors/scanner-connection.ts'
import type { ScanContent } from '#src/domain/scanning/scanner.ts'
import { type ScriptedScanner, scriptedScanner } from '#test/support/scripted-scanner.ts'

let scanner: ScriptedScanner | undefined
afterEach(async () => {
  await scanner?.close()
  scanner = undefined
})

const contentOf = (...chunks: Buffer[]): ScanContent => ({
  sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  async *open() {
    yield* chunks
  },
})
const small = contentOf(Buffer.from('Subject: x\r\n\r\n'), Buffer.from('body'))
const patient = { attemptMs: 20_000, attempts: 2 }
const atEnd = (text: string) => (heard: Buffer, socket: Socket) => {
  if (heard.length > 10 && heard.subarray(-4).equals(Buffer.alloc(4))) socket.end(text)
}
const scan = async (answer: (heard: Buffer, socket: Socket) => void, content = small, limits = {}) => {
  scanner = await scriptedScanner(answer)
  return clamd(scanner.at, { ...patient, ...limits }).scan(content)
}

/** About the message; who breaks off is asked whether it is there, too. */
const timesAsked = () => scanner!.heard.filter((each) => each.toString('latin1') !== 'zPING\0').length

test('sends each chunk behind its length and reads OK', async () => {
  assert.deepEqual(await scan(atEnd('stream: OK\0')), { word: 'PASS' })
  const length = (octets: number) => `\0\0\0${String.fromCharCode(octets)}`
  assert.equal(
    scanner!.heard[0]!.toString('latin1'),
    `zINSTREAM\0${length(14)}Subject: x\r\n\r\n${length(4)}body${length(0)}`,
  )
})

test('names what was found', async () => {
  assert.deepEqual(await scan(atEnd('stream: Win.Test.EICAR_HDB-1 FOUND\0')), {
    word: 'FAIL',
    threat: 'Win.Test.EICAR_HDB-1',
  })
})

test('a large message is cut into chunks and comes whole', async () => {
  const large = contentOf(Buffer.alloc(5_000_000, 'x'), Buffer.alloc(1))
  assert.deepEqual(await scan(atEnd('stream: OK\0'), large), { word: 'PASS' })
  assert.equal(scanner!.heard[0]!.length, 10 + 5_000_001 + 4 * (77 + 1 + 1))
})

const troubles: [
  what: string,
  answer: (heard: Buffer, socket: Socket) => void,
  failure: string,
  asked: number,
][] = [
  ['silence', () => undefined, 'unavailable', 2],
  ['a closed connection', (_, socket) => socket.destroy(), 'unavailable', 2],
  ['nonsense', atEnd('hello\0'), 'unavailable', 2],
  ['an error about the message', atEnd("Can't allocate memory ERROR\0"), 'unreadable', 1],
  ['too large for it', (_, socket) => socket.end('INSTREAM size limit exceeded. ERROR\0'), 'too-large', 1],
  ['an endless answer', (_, socket) => socket.write(Buffer.alloc(400_000, 'x')), 'unavailable', 2],
]
for (const [what, answer, failure, asked] of troubles) {
  test(`${what} is PROCESSING_FAILED, ${failure}`, async () => {
    const verdict = await scan(answer, small, what === 'silence' ? { attemptMs: 300 } : {})
    assert.ok(verdict.word === 'PROCESSING_FAILED')
    assert.equal(verdict.failure, failure, verdict.reason)
    assert.equal(timesAsked(), asked)
  })
}

test('an early answer is heard while a large message is still on its way', async () => {
  let sent = 0
  const large: ScanContent = {
    sizeBytes: 20_000_000,
    async *open() {
      for (; sent < 300; sent++) yield Buffer.alloc(65_536)
    },
  }
  const verdict = await scan((_, socket) => socket.end('INSTREAM size limit exceeded. ERROR\0'), large)
  assert.ok(verdict.word === 'PROCESSING_FAILED' && verdict.failure === 'too-large')
  assert.ok(sent < 300)
})

test('the largest message that is taken here is shown to it (SEC-01)', async () => {
  const largest = { ...small, sizeBytes: 40 * 1024 * 1024 + 300_000 }
  assert.deepEqual(await scan(atEnd('stream: OK\0'), largest), { word: 'PASS' })
})

const breaksOff = (alive: boolean) => (heard: Buffer, socket: Socket) => {
  if (alive && heard.toString('latin1') === 'zPING\0') socket.end('PONG\0')
  else socket.resetAndDestroy()
}
for (const alive of [true, false]) {
  test(`who breaks off in the middle of a message each time ${alive ? 'and is there cannot read it' : 'is unavailable'}`, async () => {
    const large = contentOf(...Array.from({ length: 200 }, () => Buffer.alloc(65_536)))
    const verdict = await scan(breaksOff(alive), large)
    assert.ok(verdict.word === 'PROCESSING_FAILED')
    assert.equal(verdict.failure, alive ? 'unreadable' : 'unavailable', verdict.reason)
    assert.equal(timesAsked(), 2)
  })
}

test('nobody there is unavailable; more than the limit is not sent', async () => {
  scanner = await scriptedScanner(() => undefined)
  const tooMuch = await clamd(scanner.at, { maxBytes: 17 }).scan(small)
  assert.ok(tooMuch.word === 'PROCESSING_FAILED' && tooMuch.failure === 'too-large')
  assert.equal(scanner.heard.length, 0)
  await scanner.close()
  const nobody = await clamd(scanner.at, patient).scan(small)
  scanner = undefined
  assert.ok(nobody.word === 'PROCESSING_FAILED' && nobody.failure === 'unavailable')
  assert.match(nobody.reason, /ECONNREFUSED/)
})

test('who was never reached did not break off in the middle, even when it is there afterwards', async () => {
  const { at, close } = await scriptedScanner(() => undefined)
  await close()
  async function* question() {
    for (let piece = 0; piece < 500; piece++) {
      yield Buffer.from('x')
      await pause(1)
    }
  }
  await assert.rejects(
    exchange(at, question(), { signal: AbortSignal.timeout(20_000), endAfterQuestion: false }),
    (error) => error instanceof ScanTrouble && error.failure === 'unavailable' && !error.midway,
  )
})

test("an error of the message is not the scanner's", async () => {
  const broken: ScanContent = {
    sizeBytes: 10,
    async *open() {
      yield Buffer.from('x')
      throw new Error('disk gone')
    },
  }
  await assert.rejects(
    scan(() => undefined, broken),
    /disk gone/,
  )
})
