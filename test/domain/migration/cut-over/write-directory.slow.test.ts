import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type {
  DirectoryObject,
  DirectoryValues,
  ExchangeDirectory,
} from '#src/domain/migration/cut-over/directory-values.ts'
import {
  planDirectoryStep,
  undoDirectoryStep,
  writeDirectoryStep,
} from '#src/domain/migration/cut-over/write-directory.ts'
import { flipBatch } from '#src/domain/migration/engine/flip/flip.ts'
import type { BatchState, MemberState } from '#src/domain/migration/engine/project/state.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { directoryMove } from '#test/support/directory-move.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})

const before: DirectoryValues = {
  targetAddress: [],
  proxyAddresses: ['SMTP:anna@corp.example', 'smtp:a@corp.example'],
  homeMDB: ['CN=DB1,DC=corp'],
  msExchHomeServerName: ['/o=Corp/cn=EX01'],
  msExchMailboxSecurityDescriptor: ['AQAEgA=='],
  msExchRecipientTypeDetails: ['1'],
  msExchRecipientDisplayType: ['1073741824'],
}

const who = { by: 'ed', now: () => 9 }

/** A directory with one object, which counts what is written. */
class OneObject implements ExchangeDirectory {
  object: DirectoryObject = { place: 'CN=Anna,DC=corp', legacyDn: '/o=Corp/cn=anna', values: before }
  writes = 0
  find = async (guid: SourceGuid) => (guid === guidOf(1) ? this.object : undefined)
  change = async (_place: string, from: DirectoryValues, to: DirectoryValues) => {
    assert.deepEqual(from, this.object.values)
    this.writes++
    this.object = { ...this.object, values: to }
  }
  close = async () => {}
}

async function movedAnna() {
  const site = await directoryMove(mailboxObject(1, 'anna'))
  ends.push(() => site.temporary.remove())
  const { store, organization, project, steering } = site
  await addMembers(steering, [{ address: 'anna@corp.example', batch: 1, source: 'old' }])
  const mailbox = newMailboxId()
  await store.transact({ organization, newMailboxes: [mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(
      { organization, mailbox },
      { quotaBytes: 2 ** 30, folders: distinguishedFolders },
    ),
  )
  const member = async () =>
    (await store.migration.findMember(organization, project.id, 'anna@corp.example'))!
  const set = (state: MemberState, batch: BatchState) =>
    store.transact({ organization }, async ({ migration }) => {
      await migration.putMember(organization, { ...(await member()), state, mailbox })
      await migration.putBatch(organization, {
        ...(await migration.getBatch(organization, project.id, 1)),
        state: batch,
      })
    })
  await set('final', 'finalising')
  await flipBatch(store, organization, project.id, 1, 5)
  return { store, project, member, set }
}

test('an object leads here once its mailbox is verified, and is as it was again once its batch went back', async () => {
  const { store, project, member, set } = await movedAnna()
  const directory = new OneObject()
  const write = async (kept = before) =>
    writeDirectoryStep(store, project, directory, await member(), kept, who)
  await assert.rejects(write(), /its old mailbox is still read/)
  await set('verified', 'done')

  const plan = await planDirectoryStep(store, project, directory, await member())
  assert.deepEqual(plan.before, before)
  assert.equal(directory.writes, 0, 'a plan writes nothing')
  assert.deepEqual(await write(), plan.changes)
  assert.deepEqual(directory.object.values, {
    targetAddress: ['SMTP:anna@lb.corp.example'],
    proxyAddresses: [
      ...before.proxyAddresses,
      'X500:/o=Corp/cn=anna',
      'X500:/o=Corp/ou=Exchange/cn=Recipients/cn=anna',
      'smtp:anna@lb.corp.example',
    ],
    ...{ homeMDB: [], msExchHomeServerName: [], msExchMailboxSecurityDescriptor: [] },
    ...{ msExchRecipientTypeDetails: [], msExchRecipientDisplayType: [] },
  })
  assert.deepEqual(await write(), [], 'again is nothing')
  assert.equal(directory.writes, 1)

  const undo = async () => undoDirectoryStep(store, project, directory, await member(), before, who)
  await assert.rejects(undo(), /Batch 1 has not gone back/)
  await set('rolled-back', 'rolled-back')
  assert.ok((await undo()).includes('homeMDB'))
  assert.deepEqual(directory.object.values, before)
  assert.deepEqual(await undo(), [])
  assert.equal(directory.writes, 2)
})

test('what somebody changed meanwhile is not touched, neither there nor back', async () => {
  const { store, project, member, set } = await movedAnna()
  await set('verified', 'done')
  const directory = new OneObject()
  const write = async () => writeDirectoryStep(store, project, directory, await member(), before, who)
  const changed = (values: Partial<DirectoryValues>) => {
    directory.object = { ...directory.object, values: { ...directory.object.values, ...values } }
  }
  changed({ proxyAddresses: [...before.proxyAddresses, 'smtp:new@corp.example'] })
  await assert.rejects(write(), /changed in the directory meanwhile \(proxyAddresses\)/)
  changed({ proxyAddresses: before.proxyAddresses, targetAddress: ['SMTP:anna@elsewhere.example'] })
  await assert.rejects(write(), /leads to SMTP:anna@elsewhere\.example in the directory already/)
  changed({ targetAddress: [] })
  await write()
  await set('rolled-back', 'rolled-back')
  changed({ homeMDB: ['CN=DB2,DC=corp'] })
  const undo = undoDirectoryStep(store, project, directory, await member(), before, who)
  await assert.rejects(undo, /changed in the directory meanwhile \(homeMDB\)/)
  assert.equal(directory.writes, 1)
})

test('what is to be written is in the trail before it is, and not written once its batch has gone back', async () => {
  const { store, project, member, set } = await movedAnna()
  await set('verified', 'done')
  const trail = async () => {
    const { rows } = await store.migration.listMigrationEvents(project.organization, project.id, {
      limit: 50,
    })
    return rows.filter(({ kind }) => kind === 'directory').map(({ sentence }) => sentence)
  }
  const directory = new OneObject()
  const seen = await member()
  const { change } = directory
  directory.change = async (...of) => {
    assert.deepEqual((await trail()).length, 1, 'noted before')
    await change(...of)
    throw new Error('The connection broke')
  }
  await assert.rejects(writeDirectoryStep(store, project, directory, seen, before, who), /broke/)
  assert.match((await trail())[0]!, /anna@corp\.example in the directory is to lead here \(targetAddress/)
  directory.change = change
  directory.object = { ...directory.object, values: before }
  await writeDirectoryStep(store, project, directory, seen, before, who)
  assert.match((await trail())[0]!, /leads here now/)

  // It goes back between the look at the directory and the change.
  const again = new OneObject()
  const { find } = again
  again.find = async (guid) => {
    await set('verified', 'rolled-back')
    return find(guid)
  }
  const raced = writeDirectoryStep(store, project, again, seen, before, who)
  await assert.rejects(raced, /Batch 1 went back meanwhile/)
  assert.equal(again.writes, 0)
  assert.equal((await trail()).length, 3)
})
