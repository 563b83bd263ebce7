import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '#src/domain/store.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

/** A mailbox of 250 messages, of which 100 go into a transaction. */
async function start() {
  const source = new ScriptedSource()
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  const box = source.box(ANNA)
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  for (let no = 0; no < 250; no++) box.addMessage(inbox, `message ${no}`)
  const asked = () => source.calls.filter(({ op }) => op === 'item').length
  return { source, mailbox, asked }
}

/** The store, whose transactions wait for `before`. */
const held = (store: Store, before: () => Promise<void>): Store => ({
  ...store,
  transact: async (scope, work) => {
    await before()
    return store.transact(scope, work)
  },
})

const itemsHere = async ({ picture }: MigratedMailbox) => Object.values(await picture()).flat().length

test('the next items are read while those before them are written', async () => {
  const { mailbox, asked } = await start()
  let most = 0
  const before = async () => {
    if (asked() < 100) return
    for (let tries = 0; tries < 4_000 && asked() < 200; tries++) await sleep(5)
    most ||= asked()
  }
  await mailbox.pass({ run: { store: held(mailbox.store, before) } })
  // No more than one group beside the one that is written.
  assert.equal(most, 200)
  assert.equal((await mailbox.member()).counts.copied, 250)
})

test('a group that cannot be written ends the pass, and the next pass takes what is missing once', async () => {
  const { mailbox, asked } = await start()
  let failed = 0
  const before = async () => {
    if (asked() < 100) return
    failed++
    throw new Error('The disk is gone')
  }
  await assert.rejects(mailbox.pass({ run: { store: held(mailbox.store, before) } }), /The disk is gone/)
  assert.equal(failed, 1)
  assert.equal((await mailbox.member()).counts.copied, 0)
  await mailbox.pass()
  assert.equal((await mailbox.member()).counts.copied, 250)
  assert.equal(await itemsHere(mailbox), 250)
})

test('when a pass has ended as a group could not be written, nothing of the next one goes on', async () => {
  const { mailbox } = await start()
  const { store } = mailbox
  const refused = Promise.withResolvers<void>()
  let [begun, open] = [0, 0]
  const failing: Store = {
    ...store,
    stageBody: async (...of) => {
      open++
      if (++begun > 100) {
        await refused.promise
        await sleep(50)
      }
      return store.stageBody(...of).finally(() => open--)
    },
    transact: async (...of) => {
      if (begun < 100) return store.transact(...of)
      refused.resolve()
      throw new Error('The disk is gone')
    },
  }
  await assert.rejects(mailbox.pass({ run: { store: failing } }), /The disk is gone/)
  assert.ok(begun > 100, 'the next group was begun')
  assert.equal(open, 0)
})
