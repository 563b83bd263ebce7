/** Rspamd with one worker and no modules: what it must know is the GTUBE test string. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { rspamd } from '#connectors/rspamd/rspamd.ts'
import { freePort } from '#src/app/demo/free-port.ts'
import type { ScanContent, ScanEnvelope } from '#src/domain/scanning/scanner.ts'
import { command, peer } from '#test/support/peers.ts'

const daemon = peer('rspamd', command('rspamd'), 'apt-get install rspamd')
/** In halves, so that no filter takes this file for spam. */
const gtube = ['XJS*C4JDBQADN1.NSBN3*2IDNEN*', 'GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'].join('')

const mail = (text: string): ScanContent => {
  const octets = Buffer.from(`From: a@b.test\r\nTo: c@d.test\r\nSubject: x\r\n\r\n${text}\r\n`)
  return {
    sizeBytes: octets.length,
    async *open() {
      yield octets.subarray(0, 20)
      yield octets.subarray(20)
    },
  }
}
const envelope: ScanEnvelope = {
  queueId: 'queue-name-of-the-test',
  clientAddress: '192.0.2.1',
  helo: 'mx.b.test',
  sender: 'a@b.test',
  recipients: ['c@d.test', 'e@d.test'],
}

describe('rspamd', { skip: daemon.skip, timeout: 300_000 }, () => {
  let folder: string
  let process: ChildProcess
  let url: string
  let log = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-rspamd-'))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const settings = `
      options {
        pidfile = "${folder}/rspamd.pid";
        tempdir = "${folder}";
        filters = "";
        dns { nameserver = ["127.0.0.1"]; timeout = 0.1s; retransmits = 1; }
        max_message = 2mb;
      }
      logging { type = "console"; level = "info"; log_usec = false; color = false; }
      metric { name = "default"; actions { reject = 15; add_header = 6; greylist = 4; } }
      worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
    `
    await writeFile(join(folder, 'rspamd.conf'), settings)
    const args = [
      '-f',
      '-i',
      '-c',
      join(folder, 'rspamd.conf'),
      '--var',
      `DBDIR=${folder}`,
      '--var',
      `RUNDIR=${folder}`,
    ]
    process = spawn(daemon.found, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    process.stdout!.on('data', (chunk) => (log += chunk))
    process.stderr!.on('data', (chunk) => (log += chunk))
    const scanner = rspamd(url, { attemptMs: 2_000, attempts: 1 })
    for (;;) {
      const { word } = await scanner.scan(mail('x'), envelope)
      if (word !== 'PROCESSING_FAILED') break
      assert.equal(process.exitCode, null, log)
      await pause(200)
    }
  })
  after(async () => {
    if (process?.exitCode === null && process.signalCode === null) {
      process.kill('SIGTERM')
      await once(process, 'exit')
    }
    if (folder) await rm(folder, { recursive: true, force: true })
  })

  it('calls the test string spam and lets plain mail pass', async () => {
    const spam = await rspamd(url).scan(mail(gtube), envelope)
    assert.ok(spam.word === 'FAIL', JSON.stringify(spam))
    assert.deepEqual(spam.rules, ['GTUBE'])
    const plain = await rspamd(url).scan(mail('hello'), envelope)
    assert.ok(plain.word === 'PASS', JSON.stringify(plain))
  })

  it('learns the envelope from us', async () => {
    await rspamd(url).scan(mail('hello again'), envelope)
    for (const told of [
      'qid: <queue-name-of-the-test>',
      'ip: 192.0.2.1',
      'from: <a@b.test>',
      'c@d.test,e@d.test',
    ]) {
      assert.ok(log.includes(told), `${told} is not in: ${log.slice(-2_000)}`)
    }
  })
})
