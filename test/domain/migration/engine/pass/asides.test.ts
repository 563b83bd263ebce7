import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Asides } from '#src/domain/migration/engine/pass/asides.ts'

function asidesOf() {
  const stopping = new AbortController()
  const told: string[] = []
  const asides = new Asides(stopping.signal)
  /** Heeds its signal only where `heeds` says so; gives how it ends. */
  const begin = (name: string, { heeds = true } = {}) => {
    const work = Promise.withResolvers<void>()
    asides.begin(
      name,
      (signal) => {
        told.push(`${name} begins`)
        signal.addEventListener('abort', () => heeds && work.reject(signal.reason))
        return work.promise
      },
      {
        failed: (error) => told.push(`${name} failed: ${(error as Error).message}`),
        ended: () => told.push(`${name} ended`),
      },
    )
    return work
  }
  return { asides, stopping, begin, told }
}
const settled = () => new Promise(setImmediate)

test('of one name one thing goes on at a time, and what it fails at is told before its end', async () => {
  const { asides, begin, told } = asidesOf()
  const first = begin('a')
  begin('a')
  begin('b').resolve()
  await settled()
  assert.deepEqual(told, ['a begins', 'b begins', 'b ended'])
  assert.equal(asides.isNone, false)
  first.reject(new Error('It broke.'))
  await settled()
  assert.deepEqual(told.slice(3), ['a failed: It broke.', 'a ended'])
  assert.equal(asides.isNone, true)
})

test('what was cut off fails in silence, and the next of its name stays when it ends at last', async () => {
  const { asides, begin, told } = asidesOf()
  const stubborn = begin('a', { heeds: false })
  asides.cut('a')
  asides.cut('nobody')
  const next = begin('a')
  await settled()
  assert.deepEqual(told, ['a begins', 'a begins'])
  stubborn.reject(new Error('Too late.'))
  await settled()
  assert.deepEqual(told.slice(2), ['a ended'])
  begin('a')
  await settled()
  assert.equal(told.length, 3, 'the next one still goes on')
  next.resolve()
  await settled()
  assert.equal(asides.isNone, true)
})

test('whoever stops waits for all of them, those that were cut off too', async () => {
  const { asides, stopping, begin, told } = asidesOf()
  const stubborn = begin('a', { heeds: false })
  asides.cut('a')
  begin('b')
  stopping.abort(new Error('It stops.'))
  let isOver = false
  const all = asides.allEnded().then(() => {
    isOver = true
  })
  await settled()
  assert.deepEqual([told, isOver], [['a begins', 'b begins', 'b ended'], false])
  stubborn.resolve()
  await all
  assert.deepEqual(told.slice(3), ['a ended'])
})
