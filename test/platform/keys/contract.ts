import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { type KeyTrouble, KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { formatKeyRef, type KeyProvider, parseKeyRef } from '#src/domain/keys/provider.ts'

/** True for the KeyUnavailable of that reason whose message is a sentence. */
export const unavailable = (reason: KeyTrouble, words?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KeyUnavailable, `not a KeyUnavailable: ${error}`)
  assert.equal(error.reason, reason, error.message)
  assert.match(error.message, /^.{30,}\.$/s)
  if (words) assert.match(error.message, words)
  return true
}

/** What every key provider promises (src/domain/keys/provider.ts). `provider` is asked for inside the tests. */
export function keyProviderContract(
  name: string,
  provider: () => KeyProvider,
  skip: string | false = false,
): void {
  const org = `m-${randomBytes(16).toString('hex')}`
  const context = `org:${org}/mailbox:a`
  const same = (a: Uint8Array, b: Uint8Array) =>
    assert.equal(Buffer.from(a).toString('hex'), Buffer.from(b).toString('hex'))

  describe(`${name} keeps the contract of a key provider`, { skip }, () => {
    it('unwraps what it wrapped, and never gives the same octets twice', async () => {
      const ref = await provider().create(org)
      const dataKey = randomBytes(32)
      const first = await provider().wrap(ref, dataKey, context)
      const second = await provider().wrap(ref, dataKey, context)
      assert.notDeepEqual(Buffer.from(first), Buffer.from(second))
      assert.equal(Buffer.from(first).includes(dataKey), false)
      same(await provider().unwrap(ref, first, context), dataKey)
      same(await provider().unwrap(ref, second, context), dataKey)
    })

    it('gives a reference that survives being stored as text', async () => {
      const ref = await provider().create(org)
      assert.equal(ref.provider, provider().kind)
      const stored = parseKeyRef(formatKeyRef(ref))
      assert.deepEqual(stored, ref)
      const wrapped = await provider().wrap(stored, randomBytes(32), context)
      await provider().unwrap(ref, wrapped, context)
    })

    it('counts versions of one organisation and never reuses an id', async () => {
      const other = `m-${randomBytes(16).toString('hex')}`
      const first = await provider().create(other)
      const second = await provider().create(other)
      assert.deepEqual([first.version, second.version], [1, 2])
      await provider().destroy(first)
      await provider().destroy(second)
      const third = await provider().create(other)
      assert.equal(new Set([first.id, second.id, third.id]).size, 3)
    })

    it('refuses a wrapped key under another context', async () => {
      const ref = await provider().create(org)
      const wrapped = await provider().wrap(ref, randomBytes(32), context)
      await assert.rejects(provider().unwrap(ref, wrapped, `org:${org}/mailbox:b`), unavailable('damaged'))
    })

    it('refuses a wrapped key under another organisation key', async () => {
      const [mine, other] = [await provider().create(org), await provider().create(org)]
      const wrapped = await provider().wrap(mine, randomBytes(32), context)
      await assert.rejects(provider().unwrap(other, wrapped, context), unavailable('damaged'))
    })

    it('refuses a wrapped key with any octet changed, cut or added', async () => {
      const ref = await provider().create(org)
      const wrapped = Buffer.from(await provider().wrap(ref, randomBytes(32), context))
      for (const index of [0, 1, 12, 13, 44, 45, wrapped.length - 1]) {
        const changed = Buffer.from(wrapped)
        changed[index]! ^= 1
        await assert.rejects(
          provider().unwrap(ref, changed, context),
          unavailable('damaged'),
          `octet ${index}`,
        )
      }
      for (const octets of [
        wrapped.subarray(1),
        wrapped.subarray(0, -1),
        Buffer.alloc(0),
        Buffer.concat([wrapped, wrapped]),
      ]) {
        await assert.rejects(provider().unwrap(ref, octets, context), unavailable('damaged'))
      }
      await provider().unwrap(ref, wrapped, context)
    })

    it('is enabled, disabled and enabled again', async () => {
      const ref = await provider().create(org)
      const dataKey = randomBytes(32)
      const wrapped = await provider().wrap(ref, dataKey, context)
      assert.equal(await provider().state(ref), 'enabled')
      await provider().enable(ref)

      await provider().disable(ref)
      await provider().disable(ref)
      assert.equal(await provider().state(ref), 'disabled')
      await assert.rejects(provider().unwrap(ref, wrapped, context), unavailable('disabled', /key enable/))
      await assert.rejects(provider().wrap(ref, dataKey, context), unavailable('disabled'))

      await provider().enable(ref)
      assert.equal(await provider().state(ref), 'enabled')
      same(await provider().unwrap(ref, wrapped, context), dataKey)
    })

    it('destroys a key for ever, be it enabled, disabled or gone', async () => {
      const ref = await provider().create(org)
      const wrapped = await provider().wrap(ref, randomBytes(32), context)
      await provider().destroy(ref)
      await provider().destroy(ref)
      assert.equal(await provider().state(ref), 'missing')
      await assert.rejects(provider().unwrap(ref, wrapped, context), unavailable('missing'))
      await assert.rejects(provider().wrap(ref, randomBytes(32), context), unavailable('missing'))
      await assert.rejects(provider().enable(ref), unavailable('missing'))
      await assert.rejects(provider().disable(ref), unavailable('missing'))

      const off = await provider().create(org)
      await provider().disable(off)
      await provider().destroy(off)
      assert.equal(await provider().state(off), 'missing')
    })

    it('names every key of an organisation, switched off or not, and no key of another', async () => {
      const [mine, other] = [0, 0].map(() => `m-${randomBytes(16).toString('hex')}`) as [string, string]
      assert.deepEqual(await provider().list(mine), [])
      const refs = [await provider().create(mine), await provider().create(mine)]
      await provider().create(other)
      await provider().disable(refs[0]!)
      const listed = (await provider().list(mine)).map(formatKeyRef).sort()
      assert.deepEqual(listed, refs.map(formatKeyRef).sort())
    })

    it('destroys every key of an organisation, and no key of another', async () => {
      const [mine, other] = [0, 0].map(() => `m-${randomBytes(16).toString('hex')}`) as [string, string]
      const refs = [
        await provider().create(mine),
        await provider().create(mine),
        await provider().create(mine),
      ]
      const kept = [await provider().create(other), await provider().create(`${mine}-x`)]
      await provider().disable(refs[0]!)
      await provider().destroyAll(mine)
      await provider().destroyAll(mine)
      assert.deepEqual(await provider().list(mine), [])
      for (const ref of refs) assert.equal(await provider().state(ref), 'missing')
      for (const ref of kept) assert.equal(await provider().state(ref), 'enabled')
      await assert.rejects(provider().destroyAll(''), RangeError)
    })

    it('takes many calls at once', async () => {
      const ref = await provider().create(org)
      const dataKeys = Array.from({ length: 50 }, () => randomBytes(32))
      const opened = await Promise.all(
        dataKeys.map(async (dataKey, index) => {
          const wrapped = await provider().wrap(ref, dataKey, `${context}${index}`)
          return provider().unwrap(ref, wrapped, `${context}${index}`)
        }),
      )
      for (const [index, dataKey] of dataKeys.entries()) same(opened[index]!, dataKey)
    })

    it('takes nothing but a whole data key, a known id and a context', async () => {
      const ref = await provider().create(org)
      await assert.rejects(provider().wrap(ref, randomBytes(31), context), RangeError)
      await assert.rejects(provider().wrap(ref, randomBytes(32), ''), RangeError)
      await assert.rejects(provider().create('../m-1'), RangeError)
      const stray = { ...ref, id: `../${ref.id}` }
      await assert.rejects(provider().state(stray), RangeError)
      await assert.rejects(provider().destroy({ ...ref, provider: 'other' }), RangeError)
    })
  })
}
