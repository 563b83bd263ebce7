/** What would be written into the directory of the other side, row by row. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { DirectoryValues, ExchangeDirectory } from '#src/domain/migration/cut-over/directory-values.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { listMigrationDirectoryChanges } from '#src/protocols/admin/actions/list-migration-directory-changes.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { directoryMove } from '#test/support/directory-move.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})

const values: DirectoryValues = {
  targetAddress: [],
  proxyAddresses: ['SMTP:anna@corp.example'],
  homeMDB: ['CN=DB1,DC=corp'],
  msExchHomeServerName: [],
  msExchMailboxSecurityDescriptor: [],
  msExchRecipientTypeDetails: ['1'],
  msExchRecipientDisplayType: [],
}

test('who cannot be written has a row with the reason, and the others their changes, a part at each call', async () => {
  const site = await directoryMove(mailboxObject(1, 'anna'), mailboxObject(2, 'ben'))
  ends.push(() => site.temporary.remove())
  const { store, organization, steering } = site
  // Ben is gone from the directory since; of the other one nobody here knows anything.
  const add = (address: string) => addMembers(steering, [{ address, batch: 1, source: 'old' }])
  for (const name of ['ben', 'stranger', 'anna']) await add(`${name}@corp.example`)
  const there: ExchangeDirectory = {
    find: async (guid) =>
      guid === guidOf(1) ? { place: 'CN=Anna,DC=corp', legacyDn: null, values } : undefined,
    change: async () => assert.fail('nothing is written'),
    close: async () => {},
  }
  let now = 0
  const context: Partial<ActionContext> = {
    store,
    signal: new AbortController().signal,
    now: () => (now += 60_000),
    directorySync: { openWriter: async () => there } as unknown as ActionContext['directorySync'],
  }
  const rows: JsonObject[] = []
  let calls = 0
  for (let NextToken: unknown; ; ) {
    const part = await listMigrationDirectoryChanges.run(context as ActionContext, {
      ...{ OrganizationId: organization, ProjectId: 'move', BatchNumber: 1, Account: 'w', Password: 'p' },
      ...(NextToken !== undefined && { NextToken }),
    })
    rows.push(...(part.Objects as readonly JsonObject[]))
    calls++
    NextToken = part.NextToken
    if (NextToken === undefined) break
  }
  assert.equal(calls, 3)
  const [ben, stranger, anna] = rows
  assert.match(String(ben!.Problem), /ben@corp\.example .*is not in the directory any more/)
  assert.match(String(stranger!.Problem), /stranger@corp\.example/)
  assert.deepEqual([ben!.Changes, stranger!.Changes, anna!.Problem], [[], [], undefined])
  assert.ok((anna!.Changes as string[]).includes('targetAddress'))
})
