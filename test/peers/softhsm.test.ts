import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { KeyRef } from '#src/domain/keys/provider.ts'
import { type Pkcs11Options, pkcs11Keys } from '#src/platform/keys/pkcs11.ts'
import { keyProviderContract, unavailable } from '#test/platform/keys/contract.ts'
import { landbridge } from '#test/stories/service-process.ts'

const modulePath =
  ['/usr/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so'].find(existsSync) ?? ''
const required = process.env.LANDBRIDGE_PEERS === 'required'
const absent = whyAbsent()
const skip = !required && absent
const token = 'landbridge test'
const userPin = '93847561'
const run = promisify(execFile)

let root: string
let configuration: string
let pinFile: string
const opened: ReturnType<typeof pkcs11Keys>[] = []
const connectAsItIs = (changes: Partial<Pkcs11Options>) => {
  const environment = { ...process.env, SOFTHSM2_CONF: configuration, TEST_PIN: userPin }
  const keys = pkcs11Keys({ module: modulePath, token, pin: { file: pinFile }, environment, ...changes })
  opened.push(keys)
  return keys
}
/** With time enough for its process to start on a busy machine. */
const connect = (changes: Partial<Pkcs11Options> = {}) => connectAsItIs({ timeoutMs: 60_000, ...changes })

before(async () => {
  if (skip) return
  assert.equal(absent, false)
  root = await mkdtemp(join(tmpdir(), 'landbridge-softhsm-'))
  configuration = join(root, 'softhsm2.conf')
  pinFile = join(root, 'pin')
  await mkdir(join(root, 'tokens'))
  await writeFile(configuration, `directories.tokendir = ${join(root, 'tokens')}\nlog.level = ERROR\n`)
  await writeFile(pinFile, `${userPin}\n`, { mode: 0o600 })
  const makeToken = ['--init-token', '--free', '--label', token, '--pin', userPin, '--so-pin', '10293847']
  await run('softhsm2-util', makeToken, { env: { ...process.env, SOFTHSM2_CONF: configuration } })
})
after(async () => {
  await Promise.all(opened.map((keys) => keys.close()))
  if (root) await rm(root, { recursive: true, force: true })
})

it('the commands of the guide hold an organisation in the token (docs/guide/operations.md)', {
  skip,
}, async () => {
  const config = join(root, 'landbridge.yaml')
  await writeFile(
    config,
    `dataFolder: data\nkeys:\n  provider: pkcs11\n  pkcs11:\n    module: ${modulePath}\n    token: ${token}\n    pin:\n      file: ${pinFile}\n`,
    { mode: 0o600 },
  )
  const environment = { SOFTHSM2_CONF: configuration }
  const ask = (line: string) => landbridge([...line.split(' '), '--config', config], { environment }).ended
  const tell = async (line: string) => {
    const { exitCode, stdout, stderr } = await ask(line)
    assert.equal(exitCode, 0, `${line}: ${stdout}${stderr}`)
    return stdout
  }
  await tell('config check')
  await tell('init --org acme --domain acme.example')
  await tell('user add anna --org acme')
  assert.match(await tell('key status --org acme'), /pkcs11/)
  await tell('key rotate --org acme')
  await tell('key disable --org acme --yes')
  const refused = await ask('user list --org acme')
  assert.deepEqual([refused.exitCode === 0, refused.stdout], [false, ''])
  await tell('key enable --org acme')
  assert.match(await tell('user list --org acme'), /anna/)
  await tell('org create other --key-provider pkcs11')
})

let shared: ReturnType<typeof pkcs11Keys> | undefined
keyProviderContract(
  'a SoftHSM token',
  () => {
    shared ??= connect()
    return shared
  },
  skip,
)

describe('a PKCS#11 token', { skip, timeout: 300_000 }, () => {
  const context = 'org:m-1/mailbox:a'
  let keys: ReturnType<typeof pkcs11Keys>
  let ref: KeyRef
  let wrapped: Uint8Array
  const unwrap = () => keys.unwrap(ref, wrapped, context)

  before(async () => {
    keys = connect()
    ref = await keys.create('m-1')
    wrapped = await keys.wrap(ref, randomBytes(32), context)
  })

  const pkcs11Tool = async (...args: string[]) => {
    const env = { ...process.env, SOFTHSM2_CONF: configuration, TEST_PIN: userPin }
    const login = ['--module', modulePath, '--token-label', token, '--login', '--pin', 'env:TEST_PIN']
    return (await run('pkcs11-tool', [...login, ...args], { env })).stdout
  }

  it('shows its key to the tools of others: AES-256, and not to be taken out', async () => {
    const objects = await pkcs11Tool('--list-objects', '--type', 'secrkey')
    const entry = objects.split('Secret Key').find((text) => text.includes(`landbridge ${ref.id} v1`)) ?? ''
    assert.match(entry, /AES length 32/, objects)
    assert.match(entry, /sensitive/)
    assert.match(entry, /never extractable/)
  })

  it('is read anew each time: a key that another program deletes or disables is gone at once', async () => {
    const lost = await keys.create('m-1')
    const octets = await keys.wrap(lost, randomBytes(32), context)
    const other = connect()
    await other.disable(lost)
    await assert.rejects(keys.unwrap(lost, octets, context), unavailable('disabled'))
    assert.equal(await keys.state(lost), 'disabled')
    await other.enable(lost)
    await keys.unwrap(lost, octets, context)
    await pkcs11Tool(
      '--delete-object',
      '--type',
      'secrkey',
      '--label',
      `landbridge ${lost.id} v${lost.version}`,
    )
    await assert.rejects(keys.unwrap(lost, octets, context), unavailable('missing', /backup/))
    assert.equal(await keys.state(lost), 'missing')
  })

  it('keeps the PIN out of the command line and the environment of its process', async () => {
    const keys = connect({ pin: { variable: 'TEST_PIN' } })
    const before = children()
    assert.equal(await keys.state(ref), 'enabled')
    const [started] = children().filter((id) => !before.includes(id))
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${started}/${file}`, 'latin1')
      assert.equal(text.includes(userPin), false, file)
    }
  })

  it('that hangs is unreachable in time, keeps the event loop free, and works again later', async () => {
    const keys = connect({ timeoutMs: 5_000 })
    const before = children()
    await keys.unwrap(ref, wrapped, context)
    const [started] = children().filter((id) => !before.includes(id))
    process.kill(started!, 'SIGSTOP')
    let ticks = 0
    const clock = setInterval(() => ticks++, 20)
    const start = performance.now()
    const attempts = Array.from({ length: 20 }, () =>
      assert.rejects(keys.unwrap(ref, wrapped, context), unavailable('unreachable')),
    )
    // This one still has a little time when the hang ends; it must not spoil the calls after it.
    attempts.push(
      pause(30).then(() => assert.rejects(keys.unwrap(ref, wrapped, context), unavailable('unreachable'))),
    )
    await Promise.all(attempts)
    const took = performance.now() - start
    clearInterval(clock)
    // One after the other they were 105 seconds.
    assert.ok(took < 40_000, `${took} ms`)
    assert.ok(ticks > 3, `${ticks} ticks`)
    await keys.unwrap(ref, wrapped, context)
  })

  it('answers within 5 seconds unless told otherwise', async () => {
    const keys = connectAsItIs({})
    const before = children()
    await keys.state(ref)
    const [started] = children().filter((id) => !before.includes(id))
    process.kill(started!, 'SIGSTOP')
    const start = performance.now()
    await assert.rejects(keys.unwrap(ref, wrapped, context), unavailable('unreachable', /4.5 seconds/))
    assert.ok(performance.now() - start < 20_000)
  })

  it('whose process crashes is asked again without anybody noticing', async () => {
    const keys = connect()
    const before = children()
    await keys.state(ref)
    const [started] = children().filter((id) => !before.includes(id))
    const answers = Array.from({ length: 20 }, () => keys.unwrap(ref, wrapped, context))
    process.kill(started!, 'SIGKILL')
    await Promise.all(answers)
  })

  it('that is not there is unreachable, and found when it comes', async () => {
    const keys = connect()
    await rename(join(root, 'tokens'), join(root, 'drawer'))
    await mkdir(join(root, 'tokens'))
    try {
      await assert.rejects(keys.unwrap(ref, wrapped, context), unavailable('unreachable', /landbridge test/))
    } finally {
      await rm(join(root, 'tokens'), { recursive: true })
      await rename(join(root, 'drawer'), join(root, 'tokens'))
    }
    await pause(1_100)
    await keys.unwrap(ref, wrapped, context)
  })

  it('with a wrong module is unreachable', async () => {
    const nowhere = connect({ module: '/nowhere/lib.so' })
    await assert.rejects(nowhere.state(ref), unavailable('unreachable', /\/nowhere\/lib\.so.*path/))
    const stray = connect({ module: pinFile })
    await assert.rejects(stray.state(ref), unavailable('unreachable'))
  })

  it('tries a wrong PIN once only, and the corrected one at once', async () => {
    const file = join(root, 'wrong-pin')
    await writeFile(file, '00000000', { mode: 0o600 })
    const keys = connect({ pin: { file } })
    await assert.rejects(keys.state(ref), unavailable('denied', /refuses the PIN/))
    await pause(1_100)
    const before = children()
    await assert.rejects(keys.state(ref), unavailable('denied', /refused this PIN/))
    assert.ok(children().every((id) => before.includes(id)))
    await writeFile(file, userPin)
    await pause(1_100)
    assert.equal(await keys.state(ref), 'enabled')
  })

  it('needs a PIN that only we can read', async () => {
    const file = join(root, 'wide-pin')
    await writeFile(file, userPin)
    await chmod(file, 0o644)
    await assert.rejects(connect({ pin: { file } }).state(ref), unavailable('denied', /chmod 600/))
    await assert.rejects(connect({ pin: { file: join(root, 'no-pin') } }).state(ref), unavailable('missing'))
    await assert.rejects(
      connect({ pin: { variable: 'NO_SUCH_PIN' } }).state(ref),
      unavailable('denied', /NO_SUCH_PIN/),
    )
  })

  it('that was closed says so, and leaves no process', async () => {
    const before = children()
    const keys = connect()
    await keys.state(ref)
    await keys.close()
    await assert.rejects(keys.state(ref), unavailable('unreachable', /closed/))
    for (let waited = 0; children().some((id) => !before.includes(id)); waited += 10) {
      assert.ok(waited < 20_000)
      await pause(10)
    }
  })

  it('still opens what it wrapped first', async () => {
    await unwrap()
  })
})

/** Process ids of our own children. */
function children(): number[] {
  const list = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'latin1')
  return list.split(' ').filter(Boolean).map(Number)
}

function whyAbsent(): string | false {
  if (process.platform !== 'linux') return 'the Linux packages of SoftHSM are what this test knows'
  if (!modulePath) return 'softhsm2 is not installed (Debian: apt-get install softhsm2 opensc)'
  for (const tool of ['softhsm2-util', 'pkcs11-tool']) {
    try {
      execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' })
    } catch {
      return `${tool} is not installed (Debian: apt-get install softhsm2 opensc)`
    }
  }
  try {
    createRequire(import.meta.url).resolve('koffi')
  } catch {
    return 'the package koffi is not installed (npm ci --include=optional)'
  }
  return false
}
