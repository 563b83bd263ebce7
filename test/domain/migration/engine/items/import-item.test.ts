import assert from 'node:assert/strict'
import { test } from 'node:test'
import { giveBack } from '#src/base/give-back.ts'
import type { MailboxRef, StagedBody } from '#src/domain/mailbox/store.ts'
import { BodyDigest } from '#src/domain/migration/engine/items/canonical.ts'
import { type ImportDeps, readItem } from '#src/domain/migration/engine/items/import-item.ts'
import type { SourceItem, SourceOctets } from '#src/domain/migration/source.ts'

const text = `Subject: Figures\r\n\r\n${'The figures of this week.\r\n'.repeat(2_000)}`

const itemOf = (message: SourceOctets): SourceItem => ({
  ...{ key: 'k', version: '1', match: null, class: 'message', title: 'Figures', flags: 0, receivedAt: 0 },
  ...{ keywords: [], properties: {}, message, content: null, attachments: [], losses: [] },
})

/** A store that looks at what it takes only later. */
function slowStore(taken: string[], fails: boolean): ImportDeps {
  return {
    store: {
      async stageBody(_at, _size, source) {
        await new Promise(setImmediate)
        for await (const piece of source) taken.push(Buffer.from(piece).toString())
        if (fails) throw new Error('The disk is full')
        return {} as StagedBody
      },
    },
    spool: { create: () => assert.fail('nothing is that large') },
    largestItemBytes: 1_000_000,
  }
}

for (const fails of [false, true])
  test(`octets in memory are let go once they were ${fails ? 'refused' : 'taken in'}, and not before`, async () => {
    const octets = Buffer.allocUnsafeSlow(text.length)
    octets.write(text, 'latin1')
    const message: SourceOctets = {
      sizeBytes: octets.length,
      whole: octets,
      letGo: () => giveBack([octets]),
      open: () => assert.fail('they are there'),
    }
    const taken: string[] = []
    const take = await readItem(
      slowStore(taken, fails),
      {} as MailboxRef,
      itemOf(message),
      new AbortController().signal,
    )
    assert.equal(octets.length, text.length)
    if (fails) await assert.rejects(take(), /disk is full/)
    else assert.equal((await take()).item.summary.subject, 'Figures')
    assert.equal(taken.join(''), text)
    assert.equal(octets.length, 0)
  })

test('octets in memory are let go as soon as they are sealed, while others still wait for the disk', async () => {
  const octets = Buffer.allocUnsafeSlow(text.length)
  octets.write(text, 'latin1')
  const onDisk = Promise.withResolvers<StagedBody>()
  const isSealed = Promise.withResolvers<void>()
  const { store, ...rest } = slowStore([], false)
  const stageBody: typeof store.stageBody = async (at, sizeBytes, source, sealed) => {
    await store.stageBody(at, sizeBytes, source)
    sealed?.()
    isSealed.resolve()
    return onDisk.promise
  }
  const message: SourceOctets = {
    sizeBytes: octets.length,
    whole: octets,
    letGo: () => giveBack([octets]),
    open: () => assert.fail('they are there'),
  }
  const take = await readItem(
    { ...rest, store: { stageBody } },
    {} as MailboxRef,
    itemOf(message),
    new AbortController().signal,
  )
  const taken = take()
  await isSealed.promise
  assert.equal(octets.length, 0)
  onDisk.resolve({} as StagedBody)
  const { item, sizeBytes, hash } = await taken
  assert.equal(item.summary.subject, 'Figures')
  assert.equal(item.summary.preview?.startsWith('The figures of this week.'), true)
  assert.equal(sizeBytes, text.length)
  const digest = new BodyDigest()
  digest.push(Buffer.from(text))
  assert.equal(hash, digest.finish())
})

const contact = (photoBytes: number, name = 'Carla'): SourceItem => ({
  ...itemOf({ sizeBytes: 0, open: () => assert.fail('it has none') }),
  ...{ class: 'contact', title: name, message: null },
  content: {
    '@type': 'Card',
    name: { full: name },
    emails: { work: { address: 'carla@partner.example' } },
    media: { photo: { kind: 'photo', uri: `data:image/png;base64,${'A'.repeat(photoBytes)}` } },
  },
})
const read = async (item: SourceItem) =>
  (await readItem(slowStore([], false), {} as MailboxRef, item, new AbortController().signal))()

test('a contact whose photo is larger than what is kept comes without it, and the photo is named (vandelay 30)', async () => {
  const { item, losses } = await read(contact(5_000_000))
  const { media, ...rest } = item.content as Record<string, unknown>
  assert.equal(media, undefined)
  assert.deepEqual(rest.emails, { work: { address: 'carla@partner.example' } })
  assert.deepEqual(
    losses.map(({ property, weight }) => [property, weight]),
    [['photo', 'visible']],
  )
  const whole = await read(contact(1_000))
  assert.deepEqual(whole.losses, [])
  assert.notEqual((whole.item.content as Record<string, unknown>).media, undefined)
  // What is too large without it, too, is left behind by name.
  await assert.rejects(read(contact(10, 'C'.repeat(5_000_000))), { code: 'too-large' })
})
