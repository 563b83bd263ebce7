/** ClamAV's daemon with a database of one signature: the EICAR test string. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { clamd } from '#connectors/clamd/clamd.ts'
import { freePort } from '#src/app/demo/free-port.ts'
import type { ScanContent } from '#src/domain/scanning/scanner.ts'
import { command, firstFile, peer } from '#test/support/peers.ts'

const daemon = peer(
  'clamd',
  () => command('clamd')() ?? firstFile('/usr/sbin/clamd')(),
  'apt-get install clamav-daemon',
)
/** In halves, so that no scanner takes this file for the virus it is not. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

const contentOf = (text: string): ScanContent => ({
  sizeBytes: Buffer.byteLength(text),
  async *open() {
    yield Buffer.from(text)
  },
})
const attachment = (octets: string) =>
  [
    'From: a@b.test',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x',
    '',
    '--x',
    'Content-Type: application/octet-stream; name=invoice.com',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(octets).toString('base64'),
    '--x--',
    '',
  ].join('\r\n')

describe('clamd', { skip: daemon.skip, timeout: 300_000 }, () => {
  let folder: string
  let process: ChildProcess
  let port: number
  let socketPath: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-clamd-'))
    // As root it may drop to a user of its own, who must get in.
    await chmod(folder, 0o755)
    port = await freePort()
    socketPath = join(folder, 'clamd.sock')
    await writeFile(
      join(folder, 'eicar.ndb'),
      `Eicar-Test-Signature:0:*:${Buffer.from(eicar).toString('hex')}\n`,
    )
    const settings = [
      'Foreground yes',
      `DatabaseDirectory ${folder}`,
      `TemporaryDirectory ${folder}`,
      `LocalSocket ${socketPath}`,
      'TCPAddr 127.0.0.1',
      `TCPSocket ${port}`,
      'StreamMaxLength 1M',
    ]
    await writeFile(join(folder, 'clamd.conf'), `${settings.join('\n')}\n`)
    process = spawn(daemon.found, ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' })
    const scanner = clamd({ host: '127.0.0.1', port }, { attemptMs: 2_000, attempts: 1 })
    for (;;) {
      const { word } = await scanner.scan(contentOf('x'))
      if (word === 'PASS') break
      assert.equal(process.exitCode, null, 'clamd ended')
      await pause(200)
    }
  })
  after(async () => {
    if (process?.exitCode === null && process.signalCode === null) {
      process.kill('SIGKILL')
      await once(process, 'exit')
    }
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  it('finds the test virus in an attachment, over TCP and over its Unix socket', async () => {
    for (const at of [{ host: '127.0.0.1', port }, { path: socketPath }]) {
      const scanner = clamd(at)
      assert.deepEqual(await scanner.scan(contentOf(attachment('hello'))), { word: 'PASS' })
      assert.deepEqual(await scanner.scan(contentOf(attachment(eicar))), {
        word: 'FAIL',
        threat: 'Eicar-Test-Signature.UNOFFICIAL',
      })
    }
  })

  it('says when a message is larger than its StreamMaxLength', async () => {
    const verdict = await clamd({ host: '127.0.0.1', port }).scan(contentOf('x'.repeat(8_000_000)))
    assert.ok(verdict.word === 'PROCESSING_FAILED')
    // It closes while we still write, and its words may go with the connection; asking later helps in neither case.
    assert.match(verdict.failure, /^(?:too-large|unreadable)$/, verdict.reason)
  })

  it('is unavailable once it is gone', async () => {
    process.kill('SIGKILL')
    await once(process, 'exit')
    const verdict = await clamd({ path: socketPath }, { attempts: 2 }).scan(contentOf('x'))
    assert.ok(verdict.word === 'PROCESSING_FAILED' && verdict.failure === 'unavailable')
  })
})
