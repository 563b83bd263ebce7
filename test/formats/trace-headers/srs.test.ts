import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { originalSender, rewriteSender, type SrsKeys } from '#src/formats/trace-headers/srs.ts'

const now = Date.UTC(2026, 2, 3)
const day = 86_400_000
const keys: SrsKeys = { secrets: ['one'], domain: 'corp.example' }
const bob = { mailbox: 'Bob', host: 'far.example' }

test('a rewritten sender leads back, also in another case and after a change of secret', () => {
  const rewritten = rewriteSender(bob, keys, now)
  assert.match(rewritten.mailbox, /^SRS0=[A-Z2-7]{8}=[A-Z2-7]{2}=far\.example=Bob$/)
  assert.equal(rewritten.host, 'corp.example')
  assert.deepEqual(originalSender(rewritten.mailbox, keys, now + 20 * day), bob)
  assert.deepEqual(originalSender(rewritten.mailbox.toLowerCase(), keys, now), {
    mailbox: 'bob',
    host: 'far.example',
  })
  assert.deepEqual(originalSender(rewritten.mailbox.replace('SRS0=', 'srs0+'), keys, now), bob)
  assert.deepEqual(originalSender(rewritten.mailbox, { ...keys, secrets: ['two', 'one'] }, now), bob)
})

test('old and forged ones are refused, others are none', () => {
  const { mailbox } = rewriteSender(bob, keys, now)
  assert.throws(() => originalSender(mailbox, keys, now + 22 * day), /too old/)
  assert.throws(() => originalSender(mailbox, { ...keys, secrets: ['two'] }, now), SyntaxFault)
  assert.throws(
    () => originalSender(mailbox.replace('far.example', 'victim.example'), keys, now),
    SyntaxFault,
  )
  assert.throws(() => originalSender('SRS0=junk', keys, now), SyntaxFault)
  assert.throws(() => originalSender('SRS1=AAAAAAAA=x.test==b=c=d=e', keys, now), SyntaxFault)
  assert.equal(originalSender('bob', keys, now), undefined)
  assert.equal(originalSender('srs0', keys, now), undefined)
  assert.deepEqual(originalSender(mailbox, keys, now - day), bob, 'the clock beside ours is a little behind')
})

test('a second and third forwarder keep only the first', () => {
  const second: SrsKeys = { secrets: ['b'], domain: 'second.example' }
  const third: SrsKeys = { secrets: ['c'], domain: 'third.example' }
  const one = rewriteSender(bob, keys, now)
  const two = rewriteSender(one, second, now)
  assert.equal(two.mailbox.replace(/^SRS1=[A-Z2-7]{8}/, ''), `=corp.example==${one.mailbox.slice(5)}`)
  const three = rewriteSender(two, third, now)
  assert.equal(three.host, 'third.example')
  const back = originalSender(three.mailbox, third, now)
  assert.deepEqual(back, one)
  assert.deepEqual(originalSender(back!.mailbox, keys, now), bob)
})

test('any address comes back as it was', () => {
  const local = fc
    .stringMatching(/^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~ "-]{1,40}$/)
    .filter((text) => !/^srs[01][=+-]/i.test(text))
  fc.assert(
    fc.property(local, fc.domain(), fc.integer({ min: 0, max: 4e12 }), (mailbox, host, at) => {
      assert.deepEqual(originalSender(rewriteSender({ mailbox, host }, keys, at).mailbox, keys, at), {
        mailbox,
        host,
      })
    }),
  )
})
