import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { Watchers } from '#src/store/watchers.ts'

const organization = 'm-0' as OrganizationId
const mailbox = 'box' as MailboxId

test('a listener that throws is told of and takes neither the process nor another listener with it', async () => {
  const troubles: string[] = []
  const watchers = new Watchers((message) => troubles.push(message))
  let called = 0
  watchers.add({ organization, mailbox }, () => {
    throw new Error('broken')
  })
  watchers.add({ organization, mailbox }, () => called++)
  watchers.changed(organization, [mailbox])
  await new Promise(setImmediate)
  assert.deepEqual(troubles, ['Somebody who watches a mailbox failed: broken'])
  assert.equal(called, 1)
})

test('a listener that is taken away after a change and before its turn is not called', async () => {
  const watchers = new Watchers(() => undefined)
  const calls: string[] = []
  const end = new Map<string, () => void>()
  for (const [name, other] of [
    ['one', 'other'],
    ['other', 'one'],
  ] as const) {
    const listener = () => {
      calls.push(name)
      end.get(other)!()
    }
    end.set(name, watchers.add({ organization, mailbox }, listener))
  }
  watchers.changed(organization, [mailbox])
  await new Promise(setImmediate)
  assert.deepEqual(calls, ['one'])
  end.get('one')!()
  watchers.changed(organization, [mailbox])
  await new Promise(setImmediate)
  assert.deepEqual(calls, ['one'])
})
