import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newMailboxId } from '#src/base/ids.ts'
import type { KeyProvider } from '#src/domain/keys/provider.ts'
import type { FolderNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { DistinguishedFolder, MailboxRef, StagedBody } from '#src/domain/mailbox/store.ts'
import type { Organization } from '#src/domain/organization/store.ts'
import type { Store } from '#src/domain/store.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import type { StoreCare } from '#src/store/maintenance/maintenance.ts'
import { openStore } from '#src/store/open.ts'

/** The folders that mailboxes of tests come with. */
const testFolders: readonly DistinguishedFolder[] = [
  { distinguished: 'msgfolderroot', parent: null, name: 'Top of Information Store', class: 'message' },
  { distinguished: 'inbox', parent: 'msgfolderroot', name: 'Inbox', class: 'message' },
  { distinguished: 'archive', parent: 'msgfolderroot', name: 'Archive', class: 'message' },
  { distinguished: 'deleteditems', parent: 'msgfolderroot', name: 'Deleted Items', class: 'message' },
]

export type TestMailbox = MailboxRef & { inbox: FolderNo; archive: FolderNo; trash: FolderNo }

export type OpenTestStore = {
  store: Store
  care: StoreCare
  keys: KeyProvider
  folder: string
  keyFolder: string
}

/** Opens the store in `folder`, with keys in its folder `keys`. */
export async function openTestStore(folder: string, now?: () => number): Promise<OpenTestStore> {
  const keyFolder = join(folder, 'keys')
  const keys = localKeyFiles(keyFolder)
  const store = await openStore({
    folder,
    keyProviders: [keys],
    defaultKeyProvider: keys.kind,
    ...(now && { now }),
    trouble: (message) => {
      throw new Error(message)
    },
  })
  return { store, care: store.maintenance as StoreCare, keys, folder, keyFolder }
}

export async function addMailbox(
  store: Store,
  organization: Organization['id'],
  folders = testFolders,
): Promise<TestMailbox> {
  const at = { organization, mailbox: newMailboxId() }
  await store.transact({ organization, newMailboxes: [at.mailbox] }, (writer) =>
    writer.mailboxes.createMailbox(at, { quotaBytes: 50 * 1024 ** 3, folders }),
  )
  return findMailbox(store, at)
}

async function findMailbox(store: Store, at: MailboxRef): Promise<TestMailbox> {
  const no = async (distinguished: string) => (await store.mailboxes.findFolder(at, { distinguished }))!.no
  return { ...at, inbox: await no('inbox'), archive: await no('archive'), trash: await no('deleteditems') }
}

export const stageBytes = (store: Store, at: MailboxRef, bytes: Uint8Array): Promise<StagedBody> =>
  store.stageBody(at, bytes.length, piecesOf(bytes))

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}

/** Stores a message with that subject and body (random octets where only a size is given) in the inbox. */
export async function appendMessage(
  store: Store,
  to: TestMailbox,
  subject: string,
  body: Uint8Array | number,
): Promise<ItemState> {
  const at = { organization: to.organization, mailbox: to.mailbox }
  const bytes = typeof body === 'number' ? randomBytes(body) : body
  const staged = await stageBytes(store, at, bytes)
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
    writer.mailboxes.appendItem(at, {
      folder: to.inbox,
      class: 'message',
      receivedAt: Date.now(),
      body: staged,
      summary: { subject },
    }),
  )
}

export async function readAll(
  store: Store,
  at: MailboxRef,
  body: Parameters<Store['mailboxes']['readBody']>[1],
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.mailboxes.readBody(at, body)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export type TemporaryStore = OpenTestStore & {
  organization: Organization
  mailboxes: readonly TestMailbox[]
  /** Closes the store and opens it again on the same data. */
  reopen(): Promise<void>
  remove(): Promise<void>
}

/** A store in a folder of its own, with an organisation and some mailboxes. `remove` ends it. */
export async function temporaryStore(
  options: { mailboxes?: number; folders?: readonly DistinguishedFolder[]; now?: () => number } = {},
): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-store-'))
  const opened = await openTestStore(folder, options.now)
  const organization = await opened.store.organizations.create({ alias: 'example' })
  const mailboxes: TestMailbox[] = []
  for (let i = 0; i < (options.mailboxes ?? 1); i++) {
    mailboxes.push(await addMailbox(opened.store, organization.id, options.folders))
  }
  const temporary: TemporaryStore = {
    ...opened,
    organization,
    mailboxes,
    async reopen() {
      await temporary.store.close()
      Object.assign(temporary, await openTestStore(folder, options.now))
    },
    async remove() {
      await temporary.store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return temporary
}
