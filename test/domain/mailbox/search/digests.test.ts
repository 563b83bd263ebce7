import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'

const at = { organization: 'm-1', mailbox: 'one' } as unknown as MailboxRef
const other = { organization: 'm-1', mailbox: 'two' } as unknown as MailboxRef
const item = (no: number, modseq = 1) => ({ no: no as ItemNo, modseq })

test('a digest knows an item until it changes, by mailbox and aspect', () => {
  const digests = new Digests()
  digests.of(at, 'subject').set(item(1), 'plan', 4)
  assert.equal(digests.of(at, 'subject').get(item(1)), 'plan')
  assert.equal(digests.of(at, 'subject').get(item(1, 2)), undefined)
  assert.equal(digests.of(at, 'from').get(item(1)), undefined)
  assert.equal(digests.of(other, 'subject').get(item(1)), undefined)
})

test('what was used least recently makes way, and one alone stops at the limit', () => {
  const digests = new Digests({ mostBytes: 10_000 })
  const [old, kept] = [digests.of(at, 'old'), digests.of(at, 'kept')]
  old.set(item(1), 'x', 2_000)
  kept.set(item(1), 'x', 100)
  const filling = digests.of(at, 'new')
  for (let no = 1; no <= 30; no++) filling.set(item(no), 'x', 100)
  assert.equal(digests.of(at, 'old').get(item(1)), undefined)
  old.set(item(2), 'x', 1)
  assert.equal(digests.of(at, 'old').get(item(2)), undefined)
  for (let no = 31; no <= 100; no++) filling.set(item(no), 'x', 100)
  assert.equal(filling.get(item(1)), 'x')
  assert.equal(filling.get(item(100)), undefined)
})

test('what is not used for a while is forgotten', async () => {
  const digests = new Digests({ lifetimeMs: 20 })
  digests.of(at, 'subject').set(item(1), 'plan', 4)
  const digest = digests.of(at, 'subject')
  await setTimeout(100)
  assert.notEqual(digests.of(at, 'subject'), digest)
})
