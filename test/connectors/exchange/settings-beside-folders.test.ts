import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { signal } from './exchange-site.ts'
import { bad, good, scriptedExchange } from './scripted-exchange.ts'

test('settings are read while folders are listed, and do not fail with that list', async (t) => {
  let lists = 0
  const folder = { FolderId: { Id: 'F1', ChangeKey: 'a' }, DisplayName: 'Eingang', TotalCount: 0 }
  const exchange = await scriptedExchange({
    GetFolder: ({ FolderIds }) => ({
      ResponseMessages: FolderIds.map((one) => ({
        GetFolderResponseMessage:
          one.DistinguishedFolderId?.Id === 'archivemsgfolderroot'
            ? bad('ErrorFolderNotFound')
            : { ...good, Folders: [{ Folder: folder }] },
      })),
    }),
    FindFolder: () => {
      lists++
      const RootFolder = {
        ...{ IncludesLastItemInRange: true, TotalItemsInView: 1 },
        Folders: [{ Folder: folder }],
      }
      return {
        ResponseMessages: [
          {
            FindFolderResponseMessage:
              lists === 1 ? bad('ErrorMailboxStoreUnavailable') : { ...good, RootFolder },
          },
        ],
      }
    },
    GetDelegate: () => ({ ...good }),
  })
  t.after(() => exchange.end())
  const opened = await exchange.source().open('anna@corp.test', signal)
  const listed = Array.fromAsync(opened.folders(signal))
  const read = opened.settings(signal)
  await assert.rejects(listed, SourceFailure)
  assert.ok((await read).losses.length > 0)
  // Whoever gives up waits for nobody's list.
  const again = Array.fromAsync(opened.folders(signal))
  const stop = new AbortController()
  const dropped = opened.settings(stop.signal)
  stop.abort(new Error('nobody wants them'))
  await assert.rejects(dropped, /nobody wants them/)
  await again
})
