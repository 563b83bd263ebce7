/** A mailbox of one Landbridge that moves to another one: both are data folders, and each service a process of its own. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { OrganizationId } from '#src/base/ids.ts'
import { socketClient } from '#src/clients/admin/http-client.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'
import { commandLine } from '#test/cli/command-line.ts'
import { pictureOf } from '#test/support/migrated-mailbox.ts'

/** The store of a data folder that no service has open. */
export const openData = (folder: string): Promise<Store> => {
  const keys = localKeyFiles(join(folder, 'keys'))
  return openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind })
}

/** What a command, carried out in this process, answers with --json. */
export const run = async (data: string, ...args: string[]) => {
  const { stdout, stderr, exitCode } = await commandLine([...args, '--data', data, '--json', '--yes'])
  assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
  return JSON.parse(stdout)
}

export async function mailboxOf(store: Store, address: string): Promise<MailboxRef> {
  for (const { id } of (await store.organizations.list(null, 10)).rows) {
    const entry = await store.directory.findEntry(id as OrganizationId, { address })
    if (entry?.mailbox) return { organization: id as OrganizationId, mailbox: entry.mailbox }
  }
  throw new Error(`${address} has no mailbox`)
}

/** Adds message `no` to a folder of it. */
export const addMail = (store: Store, at: MailboxRef, folder: FolderNo, no: number, text: string) => {
  const octets = Buffer.from(`Subject: mail ${no}\r\nMessage-ID: <${no}@old.example>\r\n\r\n${text}\r\n`)
  return addMessage(store, at, {
    ...{ folder, sizeBytes: octets.length, flags: no % 2, receivedAt: 1_700_000_000_000 + no },
    source: (async function* () {
      yield octets
    })(),
  })
}

/** A mailbox of a new data folder: its address, and all of it to compare with. */
export type FilledMailbox = { name: string; address: string; picture: Record<string, string[]> }

/** Anna's mailbox in a new data folder, with so many messages in two folders. */
export const fillAnna = async (there: string, mails: number): Promise<FilledMailbox> =>
  (await fillMailboxes(there, ['anna'], mails))[0]!

/** Mailboxes in a new data folder, each with so many messages in two folders. */
export async function fillMailboxes(
  there: string,
  names: readonly string[],
  mails: number,
): Promise<FilledMailbox[]> {
  await run(there, 'init', '--org', 'old')
  for (const name of names) await run(there, 'user', 'add', name, '--no-password')
  const store = await openData(there)
  const [organization] = (await store.organizations.list(null, 1)).rows
  const { defaultDomain } = await store.directory.settings(organization!.id)
  const filled: FilledMailbox[] = []
  for (const name of names) {
    const address = `${name}@${defaultDomain}`
    const at = await mailboxOf(store, address)
    const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
    const scope = { organization: at.organization, mailboxes: [at.mailbox] }
    const projects = await store.transact(scope, ({ mailboxes }) =>
      mailboxes.createFolder(at, { parent: inbox.parent, name: 'Projects', class: 'message' }),
    )
    for (let i = 0; i < mails; i++)
      await addMail(
        store,
        at,
        i % 3 === 0 ? projects.no : inbox.no,
        i,
        `text ${i} `.repeat(i % 40 === 0 ? 5_000 : 20),
      )
    filled.push({ name, address, picture: await pictureOf(store, at) })
  }
  await store.close()
  return filled
}

/** A new data folder `here`, whose Anna is to get the mailbox at `address` in the data folder `there` by batch 1 of "move"; nothing is begun. */
export async function planAnna(here: string, there: string, address: string) {
  const { OrganizationId: organization } = await run(here, 'init', '--org', 'corp')
  await run(here, 'user', 'add', 'anna', '--no-password')
  const source = ['--kind', 'landbridge', '--url', there, '--option', 'organization=old']
  await run(here, 'migrate', 'create', 'move', ...source)
  await run(here, 'migrate', 'add', 'move', address, '--batch', '1', '--owner', 'anna')
  const inProject = { OrganizationId: organization as OrganizationId, ProjectId: 'move' }
  return { client: socketClient(join(here, 'admin.sock')), inProject }
}
