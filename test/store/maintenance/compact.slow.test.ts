import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { copyFile, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import type { StagedBody } from '#src/domain/mailbox/store.ts'
import { SEGMENT_BYTES, Segments } from '#src/store/bodies/segments.ts'
import { Keepers } from '#src/store/maintenance/keepers.ts'
import {
  appendMessage,
  readAll,
  stageBytes,
  type TemporaryStore,
  temporaryStore,
} from '#test/support/store.ts'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

const LARGE = 80_000
const noProc = existsSync('/proc/self/fd') ? false : 'needs /proc'

describe('compaction', () => {
  let temporary: TemporaryStore
  beforeEach(async () => {
    temporary = await temporaryStore({ mailboxes: 2 })
  })
  afterEach(() => temporary.remove())

  const append = (text: string, box = temporary.mailboxes[0]!) =>
    appendMessage(temporary.store, box, text, Buffer.alloc(LARGE, text))
  const remove = (items: readonly ItemState[], box = temporary.mailboxes[0]!) =>
    temporary.store.transact({ organization: box.organization, mailboxes: [box.mailbox] }, (w) =>
      w.mailboxes.removeItems(
        box,
        items.map(({ no }) => no),
      ),
    )
  const files = async () =>
    (await readdir(join(temporary.folder, 'bodies'))).map((name) => Number.parseInt(name, 10))
  const sound = async () => assert.deepEqual((await temporary.care.check({ bodies: true })).findings, [])
  const text = async ({ body }: ItemState, box = temporary.mailboxes[0]!) =>
    (await readAll(temporary.store, box, body!)).toString('latin1')

  it('moves what is alive out of a file that is mostly garbage, and removes the file', async () => {
    const items = []
    for (const name of 'abcdefghij') items.push(await append(name))
    await remove(items.slice(0, 8))
    await temporary.care.tidy()
    assert.deepEqual(await files(), [1], 'the file that is written to stays')
    await temporary.reopen()
    await temporary.care.tidy()
    assert.deepEqual(await files(), [2])
    assert.equal(await text(items[8]!), 'i'.repeat(LARGE))
    assert.equal(await text(items[9]!), 'j'.repeat(LARGE))
    await sound()
    const { bodyBytes } = await temporary.care.statistics()
    assert.ok(bodyBytes < 2.1 * LARGE, `${bodyBytes}`)
  })

  it('leaves a file alone of which half is alive', async () => {
    const items = [await append('a'), await append('b')]
    await remove(items.slice(0, 1))
    await temporary.reopen()
    await temporary.care.tidy()
    assert.deepEqual(await files(), [1])
    await sound()
  })

  it('makes one file of many small ones that restarts left, and not of a few', async () => {
    const items = []
    for (const name of 'abcdefgh') {
      items.push(await append(name))
      await temporary.reopen()
    }
    await temporary.care.tidy()
    assert.equal((await files()).length, 8)
    items.push(await append('i'))
    await temporary.reopen()
    await temporary.care.tidy()
    assert.deepEqual(await files(), [10])
    assert.equal(await text(items[0]!), 'a'.repeat(LARGE))
    assert.equal(await text(items[8]!), 'i'.repeat(LARGE))
    await sound()
    await temporary.reopen()
    await temporary.care.tidy()
    assert.deepEqual(await files(), [10])
  })

  it('opens no file whose living octets stay where they are', { skip: noProc }, async () => {
    for (const name of 'abc') {
      await append(name)
      await temporary.reopen()
    }
    await temporary.care.tidy()
    const links = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    )
    assert.deepEqual(
      links.filter((link) => link.startsWith(join(temporary.folder, 'bodies'))),
      [],
    )
  })

  it('goes on during a check, which still finds everything where it was', async () => {
    const items = []
    for (const name of 'abcde') items.push(await append(name))
    await remove(items.slice(0, 4))
    await temporary.reopen()
    let tidied: Promise<void> | undefined
    const result = await temporary.care.check({ bodies: true }, () => {
      tidied ??= temporary.care.tidy()
    })
    await tidied
    assert.deepEqual(result.findings, [])
    assert.equal(result.bodies, 1)
    assert.deepEqual(await files(), [2])
    assert.equal(await text(items[4]!), 'e'.repeat(LARGE))
  })

  it('removes no file before the last check or backup is done with it', async () => {
    const segments = await Segments.open(join(temporary.folder, 'more'))
    const { segment } = await segments.reserve(10)
    const keepers = new Keepers(segments)
    const { promise: first, resolve: endFirst } = Promise.withResolvers<void>()
    const { promise: second, resolve: endSecond } = Promise.withResolvers<void>()
    const keeping = [keepers.keeping(() => first), keepers.keeping(() => second)]
    await keepers.retire(segment)
    assert.deepEqual(await segments.list(), [segment])
    endFirst()
    await keeping[0]
    assert.deepEqual(await segments.list(), [segment])
    endSecond()
    await keeping[1]
    assert.deepEqual(await segments.list(), [])
    await segments.close()
  })

  it('lets a reader finish that began before', async () => {
    const items = []
    for (const name of 'abcde') items.push(await append(name))
    const long = await appendMessage(
      temporary.store,
      temporary.mailboxes[0]!,
      'long',
      Buffer.alloc(2_000_000, 'z'),
    )
    const more = []
    for (let i = 0; i < 4; i++)
      more.push(await appendMessage(temporary.store, temporary.mailboxes[0]!, 'more', 2_000_000))
    await remove([...items, ...more])
    await temporary.reopen()
    let bytes = 0
    for await (const chunk of temporary.store.mailboxes.readBody(temporary.mailboxes[0]!, long.body!)) {
      if (bytes === 0) {
        await temporary.care.tidy()
        assert.deepEqual(await files(), [2])
      }
      bytes += chunk.length
    }
    assert.equal(bytes, 2_000_000)
  })

  it('removes files that a crash left without any row, and no others', async () => {
    await append('a')
    await temporary.reopen()
    const name = (no: number) => join(temporary.folder, 'bodies', `${String(no).padStart(10, '0')}.segment`)
    await copyFile(name(1), name(7))
    await temporary.reopen()
    await temporary.care.tidy()
    assert.deepEqual(await files(), [1])
    await sound()
  })

  it('spares a body that is taken in but has no row yet, for as long as somebody has it', async () => {
    const box = temporary.mailboxes[0]!
    let staged: StagedBody | undefined = await stageBytes(temporary.store, box, Buffer.alloc(100_000, 's'))
    await remove([await append('a'), await append('b'), await append('c')])
    await beginSegment(temporary)
    assert.deepEqual(await files(), [1, 2])
    collectGarbage()
    await temporary.care.tidy()
    assert.deepEqual(await files(), [1, 2])
    const item = await temporary.store.transact(
      { organization: box.organization, mailboxes: [box.mailbox] },
      (w) =>
        w.mailboxes.appendItem(box, {
          folder: box.inbox,
          class: 'message',
          receivedAt: 0,
          body: staged!,
          summary: { subject: 's' },
        }),
    )
    staged = undefined
    assert.equal(await text(item), 's'.repeat(100_000))
    for (let i = 0; existsSync(join(temporary.folder, 'bodies', '0000000001.segment')); i++) {
      assert.ok(i < 500, 'the file is compacted once nobody has the body any more')
      collectGarbage()
      await new Promise((resolve) => setTimeout(resolve, 10))
      await temporary.care.tidy()
    }
    assert.equal(await text(item), 's'.repeat(100_000))
    await sound()
  })

  it('takes no file for garbage while it is being made', async () => {
    const segments = await Segments.open(join(temporary.folder, 'more'))
    for (let i = 1; i <= 20; i++) {
      let made = false
      const reserving = segments.reserve(SEGMENT_BYTES).then((place) => {
        made = true
        return place
      })
      while (!made)
        for (const no of await segments.list()) if (no === i) assert.equal(segments.isSettled(no), false)
      const { segment } = await reserving
      assert.equal(segment, i)
      assert.equal(segments.isSettled(i), false)
      segments.release(segment)
    }
    await segments.close()
  })
})

/** Begins a new segment file, with a body that does not fit into the current one and is never finished. */
async function beginSegment({ store, mailboxes }: TemporaryStore): Promise<void> {
  async function* oneOctet() {
    yield Buffer.alloc(1)
  }
  await assert.rejects(store.stageBody(mailboxes[1]!, SEGMENT_BYTES - 50_000, oneOctet()), /gave fewer/)
}
