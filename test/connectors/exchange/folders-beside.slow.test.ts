/** The online archive and what can be brought back: read where they are asked for, each refusal by its name. */
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { allItems, exchangeSiteWith, folderOf, foldersOf, signal } from './exchange-site.ts'
import { bad, Fault, good, type Script, scriptedExchange } from './scripted-exchange.ts'

const site = await exchangeSiteWith('ann')
const at = await site.mailboxAt('ann@corp.test')

const folderNo = async (distinguished: string) =>
  (await site.service.data.store.mailboxes.findFolder(at, { distinguished }))!.no

async function put(distinguished: string, subject: string) {
  const { store } = site.service.data
  const source = Buffer.from(
    `Subject: ${subject}\r\nMessage-ID: <${subject.replaceAll(' ', '-')}@corp.test>\r\n\r\n${subject}\r\n`,
  )
  return addMessage(store, at, {
    ...{ folder: await folderNo(distinguished), source: Readable.from([source]), sizeBytes: source.length },
    ...{ receivedAt: Date.UTC(2026, 10, 2), flags: Flag.seen },
  })
}

test('an archive is a folder of its own, what can be brought back stays so, and both have their deltas', async (t) => {
  const { store } = site.service.data
  await put('inbox', 'of today')
  await put('archiveinbox', 'of long ago')
  const deleted = await put('inbox', 'thrown away')
  await deleteItems(store, at, [deleted.no], 'soft')
  const given = site.source('ann@corp.test', { archive: true, recoverable: true })
  const mailbox = await migratedMailbox({
    ...given,
    open: (_, signal) => given.open('ann@corp.test', signal),
  })
  t.after(() => mailbox.remove())
  const lie = async () => {
    const { no } = (await mailbox.store.mailboxes.findFolder(mailbox.at, {
      distinguished: 'recoverableitemsdeletions',
    }))!
    const page = await mailbox.store.mailboxes.listItems(mailbox.at, no, {
      ...{ order: 'uid', limit: 9, parts: ['summary'] },
    })
    const subjects = page.rows.map(({ summary }) => summary!.subject)
    return { ...(await mailbox.picture()), buried: subjects }
  }
  const [today, longAgo] = ['of today', 'of long ago'].map((one) => `${one} [${Flag.seen}] ${one}`)
  await mailbox.pass()
  assert.deepEqual(await lie(), {
    ...{ '/Inbox': [today], '/Online Archive/Inbox': [longAgo] },
    buried: ['thrown away'],
  })
  await put('archivedeleteditems', 'of a year')
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) =>
    mailboxes.moveItems(at, { items: [deleted.no], to: await folderNo('inbox') }),
  )
  await mailbox.pass()
  assert.deepEqual(await lie(), {
    '/Inbox': [today, `thrown away [${Flag.seen}] thrown away`],
    '/Online Archive/Inbox': [longAgo],
    '/Online Archive/Deleted Items': [`of a year [${Flag.seen}] of a year`],
    buried: [],
  })
})

test('without being asked for neither is read, and an archive that holds something is named', async () => {
  const mailbox = await site.open('ann@corp.test')
  const folders = await foldersOf(mailbox)
  assert.ok(folders.every(({ name, role }) => name !== 'Online Archive' && !role?.includes('recoverable')))
  const { losses } = await mailbox.settings(signal)
  const archive = losses.find(({ property }) => property === 'online archive')
  assert.match(archive!.reason, /^it holds \d+ items? and is left there; the option "archive"/)
})

test('rights are asked of folders that people see', async () => {
  const { store } = site.service.data
  const bin = await folderNo('recoverableitemsdeletions')
  await store.transact({ organization: at.organization }, ({ directory }) =>
    directory.putFolderPermission(
      ...([at.organization, at.mailbox, bin, 'default', rightsOfProfile('Editor')] as const),
    ),
  )
  const mailbox = await site.open('ann@corp.test', { archive: true, recoverable: true })
  const { role, key } = await folderOf(mailbox, 'recoverableitemsdeletions')
  assert.equal(role, 'recoverableitemsdeletions')
  const { untoldFolders, folderGrants, losses } = await mailbox.settings(signal)
  assert.ok(folderGrants.every(({ folder }) => folder !== key))
  assert.ok(!untoldFolders!.includes(key))
  assert.deepEqual(
    losses.filter(({ property }) => /archive|recoverable|rights on/.test(property)),
    [],
  )
  assert.equal(
    (await allItems(mailbox, await folderOf(mailbox, 'recoverableitemsdeletions'))).failed.length,
    0,
  )
})

/** A server that has an inbox, and answers for the others as is said. */
const answering = (answer: (name: string) => object): Script => ({
  GetFolder: ({ FolderIds }) => ({
    ResponseMessages: FolderIds.map(({ DistinguishedFolderId: one }) => ({
      GetFolderResponseMessage:
        one === undefined || one.Id === 'msgfolderroot' || one.Id === 'inbox'
          ? { ...good, Folders: [{ Folder: inboxThere }] }
          : answer(one.Id),
    })),
  }),
  FindFolder: () => ({
    ResponseMessages: [
      {
        FindFolderResponseMessage: {
          ...good,
          RootFolder: {
            ...{ IncludesLastItemInRange: true, TotalItemsInView: 1 },
            Folders: [{ Folder: inboxThere }],
          },
        },
      },
    ],
  }),
  GetDelegate: () => ({ ...good }),
})
const inboxThere = { FolderId: { Id: 'F1', ChangeKey: 'a' }, DisplayName: 'Eingang', TotalCount: 0 }

const told = async (script: Script) => {
  const exchange = await scriptedExchange(script)
  try {
    const mailbox = await exchange.source({ archive: true, recoverable: true }).open('ann@corp.test', signal)
    const folders = (await foldersOf(mailbox)).map(({ name }) => name)
    const { losses } = await mailbox.settings(signal)
    const beside = losses.filter(({ property }) => ['online archive', 'recoverable items'].includes(property))
    return { folders, beside, lacksFolders: mailbox.lacksFolders }
  } finally {
    await exchange.end()
  }
}

test('who has no archive has lost none', async () => {
  for (const code of ['ErrorFolderNotFound', 'ErrorItemNotFound', 'ErrorArchiveMailboxNotEnabled'] as const)
    assert.deepEqual(await told(answering(() => bad(code))), {
      ...{ folders: ['Eingang'], beside: [], lacksFolders: false },
    })
})

test('a refusal is a loss by its name, and nothing counts as gone meanwhile', async () => {
  const { beside, ...found } = await told(
    answering((name) =>
      name === 'archivemsgfolderroot'
        ? bad('ErrorArchiveMailboxServiceDiscoveryFailed', 'no licence')
        : name.startsWith('recoverable')
          ? bad('ErrorAccessDenied', 'not you')
          : bad('ErrorFolderNotFound'),
    ),
  )
  assert.deepEqual(found, { folders: ['Eingang'], lacksFolders: true })
  assert.deepEqual(
    beside.map(({ property, weight }) => [property, weight]),
    [
      ['online archive', 'visible'],
      ['recoverable items', 'visible'],
    ],
  )
  assert.match(
    beside[0]!.reason,
    /^it cannot be read and stays there: The online archive of ann@corp\.test: ErrorArchiveMailboxServiceDiscoveryFailed, no licence\.$/,
  )
  assert.match(beside[1]!.reason, /ErrorAccessDenied, not you\. Give the migration account/)
})

test('a server that does not know the words has neither', async () => {
  const script = answering(() => bad('ErrorFolderNotFound'))
  const { GetFolder } = script
  script.GetFolder = (request, asked) => {
    const newer = request.FolderIds.some(({ DistinguishedFolderId: one }) =>
      /archive|recoverable/.test(one?.Id ?? ''),
    )
    if (newer) throw new Fault('ErrorInvalidRequest')
    return GetFolder!(request, asked)
  }
  assert.deepEqual(await told(script), { folders: ['Eingang'], beside: [], lacksFolders: false })
})

test('what passes is no refusal', async () => {
  await assert.rejects(
    told(
      answering((name) =>
        bad(name === 'archivemsgfolderroot' ? 'ErrorMailboxStoreUnavailable' : 'ErrorFolderNotFound'),
      ),
    ),
    (error) => error instanceof SourceFailure && error.kind === 'transient',
  )
})
