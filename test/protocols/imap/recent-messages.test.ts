import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { RecentMessages } from '#src/protocols/imap/recent-messages.ts'

const at = { organization: 'o' as OrganizationId, mailbox: 'm' as MailboxId }
const folder = { no: 3 as FolderNo, uidValidity: 7 }

test('each message is recent for exactly one of those who claim, and for all who only look before', () => {
  const steps = fc.array(fc.record({ came: fc.nat(5), claims: fc.boolean() }))
  fc.assert(
    fc.property(steps, (all) => {
      const recent = new RecentMessages()
      const owners = new Map<number, number>()
      let next = 1
      for (const [who, { came, claims }] of all.entries()) {
        next += came
        const unclaimed = Array.from({ length: next - 1 }, (_, no) => no + 1).filter(
          (uid) => !owners.has(uid),
        )
        const from = claims ? recent.claim(at, folder, next) : recent.from(at, folder)
        assert.deepEqual(
          unclaimed,
          Array.from({ length: Math.max(0, next - from) }, (_, no) => from + no),
        )
        if (claims) for (const uid of unclaimed) owners.set(uid, who)
      }
    }),
  )
})

test('a folder that was made anew has nothing that anybody was told of', () => {
  const recent = new RecentMessages()
  recent.claim(at, folder, 10)
  assert.equal(recent.from(at, folder), 10)
  assert.equal(recent.from(at, { ...folder, uidValidity: 8 }), 1)
  assert.equal(recent.from(at, { ...folder, no: 4 as FolderNo }), 1)
  // Who comes late with less takes nothing back.
  recent.claim(at, folder, 5)
  assert.equal(recent.from(at, folder), 10)
})
