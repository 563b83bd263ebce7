import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { command, peer } from '#test/support/peers.ts'
import { acknowledgements, parseTrace } from './syscall-trace.ts'

const strace = peer('strace', command('strace'), 'install it (Debian: apt-get install strace)')
const program = fileURLToPath(new URL('./durable-writer.ts', import.meta.url))
const traced = 'trace=write,writev,pwrite64,pwritev,pwritev2,ftruncate,fsync,fdatasync,openat'

describe('no acknowledgement precedes the sync of what it acknowledges', () => {
  it('holds for every message, small or large, alone or in a group', {
    skip: strace.skip,
    timeout: 300_000,
  }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-durability-'))
    t.after(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, 'trace')
    const options = ['-f', '-ttt', '-y', '-s', '64', '-o', file, '-e', traced]
    await promisify(execFile)(strace.found, [...options, process.execPath, program, join(folder, 'data')], {
      env: { ...process.env, UV_USE_IO_URING: '0' },
    })
    const acks = acknowledgements(parseTrace(await readFile(file, 'utf8')))
    assert.deepEqual(
      acks.flatMap(({ faults }) => faults),
      [],
    )
    const of = (kind: string) => acks.filter(({ name }) => name.startsWith(kind))
    assert.deepEqual(
      ['single-inline', 'single-segment', 'grouped-inline', 'grouped-segment'].map((kind) => of(kind).length),
      [6, 6, 20, 20],
    )
    const wrote = (files: ReadonlySet<string>, end: string) => [...files].some((path) => path.endsWith(end))
    for (const { name, files } of [...of('single'), of('grouped-inline')[0]!, of('grouped-segment')[0]!]) {
      assert.ok(wrote(files, '.sqlite-wal'), `${name} wrote to the log`)
      assert.equal(wrote(files, '.segment'), name.includes('segment'), name)
    }
    // A group is one commit: only its first acknowledgement has anything new on disk behind it.
    const groups = of('grouped-inline').filter(({ files }) => files.size > 0)
    assert.ok(groups.length <= 2, `${groups.length} commits for 20 transactions that came together`)
  })

  const wal = '18</data/landbridge.sqlite-wal>'
  const log = (...calls: string[]) =>
    acknowledgements(
      parseTrace(
        calls
          .map((call, at) => `7${call.startsWith('@') ? '1' : '0'}  1.${at} ${call.replace('@', '')}`)
          .join('\n'),
      ),
    )
  const faults = (...calls: string[]) => log(...calls).flatMap((ack) => ack.faults)
  const ack = 'write(1<pipe:[5]>, "ACK a\\n", 6) = 6'
  const write = `pwrite64(${wal}, "x"..., 4096, 0) = 4096`
  const sync = `fdatasync(${wal}) = 0`

  it('is judged rightly: a sync between write and acknowledgement passes', () => {
    assert.deepEqual(faults(write, sync, ack), [])
    assert.deepEqual(
      faults(write, `@fdatasync(${wal} <unfinished ...>`, '@<... fdatasync resumed>) = 0', ack),
      [],
    )
    assert.deepEqual([...log(write, sync, ack)[0]!.files], ['/data/landbridge.sqlite-wal'])
  })

  for (const [what, calls] of Object.entries({
    'no sync at all': [write, ack],
    'a sync before the last write': [write, sync, write, ack],
    'a sync after the acknowledgement': [write, ack, sync],
    'a sync that has not ended': [
      write,
      `@fdatasync(${wal} <unfinished ...>`,
      ack,
      '@<... fdatasync resumed>) = 0',
    ],
    'a sync that began before the write ended': [
      `pwrite64(${wal}, "x"..., 4096, 0 <unfinished ...>`,
      `@fdatasync(${wal}) = 0`,
      '<... pwrite64 resumed>) = 4096',
      ack,
    ],
    'a sync that failed': [write, `fdatasync(${wal}) = -1 EIO (Input/output error)`, ack],
    'a sync of another file': [write, 'fdatasync(19</data/bodies/0000000001.segment>) = 0', ack],
    'a large body that is not synced': [
      'pwrite64(19</data/bodies/0000000001.segment>, "x"..., 4096, 0) = 4096',
      write,
      sync,
      ack,
    ],
    'a new file whose folder is not synced': [
      'openat(AT_FDCWD</>, "/data/bodies/0000000001.segment", O_RDWR|O_CREAT|O_EXCL, 0600) = 19</data/bodies/0000000001.segment>',
      ack,
    ],
  })) {
    it(`is judged rightly: ${what} is a fault`, () => assert.equal(faults(...calls).length, 1))
  }
})
