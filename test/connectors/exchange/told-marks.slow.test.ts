/** Of which messages a list of changes tells all that can have changed of them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import { signal } from './exchange-site.ts'
import { changesOf, inbox, scriptedExchange } from './scripted-exchange.ts'

const flags = (Value: number) => [
  {
    ExtendedFieldURI: { PropertyTag: '0xe07', PropertyType: 'Integer' as const },
    Value: String(Value),
  },
]
const messages: Readonly<Record<string, number>> = {
  delivered: 0x3,
  modified: 0x1,
  unsent: 0x8,
  'new draft': 0xa,
}

test('marks alone are told of what is as it was delivered; what was modified or is a draft is to be read', async (t) => {
  const exchange = await scriptedExchange({
    SyncFolderItems: () =>
      changesOf(
        Object.entries(messages).map(([Id, value]) => ({
          Create: {
            Message: {
              ItemId: { Id, ChangeKey: '1' },
              ItemClass: 'IPM.Note',
              Size: 100,
              ExtendedProperty: flags(value),
            },
          },
        })),
      ),
  })
  t.after(() => exchange.end())
  const mailbox = await exchange.source().open('ann@corp.example', signal)
  const { changes } = await mailbox.changes(inbox, null, 100, signal)
  assert.deepEqual(
    changes.map((change) => [change.key, change.kind === 'item' ? change.marks : undefined]),
    [
      ['delivered', { flags: Flag.seen, keywords: [] }],
      ['modified', null],
      ['unsent', null],
      ['new draft', null],
    ],
  )
})
