import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { waitingFor } from '#src/cli/waiting.ts'

function screen(isTTY: boolean) {
  let text = ''
  const stderr = {
    write: (more: string) => {
      text += more
    },
    isTTY,
  }
  const { signal } = new AbortController()
  return {
    shown: () => text,
    io: { stdin: Readable.from([]), stdout: stderr, stderr, environment: {}, signal },
  }
}

test('a terminal shows after two seconds that something is under way, and is left clean', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const { shown, io } = screen(true)
  const { promise, resolve } = Promise.withResolvers<number>()
  const waiting = waitingFor(io, promise)
  t.mock.timers.tick(1_999)
  assert.equal(shown(), '')
  t.mock.timers.tick(1)
  t.mock.timers.tick(1_000)
  assert.equal(shown(), '\r\x1b[2KWorking  2 s\r\x1b[2KWorking  3 s')
  resolve(7)
  assert.equal(await waiting, 7)
  t.mock.timers.tick(5_000)
  assert.ok(shown().endsWith('3 s\r\x1b[2K'))
})

test('what fails leaves the terminal clean too', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const { shown, io } = screen(true)
  const { promise, reject } = Promise.withResolvers<number>()
  const waiting = waitingFor(io, promise)
  t.mock.timers.tick(2_000)
  reject(new Error('no'))
  await assert.rejects(waiting, /no/)
  assert.ok(shown().endsWith('\r\x1b[2K'))
})

test('where nobody looks nothing is written', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const { shown, io } = screen(false)
  const { promise, resolve } = Promise.withResolvers<number>()
  const waiting = waitingFor(io, promise)
  t.mock.timers.tick(60_000)
  resolve(1)
  await waiting
  assert.equal(shown(), '')
})
