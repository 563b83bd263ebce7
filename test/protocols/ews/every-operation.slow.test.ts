import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { operations as offered } from '#src/protocols/ews/operations/index.ts'
import { type Operation, type Request, requestField } from '#src/wire/ews/message.ts'
import { operations } from '#src/wire/ews/operations.ts'
import { least } from '#src/wire/ews/refused.ts'
import { type EwsSite, openEwsSite } from './ews-site.ts'

let site: EwsSite
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
})
after(async () => {
  site.judge()
  await site.end()
})

/** exchange-interop.md 3.3, priorities 0 and 1, and of 2 what is offered all the same. */
const wanted = `
GetFolder SyncFolderHierarchy SyncFolderItems GetItem FindItem FindFolder
CreateItem UpdateItem DeleteItem SendItem MoveItem CopyItem CreateAttachment GetAttachment DeleteAttachment
Subscribe GetStreamingEvents Unsubscribe GetEvents ResolveNames GetUserAvailability GetUserOofSettings SetUserOofSettings
GetServerTimeZones GetUserConfiguration CreateUserConfiguration UpdateUserConfiguration DeleteUserConfiguration
CreateFolder UpdateFolder DeleteFolder MoveFolder CopyFolder EmptyFolder MarkAllItemsAsRead MarkAsJunk
ExpandDL GetRoomLists GetRooms FindPeople GetPersona GetUserPhoto GetDelegate AddDelegate UpdateDelegate RemoveDelegate
GetServiceConfiguration GetMailTips GetAppManifests GetAppMarketplaceUrl GetInboxRules UpdateInboxRules
GetPasswordExpirationDate ConvertId ArchiveItem ExportItems UploadItems
`
  .trim()
  .split(/\s+/)

test('what clients need is offered', () => {
  assert.deepEqual([...offered.keys()].sort(), wanted.toSorted())
})

test('every other operation is refused in a form that its clients can read', async () => {
  const ann = site.client('ann@corp.test')
  // SendNotification is what servers ask of clients.
  const others = (Object.keys(operations) as Operation[]).filter(
    (name) => !offered.has(name) && name !== 'SendNotification',
  )
  assert.ok(others.length > 40)
  const faults: string[] = []
  for (const name of others) {
    const request = least(requestField(name).type) as Request<typeof name>
    const { status, fault, response } = await ann.askAnyway(name, request)
    if (fault !== undefined) {
      assert.equal(fault.code, 'ErrorInvalidOperation', name)
      faults.push(name)
      continue
    }
    assert.equal(status, 200, name)
    assert.match(JSON.stringify(response), /"ErrorInvalidOperation"/, name)
  }
  // Their responses have no place for a code.
  assert.deepEqual(faults.sort(), [
    'CreateOrUpdateFocusedOtherOverride',
    'DeleteFocusedOtherOverride',
    'GetFocusedOtherOverrides',
    'SetUserPhoto',
  ])
})

test('what is offered answers the least request in its own form, whatever the answer', async () => {
  const ann = site.client('ann@corp.test')
  for (const name of offered.keys()) {
    if (name === 'GetStreamingEvents') continue
    const request = least(requestField(name).type) as Request<typeof name>
    const { status, fault, response } = await ann.askAnyway(name, request)
    assert.ok(status === 200 ? response !== undefined : fault !== undefined, name)
    assert.doesNotMatch(JSON.stringify(response ?? fault), /ErrorInternalServerError/, name)
  }
})
