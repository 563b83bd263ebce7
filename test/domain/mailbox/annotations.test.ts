import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import { newMailboxId } from '#src/base/ids.ts'
import {
  AnnotationLimit,
  annotationChanges,
  LARGEST_ANNOTATION_BYTES,
  MOST_ANNOTATIONS,
  readAnnotations,
  writeAnnotations,
} from '#src/domain/mailbox/annotations.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

const ann = 'ann' as EntryId
let temporary: TemporaryStore
let at: MailboxRef
let inbox: FolderNo
before(async () => {
  temporary = await temporaryStore({ mailboxes: 0 })
  const organization = temporary.organization.id
  at = { organization, mailbox: newMailboxId() }
  await temporary.store.transact({ organization, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }),
  )
  inbox = (await temporary.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!.no
})
after(() => temporary.remove())

const read = (owner: 'shared' | EntryId) => readAnnotations(temporary.store.mailboxes, at, inbox, owner)

test('values belong to their owner, and go with null', async () => {
  const { store } = temporary
  await writeAnnotations(store, at, inbox, [
    { owner: 'shared', name: '/comment', value: 'for all' },
    { owner: ann, name: '/comment', value: 'mine \x00\xff' },
  ])
  assert.deepEqual([...(await read('shared'))], [['/comment', 'for all']])
  assert.deepEqual([...(await read(ann))], [['/comment', 'mine \x00\xff']])
  await writeAnnotations(store, at, inbox, [{ owner: ann, name: '/comment', value: null }])
  assert.deepEqual([...(await read(ann))], [])
  const changes = await annotationChanges(store.mailboxes, at, 0)
  assert.deepEqual(
    changes.map(({ owner, name }) => [owner, name]),
    [
      ['shared', '/comment'],
      [ann, '/comment'],
      [ann, '/comment'],
    ],
  )
  assert.deepEqual(await annotationChanges(store.mailboxes, at, changes.at(-1)!.no), [])
})

test('what does not fit changes nothing', async () => {
  const { store } = temporary
  const many = Array.from({ length: MOST_ANNOTATIONS }, (_, no) => ({
    owner: ann,
    name: `/n/${no}`,
    value: 'x',
  }))
  await writeAnnotations(store, at, inbox, many)
  const refused = (limit: string) => (error: unknown) =>
    error instanceof AnnotationLimit && error.limit === limit
  await assert.rejects(
    writeAnnotations(store, at, inbox, [
      { owner: 'shared', name: '/other', value: 'x' },
      { owner: ann, name: '/one-more', value: 'x' },
    ]),
    refused('count'),
  )
  await assert.rejects(
    writeAnnotations(store, at, inbox, [
      { owner: 'shared', name: '/other', value: 'x'.repeat(LARGEST_ANNOTATION_BYTES + 1) },
    ]),
    refused('octets'),
  )
  assert.equal((await read('shared')).has('/other'), false)
  assert.equal((await read(ann)).size, MOST_ANNOTATIONS)
})

test('all together have room for 64 KB', async () => {
  const { store } = temporary
  const value = 'x'.repeat(LARGEST_ANNOTATION_BYTES)
  const some = (count: number) =>
    Array.from({ length: count }, (_, no) => ({ owner: 'shared' as const, name: `/large/${no}`, value }))
  await writeAnnotations(store, at, inbox, some(3))
  await assert.rejects(writeAnnotations(store, at, inbox, some(4)), AnnotationLimit)
  await writeAnnotations(
    store,
    at,
    inbox,
    some(3).map((each) => ({ ...each, value: null })),
  )
})

test('no more changes are remembered than a hundred', async () => {
  const changes = await annotationChanges(temporary.store.mailboxes, at, 0)
  assert.equal(changes.length, 100)
  assert.equal(changes.at(-1)!.name, '/large/2')
})
