import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMailboxId, newOrganizationId } from '#src/base/ids.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { folderOf } from '#src/domain/migration/engine/grants/grants.ts'
import type { Writer } from '#src/domain/store.ts'

test('folders of a mailbox are read once for all its rights, and never those of another', async () => {
  const organization = newOrganizationId()
  const [anna, ben] = [1, 2].map((): MailboxRef => ({ organization, mailbox: newMailboxId() }))
  const targets = new Map([
    [anna!.mailbox, 11],
    [ben!.mailbox, 22],
  ])
  let reads = 0
  const writer = {
    mailboxes: { findFolder: async () => undefined },
    migration: {
      listLedgerFolders: async ({ mailbox }: MailboxRef, source: string) => {
        reads++
        return source === 'old'
          ? [{ key: 'k', parent: null, name: 'Orders', target: targets.get(mailbox), gone: false }]
          : []
      },
    },
  } as unknown as Writer
  const asked = (at: MailboxRef, source = 'old') =>
    folderOf(writer, at, { right: 'folder-read', folder: 'Orders' }, source)
  for (let grant = 0; grant < 50; grant++) assert.equal(await asked(anna!), 11)
  for (let grant = 0; grant < 50; grant++) assert.equal(await asked(ben!), 22)
  assert.equal(reads, 2)
  assert.equal(await asked(anna!, 'other'), undefined)
  assert.equal(await asked(anna!), 11)
})
