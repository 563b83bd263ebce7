import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { signal } from './exchange-site.ts'
import { bad, Fault, good, scriptedExchange } from './scripted-exchange.ts'

/** A server that has each folder it is asked for; one mailbox lies on an older one, one is not there. */
async function site(t: TestContext) {
  const asked: string[] = []
  const there = ['inbox']
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
      if (there.length === 0)
        return {
          ResponseMessages: [{ FindFolderResponseMessage: bad('ErrorNonExistentMailbox', 'not here') }],
        }
      const Folders = there.map((name) => ({
        Folder: {
          FolderId: { Id: `id of ${name}`, ChangeKey: 'a' },
          DisplayName: name === 'inbox' ? 'Eingang' : name,
          TotalCount: 0,
        },
      }))
      const RootFolder = { IncludesLastItemInRange: true, TotalItemsInView: there.length, Folders }
      return { ResponseMessages: [{ FindFolderResponseMessage: { ...good, RootFolder } }] }
    },
  })
  t.after(() => exchange.end())
  return { source: exchange.source(), asked, there }
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

const again = async (source: MailboxSource, mailbox: string) => {
  const folders = await Array.fromAsync(source.reopen!(mailbox)!.folders(signal))
  return folders.map(({ name, role }) => `${name}: ${role}`)
}

test('a mailbox that was opened before is listed in one call, and asked for roles where its folders are others', async (t) => {
  const { source, asked, there } = await site(t)
  assert.equal(source.reopen!('ann@corp.test'), undefined)
  await foldersOf(source, 'ann@corp.test')
  asked.length = 0
  assert.deepEqual(await again(source, 'ann@corp.test'), ['Eingang: inbox'])
  assert.deepEqual(asked.splice(0), ['FindFolder'])
  there.push('archive')
  const both = ['Eingang: inbox', 'archive: archive']
  assert.deepEqual(await again(source, 'ann@corp.test'), both)
  assert.deepEqual(asked.splice(0), ['FindFolder', 'roles Exchange2013'])
  assert.deepEqual(await again(source, 'ann@corp.test'), both)
  assert.deepEqual(asked.splice(0), ['FindFolder'])
  // Whoever lists them once more in the same pass wants to know.
  const opened = source.reopen!('ann@corp.test')!
  await Array.fromAsync(opened.folders(signal))
  await Array.fromAsync(opened.folders(signal))
  assert.deepEqual(asked.splice(0), ['FindFolder', 'roles Exchange2013', 'FindFolder'])
})

test('a mailbox that was opened before and is not there any more is said to be so, and opened as ever then', async (t) => {
  const { source, there } = await site(t)
  await foldersOf(source, 'ann@corp.test')
  there.length = 0
  await assert.rejects(
    again(source, 'ann@corp.test'),
    (error) => error instanceof SourceFailure && error.kind === 'mailbox-permanent',
  )
  assert.equal(source.reopen!('ann@corp.test'), undefined)
})
