/** A mailbox that two projects fill: each undoes, and deletes, what is of its own source alone. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { ProjectId, ProjectSettings } from '#src/domain/migration/engine/project/project.ts'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import {
  cancelBatch,
  cutOverBatch,
  putBatch,
  retryBatch,
  startBatch,
} from '#src/domain/migration/engine/steer/steer-batch.ts'
import { askForLate } from '#src/domain/migration/engine/steer/steer-late.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { listMigrationItems } from '#src/protocols/admin/actions/list-migration-items.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { pictureOf } from '#test/support/migrated-mailbox.ts'
import { type MigrationSite, oldExchange, openSites } from '#test/support/migration-site.ts'
import { move, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()

/** Anna has moved with what lay in her inbox then. */
async function moved(settings: Partial<ProjectSettings> = {}): Promise<MigrationSite> {
  const site = await start(['anna'], { settings })
  const { box, folder } = site.inbox('anna')
  for (const subject of ['first', 'second']) box.addMessage(folder, subject)
  site.engine()
  await move(site, 1)
  return site
}

/** Anna has a mailbox here before anything is copied. */
async function mailboxHere({ store, organization, entries }: MigrationSite): Promise<void> {
  const at = { organization, mailbox: newMailboxId() }
  await store.transact({ organization, newMailboxes: [at.mailbox] }, async ({ mailboxes, directory }) => {
    await mailboxes.createMailbox(at, { quotaBytes: 2 ** 40, folders: distinguishedFolders })
    const entry = await directory.getEntry(organization, entries.get('anna')!)
    assert.ok('mailbox' in entry)
    await directory.saveEntry(organization, { ...entry, mailbox: at.mailbox })
  })
}

/** Another project copies the same mailbox into the one that she has, and has not moved it yet. */
async function copiedAgain(
  { store, organization, clock, steering }: MigrationSite,
  source: string,
  settings: Partial<ProjectSettings> = {},
): Promise<ProjectId> {
  const { id } = await createProject(store, organization, { name: 'other', settings, by: 'ed' }, clock.now())
  const other = { ...steering(), project: id }
  await putSource(other, { config: { ...oldExchange, id: source }, secret: 'password' })
  await putBatch(other, { no: 1, name: 'batch 1' })
  await addMembers(other, [{ address: 'anna@corp.example', batch: 1, source }])
  await startBatch(other, 1)
  return id
}

async function undone(site: MigrationSite, project: ProjectId): Promise<void> {
  const { store, organization, clock } = site
  const batch = async () => (await store.migration.getBatch(organization, project, 1)).state
  await site.until('it is copied again', async () => (await batch()) === 'synced')
  const { signal } = new AbortController()
  const other = await store.migration.getProject(organization, project)
  await rollBack(store, other, 1, { by: 'ed', now: clock.now(), signal })
  assert.equal(await batch(), 'rolled-back')
}

const inboxOf = async (site: MigrationSite) =>
  (await pictureOf(site.store, await placeOf(site)))['/Inbox']?.map((line) => line.split(' ')[0])

test('what a batch of another source copied goes with it, and what had come before stays', async () => {
  const site = await moved()
  const project = await copiedAgain(site, 'archive')
  await undone(site, project)
  assert.deepEqual(await inboxOf(site), ['first', 'second'])
  assert.deepEqual((await site.store.migration.countLedger(await placeOf(site))).counts.copied, 2)
})

test('a second project of the same source takes back nothing of what moved with the first', async () => {
  const site = await moved()
  const project = await copiedAgain(site, 'old')
  await undone(site, project)
  const { firstCopy } = await site.store.migration.getMember(site.organization, project, 1)
  assert.notEqual(firstCopy, undefined, 'as long as the copies are here, how fast they were read is known')
  assert.deepEqual(await inboxOf(site), ['first', 'second'])
})

test('a second project of the same source brings what came in there since the first one, however many passes that has made', async () => {
  const site = await moved()
  const { store, organization, steering } = site
  for (let look = 1; look <= 3; look++) {
    const before = (await site.member('anna')).pass
    await askForLate(steering(), { batch: 1 })
    await site.until('it has looked', async () => {
      const { pass, passFor } = await site.member('anna')
      return pass > before && passFor === null
    })
  }
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'third')
  const project = await copiedAgain(site, 'old')
  const batch = async () => (await store.migration.getBatch(organization, project, 1)).state
  await site.until('it is copied again', async () => (await batch()) === 'synced')
  assert.deepEqual(await inboxOf(site), ['first', 'second', 'third'])
  // Both go on: whoever is behind by now asks as well.
  box.addMessage(folder, 'fourth')
  await askForLate(steering(), { batch: 1 })
  await site.until('the first one has looked', async () => (await inboxOf(site))!.includes('fourth'))
  box.addMessage(folder, 'fifth')
  await cutOverBatch({ ...steering(), project }, 1, { at: null, failing: null })
  await site.until('it is done', async () => (await batch()) === 'done')
  assert.deepEqual((await inboxOf(site))?.sort(), ['fifth', 'first', 'fourth', 'second', 'third'])
})

for (const isKnown of [false, true])
  test(`two projects that read one mailbox write what is new there once (${isKnown ? 'later' : 'from the first pass on'})`, async () => {
    const site = await moved()
    const { store, organization, steering } = site
    const { box, folder } = site.inbox('anna')
    const project = isKnown ? await copiedAgain(site, 'old') : undefined
    const copies = async (id: ProjectId) =>
      (await store.migration.getBatch(organization, id, 1)).state === 'synced'
    if (project) await site.until('it is copied again', () => copies(project))
    box.addMessage(folder, 'third')
    const gate = Promise.withResolvers<void>()
    let asked = 0
    site.source.before = async ({ op }) => {
      if (op !== 'items') return
      // The other one may come to the same point while this one waits.
      if (++asked === 1) await gate.promise
      else gate.resolve()
    }
    await askForLate(steering(), { batch: 1 })
    await site.until('it is read', () => asked > 0)
    const other = project ?? (await copiedAgain(site, 'old'))
    if (isKnown) await cutOverBatch({ ...steering(), project: other }, 1, { at: null, failing: null })
    const { resolve } = gate
    setTimeout(resolve, 500)
    await site.until('the other one is through', async () => {
      const { state } = await store.migration.getBatch(organization, other, 1)
      return isKnown ? state === 'done' : state === 'synced'
    })
    assert.deepEqual(await inboxOf(site), ['first', 'second', 'third'])
  })

test('another mailbox of the same source does not fill the mailbox of who has moved, and its batch says why', async () => {
  const site = await moved({ deletesHere: true })
  const { steering } = site
  const box = site.source.box('zoe@corp.example')
  box.addFolder('Posteingang', { role: 'inbox', key: 'zoe-inbox' })
  box.addMessage('zoe-inbox', 'of zoe')
  const zoe = { address: 'zoe@corp.example', batch: 2, source: 'old', entry: site.entries.get('anna')! }
  await putBatch(steering(), { no: 2, name: 'batch 2' })
  await addMembers(steering(), [zoe])
  await startBatch(steering(), 2)
  await site.until('its pre-flight is made', async () => (await site.batch(2)).state === 'planned')
  const why = /^anna@corp\.example fills the same mailbox here from the source "old"/
  assert.match((await site.batch(2)).preflight!.lines[0]!.found, why)
  // One that comes to a batch that runs has had no pre-flight.
  const { organization, store } = site
  await store.transact({ organization }, async ({ migration }) =>
    migration.putBatch(organization, { ...(await site.batch(2)), state: 'initial-sync' }),
  )
  await store.transact({ organization }, async ({ migration }) =>
    migration.putMember(organization, { ...(await site.member('zoe')), dueAt: site.clock.now() }),
  )
  await site.until('it says why it waits', async () => why.test((await site.member('zoe')).cause))
  assert.deepEqual(await inboxOf(site), ['first', 'second'])
  // From a source of another name both lie side by side.
  await removeMember(steering(), zoe.address)
  await putSource(steering(), { config: { ...oldExchange, id: 'archive' }, secret: 'password' })
  await putBatch(steering(), { no: 3, name: 'batch 3' })
  await addMembers(steering(), [{ ...zoe, batch: 3, source: 'archive' }])
  await startBatch(steering(), 3)
  await site.until('it is copied', async () => (await site.batch(3)).state === 'synced')
  assert.deepEqual((await inboxOf(site))?.sort(), ['first', 'of', 'second'])
})

test('who comes again under another address goes on where the one before was taken out', async () => {
  const site = await start(['anna'])
  await mailboxHere(site)
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'first')
  site.engine()
  await site.start()
  await site.until('it is copied', async () => (await site.batch()).state === 'synced')
  await removeMember(site.steering(), 'anna@corp.example')
  box.addMessage(folder, 'second')
  site.source.boxes.set('a.smith@corp.example', box)
  const again = { address: 'a.smith@corp.example', source: 'old', entry: site.entries.get('anna')! }
  await putBatch(site.steering(), { no: 2, name: 'batch 2' })
  await addMembers(site.steering(), [{ ...again, batch: 2 }])
  await startBatch(site.steering(), 2)
  await site.until('it is copied', async () => (await site.batch(2)).state === 'synced')
  assert.deepEqual(await inboxOf(site), ['first', 'second'])
})

test('counts and verification are of the own source, and another one may come after it', async () => {
  const site = await moved()
  const project = await copiedAgain(site, 'archive')
  const { store, organization, steering } = site
  const other = () => store.migration.getBatch(organization, project, 1)
  await site.until('it is copied', async () => (await other()).state === 'synced')
  const at = await placeOf(site)
  const counted = async (source?: string) => (await store.migration.countLedger(at, source)).counts
  const member = () => store.migration.getMember(organization, project, 1)
  assert.deepEqual((await member()).counts, await counted('archive'))
  assert.equal((await counted()).copied, 4)
  assert.equal((await store.migration.countTroubled(at, 'archive')).counts.copied, 0)
  const { rows } = await store.migration.listLedgerItems(at, { limit: 10 })
  const foreign = rows.find(({ source }) => source === 'old')!
  await store.transact({ organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerItem(at, { ...foreign, hash: 'another' }),
  )
  const verify = (sourceId: string) =>
    verifyMailbox({
      ...{ store, at, sourceId, level: 3, sampledPart: 1 },
      ...{ random: () => 0, signal: new AbortController().signal },
    })
  const [own, others] = [await verify('archive'), await verify('old')]
  assert.deepEqual([own.items, own.bodies, own.differences.length], [2, 2, 0])
  assert.deepEqual([others.items, others.differences.length], [2, 1])
  await undone(site, project)
  assert.deepEqual((await member()).counts, await counted('archive'))
  // Nothing of it is left here: what came from elsewhere does not bind it to its source.
  const asked = { ...steering(), project }
  await putSource(asked, { config: { ...oldExchange, id: 'third' }, secret: 'password' })
  await putBatch(asked, { no: 2, name: 'batch 2' })
  const [again] = await addMembers(asked, [{ address: 'anna@corp.example', batch: 2, source: 'third' }])
  assert.deepEqual([again!.source, again!.state], ['third', 'waiting'])
})

test('what was deleted at one source is not deleted here by a project of another', async () => {
  const site = await moved({ deletesHere: false })
  const { box, folder } = site.inbox('anna')
  const at = await placeOf(site)
  const [row] = (await site.store.migration.listLedgerItems(at, { limit: 1 })).rows
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerItem(at, { ...row!, state: 'gone' }),
  )
  box.addMessage(folder, 'third')
  const before = await inboxOf(site)
  const project = await copiedAgain(site, 'archive', { deletesHere: true })
  const { migration } = site.store
  await site.until(
    'it is copied again',
    async () => (await migration.getBatch(site.organization, project, 1)).state === 'synced',
  )
  assert.deepEqual((await inboxOf(site))?.sort(), [...before!, 'first', 'second', 'third'].sort())
})

test('who was copied by two projects before either moved keeps the mailbox that is hers since the first one moved', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'first')
  site.engine()
  const project = await copiedAgain(site, 'archive')
  const { store, organization, steering } = site
  const other = () => store.migration.getBatch(organization, project, 1)
  await site.until('it is copied', async () => (await other()).state === 'synced')
  await move(site, 1)
  const { mailbox } = await site.member('anna')
  const asked = { ...steering(), project }
  await cutOverBatch(asked, 1, { at: null, failing: null })
  await site.until('it says why it waits', async () =>
    /has got another mailbox here/.test((await other()).cause),
  )
  const anna = await site.entry('anna')
  assert.deepEqual([anna.mailbox, (await other()).flippedAt], [mailbox, null])
  await cancelBatch(asked, 1)
  await rollBack(store, await store.migration.getProject(organization, project), 1, {
    ...{ by: 'ed', now: site.clock.now(), signal: new AbortController().signal },
  })
  await putBatch(asked, { no: 2, name: 'batch 2' })
  await addMembers(asked, [{ address: 'anna@corp.example', batch: 2, source: 'archive' }])
  await startBatch(asked, 2)
  await site.until(
    'it is copied into hers',
    async () => (await store.migration.getBatch(organization, project, 2)).state === 'synced',
  )
  assert.deepEqual(await inboxOf(site), ['first', 'first'])
})

/** The items that a report of a project names. */
async function toldItems({ store, organization }: MigrationSite, project: ProjectId) {
  const { input, run } = listMigrationItems
  const asked = { OrganizationId: organization, ProjectId: project, Address: 'anna@corp.example' }
  const { Items } = await run({ store } as ActionContext, input.parse(asked))
  return (Items as readonly JsonObject[]).map(({ State }) => State)
}

test('what one project left behind is neither told by another nor asked for again of its source', async () => {
  const site = await moved()
  const { store, organization, steering } = site
  const at = await placeOf(site)
  const [row] = (await store.migration.listLedgerItems(at, { limit: 1 })).rows
  await store.transact({ organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerItem(at, { ...row!, state: 'skipped' }),
  )
  const project = await copiedAgain(site, 'archive')
  await site.until(
    'it is copied again',
    async () => (await store.migration.getBatch(organization, project, 1)).state === 'synced',
  )
  assert.deepEqual(await toldItems(site, project), [])
  assert.deepEqual(await toldItems(site, steering().project), ['skipped'])
  assert.equal((await retryBatch({ ...steering(), project }, 1)).items, 0)
  assert.equal((await retryBatch(steering(), 1)).items, 1)
})
