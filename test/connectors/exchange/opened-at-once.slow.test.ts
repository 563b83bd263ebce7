import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { signal } from './exchange-site.ts'
import { bad, Fault, good, scriptedExchange } from './scripted-exchange.ts'

/** A server that has each folder it is asked for; one mailbox lies on an older one, one is not there. */
async function site(t: TestContext) {
  const asked: string[] = []
  const exchange = await scriptedExchange({
    GetFolder: ({ FolderIds }, { headers }) => {
      const mailbox = headers.ExchangeImpersonation?.ConnectingSID?.PrimarySmtpAddress?.Value
      const names = FolderIds.map(({ DistinguishedFolderId }) => DistinguishedFolderId?.Id as string)
      asked.push(`${names.length === 1 ? names[0] : 'roles'} ${headers.RequestServerVersion?.Version}`)
      if (mailbox === 'old@corp.test' && names.includes('syncissues')) throw new Fault('ErrorInvalidRequest')
      return {
        ResponseMessages: names.map((name) => ({
          GetFolderResponseMessage:
            mailbox === 'nobody@corp.test' || name === 'archivemsgfolderroot'
              ? bad('ErrorFolderNotFound', 'not here')
              : { ...good, Folders: [{ Folder: { FolderId: { Id: `id of ${name}`, ChangeKey: 'a' } } }] },
        })),
      }
    },
    FindFolder: () => {
      asked.push('FindFolder')
      const Folder = {
        FolderId: { Id: 'id of inbox', ChangeKey: 'a' },
        DisplayName: 'Eingang',
        TotalCount: 0,
      }
      const RootFolder = { IncludesLastItemInRange: true, TotalItemsInView: 1, Folders: [{ Folder }] }
      return { ResponseMessages: [{ FindFolderResponseMessage: { ...good, RootFolder } }] }
    },
  })
  t.after(() => exchange.end())
  return { source: exchange.source(), asked }
}

const foldersOf = async (source: MailboxSource, mailbox: string) => {
  const opened = await source.open(mailbox, signal)
  const folders = await Array.fromAsync(opened.folders(signal))
  return folders.map(({ name, role }) => `${name}: ${role}`)
}

test('once a server is known, a mailbox is opened and its folders are named in one call', async (t) => {
  const { source, asked } = await site(t)
  for (const [mailbox, calls] of [
    ['ann@corp.test', ['msgfolderroot Exchange2010_SP1', 'roles Exchange2013', 'FindFolder']],
    ['ben@corp.test', ['roles Exchange2013', 'FindFolder']],
  ] as const) {
    assert.deepEqual(await foldersOf(source, mailbox), ['Eingang: inbox'])
    assert.deepEqual(asked.splice(0), calls)
  }
})

test('a mailbox on an older server is opened with the words of that one', async (t) => {
  const { source, asked } = await site(t)
  await foldersOf(source, 'ann@corp.test')
  asked.length = 0
  assert.deepEqual(await foldersOf(source, 'old@corp.test'), ['Eingang: inbox'])
  assert.deepEqual(asked.slice(0, 2), ['roles Exchange2013', 'msgfolderroot Exchange2010_SP1'])
})

test('a mailbox that is not there is said to be so, also once the server is known', async (t) => {
  const { source } = await site(t)
  for (const _ of [1, 2]) {
    await assert.rejects(
      source.open('nobody@corp.test', signal),
      (error) =>
        error instanceof SourceFailure &&
        error.kind === 'mailbox-permanent' &&
        error.message.startsWith('The mailbox nobody@corp.test'),
    )
    await foldersOf(source, 'ann@corp.test')
  }
})
