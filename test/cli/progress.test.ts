import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import type { Io } from '#src/cli/io.ts'
import { formatProgress, Progress } from '#src/cli/progress.ts'

test('a line tells part, rate and time left', () => {
  const line = formatProgress({ what: 'Copying', done: 300, total: 1200 }, 3, 300)
  assert.equal(line, 'Copying  [######------------------] 25 %  300 of 1,200  100/s  0:09 left')
})

test('while the total is not known it counts', () => {
  assert.equal(formatProgress({ what: 'Looking', done: 5, total: 0 }, 10, 5), 'Looking  5  0.5/s')
})

function run(isTTY: boolean, seconds: readonly number[]): string {
  let now = 0
  let text = ''
  const stderr = {
    write: (more: string) => {
      text += more
    },
    isTTY,
    columns: 200,
  }
  const io: Io = {
    stdin: Readable.from([]),
    stdout: stderr,
    stderr,
    environment: {},
    signal: new AbortController().signal,
  }
  const progress = new Progress(io, () => now)
  for (const second of seconds) {
    now = second * 1000
    progress.show({ what: 'Copying', done: second, total: 100 })
  }
  progress.end()
  return text
}

test('nothing is shown in the first two seconds', () => {
  assert.equal(run(true, [0, 1, 1.9]), '')
})

test('a terminal gets one line that is drawn over and wiped at the end', () => {
  const text = run(true, [0, 3, 4])
  assert.equal(text.split('\r\x1b[2K').length, 4)
  assert.ok(text.endsWith('\r\x1b[2K') && !text.includes('\n'))
})

test('elsewhere a plain line comes every five seconds', () => {
  const text = run(false, [0, 5, 6, 7, 11])
  assert.equal(text.split('\n').length - 1, 2)
  assert.ok(!text.includes('\x1b'))
})

test('elsewhere a line that says the same is not said again', () => {
  let now = 0
  let lines = 0
  const stderr = { write: () => ++lines, isTTY: false }
  const { signal } = new AbortController()
  const io = { stdin: Readable.from([]), stdout: stderr, stderr, environment: {}, signal } as unknown as Io
  const progress = new Progress(io, () => now)
  for (now = 0; now < 120_000; now += 1_000)
    progress.show({ what: 'Looking', done: now < 60_000 ? 0 : 1, total: 2 })
  assert.equal(lines, 2)
})
