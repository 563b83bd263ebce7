import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '#src/app/demo/free-port.ts'

const module = fileURLToPath(new URL('../../../src/app/demo/free-port.ts', import.meta.url))

test('no two processes are given the same port while both live, and a process ends though it has some', async () => {
  const mine = [await freePort(), await freePort()]
  assert.notEqual(mine[0], mine[1])
  // As if it had our process number, and so began where we did.
  const program = `
    Object.defineProperty(process, 'pid', { value: ${process.pid} })
    const { freePort } = await import(${JSON.stringify(module)})
    console.log(JSON.stringify([await freePort(), await freePort()]))
  `
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = await once(child, 'close')
  assert.equal(code, 0)
  const theirs: number[] = JSON.parse(said)
  assert.equal(
    [...new Set([...mine, ...theirs])].length,
    4,
    `${mine.join(' ')} here, ${theirs.join(' ')} there`,
  )
})
