import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type LogOptions, openLog } from '#src/platform/log/open-log.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-log-'))
after(() => rmSync(scratch, { recursive: true }))

let count = 0
function open(options: Partial<LogOptions>, isTTY: boolean) {
  const file = join(scratch, String(++count), 'landbridge.log')
  const shown: string[] = []
  const stdout = { write: (text: string) => shown.push(text), isTTY }
  const opened = openLog({
    level: 'info',
    output: 'auto',
    file,
    maxFileBytes: 65_536,
    keptFiles: 2,
    stdout,
    ...options,
  })
  return { ...opened, file, shown }
}

test('programs get JSON lines on stdout', () => {
  const { log, shown, file } = open({}, false)
  log.info({ operation: 'CreateUser' }, 'Answered')
  log.debug('too small to tell')
  assert.equal(shown.length, 1)
  const line = JSON.parse(shown[0]!)
  assert.deepEqual([line.level, line.msg, line.operation], ['info', 'Answered', 'CreateUser'])
  assert.equal(existsSync(file), false)
})

test('people get readable lines, and the file the JSON', () => {
  const { log, shown, file } = open({}, true)
  log.warn({ peer: 'evil\x1b[31m' }, 'Refused\nforged line')
  assert.match(shown.join(''), /^\d\d:\d\d:\d\d warn {2}Refused\\nforged line {2}peer=evil\\x1b\[31m\n$/)
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).peer, 'evil\x1b[31m')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('secrets are not logged, also where somebody forgot', () => {
  const { log, shown } = open({}, false)
  const canary = 'canary-4711'
  log.info(
    {
      password: canary,
      input: { Password: canary },
      headers: { authorization: canary },
      a: { b: { secret: canary } },
    },
    'x',
  )
  assert.ok(!shown.join('').includes(canary), shown.join(''))
})

test('the file does not grow without end', () => {
  const { log, file, close } = open({ output: 'file' }, false)
  for (let line = 0; line < 3_000; line++) log.info({ line }, 'x'.repeat(100))
  close()
  for (const name of [file, `${file}.1`, `${file}.2`]) assert.ok(statSync(name).size <= 65_536, name)
  assert.equal(existsSync(`${file}.3`), false)
  assert.ok(readFileSync(file, 'utf8').includes('"line":2999'))
})
