import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { lockDataFolder } from '#src/store/lock.ts'
import { freshFolder, landbridge } from './service-process.ts'

const data = freshFolder('ended-demonstration', after)
after(() => rmSync(dirname(data), { recursive: true, force: true }))
const demonstrate = (...args: string[]) => landbridge(['demo', '--data', data, ...args])
type Demonstration = ReturnType<typeof demonstrate>

/** Waits until something was said, or it ended. */
async function said(demonstration: Demonstration, text: string): Promise<void> {
  while (!demonstration.logged().includes(text)) {
    if (demonstration.child.exitCode !== null) {
      const { stdout, stderr } = await demonstration.ended
      assert.fail(`It ended before "${text}" was said: ${stdout}${stderr}`)
    }
    await pause(50)
  }
}

/** Every lock of the folder is free, so no process of it is left. */
function assertNobodyIsLeft(): void {
  for (const folder of [data, join(data, 'exchange'), join(data, 'landbridge')])
    if (existsSync(folder)) lockDataFolder(folder).release()
}

for (const [stage, text] of [
  ['mailboxes are filled', 'The directory is'],
  ['both sides run', 'Exchange answers at'],
  ['a command is under way', '$ landbridge gal sync'],
] as const)
  test(`Ctrl-C while ${stage} ends everything, and the folder can be used again`, {
    timeout: 300_000,
  }, async () => {
    const demonstration = demonstrate()
    await said(demonstration, text)
    demonstration.child.kill('SIGINT')
    const { exitCode, stderr } = await demonstration.ended
    assert.equal(exitCode, 130)
    assert.equal(stderr, 'landbridge: Interrupted.\n')
    assertNobodyIsLeft()
  })

test('a side that dies is named with its log, and a second demonstration is kept out meanwhile', {
  timeout: 300_000,
}, async () => {
  const demonstration = demonstrate()
  await said(demonstration, 'Exchange answers at')
  const second = await demonstrate().ended
  assert.equal(second.exitCode, 75)
  assert.match(second.stderr, new RegExp(`${data} is in use by process ${demonstration.child.pid}`))
  const pid = Number(readFileSync(join(data, 'exchange', 'pid'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  const { exitCode, stderr } = await demonstration.ended
  assert.equal(exitCode, 1)
  assert.match(stderr, new RegExp(`The process of the exchange side \\(${pid}\\) has ended: SIGKILL`))
  const log = /Its log is (\S+);/.exec(stderr)![1]!
  assert.ok(existsSync(log))
  assertNobodyIsLeft()
})

test('a service of an earlier demonstration that still runs keeps its folder', {
  timeout: 300_000,
}, async () => {
  const demonstration = demonstrate()
  await said(demonstration, 'Exchange answers at')
  const pid = Number(readFileSync(join(data, 'landbridge', 'pid'), 'utf8'))
  // Killed itself, it takes nobody along.
  demonstration.child.kill('SIGKILL')
  await demonstration.ended
  const second = await demonstrate().ended
  assert.equal(second.exitCode, 75)
  assert.match(second.stderr, /is in use by process \d+\. Stop that one first/)
  for (const side of ['exchange', 'landbridge'])
    process.kill(Number(readFileSync(join(data, side, 'pid'), 'utf8')))
  while (existsSync(`/proc/${pid}`)) await pause(50)
})

test('ports that are taken, and options that do not go together, are told before anything is done', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  after(() => taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }
  for (const [args, exitCode, sentence] of [
    [['--smarthost', '1'], 1, /No mail server answers on port 1 of this machine/],
    [
      ['--smarthost', String(port), '--mail-ports', `${port},2525`],
      1,
      /Port \d+ cannot be listened on \(EADDRINUSE\)/,
    ],
    [['--smarthost', '25', '--mail-ports', '2525'], 2, /write two ports with a comma/],
    [['--smarthost', 'mail.example'], 2, /is no port/],
    [['--mail-ports', '1,2'], 2, /goes with --smarthost/],
    [['--bind', 'somebody'], 2, /go with --directory/],
    [['--directory', 'ldap://localhost'], 2, /write it as ldaps:\/\//],
    [['--directory', 'ldaps://localhost:1'], 2, /Say with --bind/],
    [['--json'], 2, /migrate report move --json/],
  ] as const) {
    const ended = await demonstrate(...args).ended
    assert.equal(ended.exitCode, exitCode, `${args}: ${ended.stderr}`)
    assert.match(ended.stderr, sentence)
  }
})
