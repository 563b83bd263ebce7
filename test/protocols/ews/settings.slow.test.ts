import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workHours } from '#test/support/work-hours.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob', 'carl'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const annBox = { EmailAddress: 'ann@corp.test' } as const
const root = { DistinguishedFolderId: { Id: 'root' } } as const
const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const

test('an absence has a Duration before one was set, and is read back as it was set', async () => {
  const Mailbox = { Address: 'ann@corp.test' }
  const { OofSettings, AllowExternalOof } = await ann.ask('GetUserOofSettings', { Mailbox })
  assert.equal(OofSettings?.OofState, 'Disabled')
  assert.ok(Date.parse(OofSettings!.Duration!.StartTime) > Date.now())
  assert.equal(AllowExternalOof, 'All')
  const UserOofSettings = {
    OofState: 'Scheduled',
    ExternalAudience: 'Known',
    Duration: { StartTime: '2031-07-01T06:00:00Z', EndTime: '2031-07-15T16:00:00Z' },
    InternalReply: { Message: '<html><body>Gone <b>fishing</b></body></html>' },
    ExternalReply: { Message: 'Not here' },
  } as const
  await ann.ask('SetUserOofSettings', { Mailbox, UserOofSettings })
  const again = await ann.ask('GetUserOofSettings', { Mailbox })
  assert.deepEqual(again.OofSettings, UserOofSettings)
  const short = { OofState: 'Disabled', ExternalAudience: 'None' } as const
  await ann.ask('SetUserOofSettings', { Mailbox, UserOofSettings: short })
  const kept = await ann.ask('GetUserOofSettings', { Mailbox })
  assert.deepEqual(kept.OofSettings, { ...UserOofSettings, ...short })
})

test("an absence that ends before it begins, or is not one's own, is refused", async () => {
  const Mailbox = { Address: 'ann@corp.test' }
  const Duration = { StartTime: '2031-07-15T06:00:00Z', EndTime: '2031-07-01T06:00:00Z' }
  const UserOofSettings = { OofState: 'Scheduled', ExternalAudience: 'All', Duration } as const
  const codes = async (
    client: EwsClient,
    settings: typeof UserOofSettings | Omit<typeof UserOofSettings, 'Duration'>,
  ) =>
    (await client.ask('SetUserOofSettings', { Mailbox, UserOofSettings: settings })).ResponseMessage
      ?.ResponseCode
  assert.equal(await codes(ann, UserOofSettings), 'ErrorInvalidScheduledOofDuration')
  const { Duration: _, ...without } = UserOofSettings
  assert.equal(await codes(ann, without), 'ErrorInvalidUserOofSettings')
  assert.equal(await codes(bob, UserOofSettings), 'ErrorAccessDenied')
  const nobody = await bob.ask('GetUserOofSettings', { Mailbox: { Address: 'nobody@corp.test' } })
  assert.equal(nobody.ResponseMessage.ResponseCode, 'ErrorNonExistentMailbox')
})

test('a delegate is added, changed, told and removed, with the rights on the folders', async () => {
  const bobUser = { PrimarySmtpAddress: 'bob@corp.test' }
  const added = await ann.ask('AddDelegate', {
    Mailbox: annBox,
    DelegateUsers: [
      {
        UserId: bobUser,
        DelegatePermissions: {
          CalendarFolderPermissionLevel: 'Editor',
          InboxFolderPermissionLevel: 'Reviewer',
        },
        ReceiveCopiesOfMeetingMessages: true,
      },
      { UserId: { PrimarySmtpAddress: 'nobody@corp.test' } },
      { UserId: { PrimarySmtpAddress: 'ann@corp.test' } },
      { UserId: bobUser },
    ],
    DeliverMeetingRequests: 'DelegatesOnly',
  })
  assert.equal(added.ResponseCode, 'NoError')
  assert.deepEqual(
    added.ResponseMessages?.map(({ ResponseCode }) => ResponseCode),
    ['NoError', 'ErrorDelegateNoUser', 'ErrorDelegateCannotAddOwner', 'ErrorDelegateAlreadyExists'],
  )
  const seen = await bob.one('GetFolder', {
    FolderShape: { BaseShape: 'Default' },
    FolderIds: [{ DistinguishedFolderId: { Id: 'calendar', Mailbox: annBox } }],
  })
  assert.ok(seen.Folders[0].CalendarFolder)
  await ann.ask('UpdateDelegate', {
    Mailbox: annBox,
    DelegateUsers: [
      {
        UserId: bobUser,
        DelegatePermissions: { CalendarFolderPermissionLevel: 'Custom', InboxFolderPermissionLevel: 'None' },
        ViewPrivateItems: true,
      },
    ],
  })
  const got = await ann.ask('GetDelegate', { Mailbox: annBox, IncludePermissions: true })
  assert.equal(got.DeliverMeetingRequests, 'DelegatesOnly')
  assert.deepEqual(
    got.ResponseMessages?.map(({ DelegateUser }) => DelegateUser),
    [
      {
        UserId: { PrimarySmtpAddress: 'bob@corp.test', DisplayName: 'bob' },
        DelegatePermissions: {
          CalendarFolderPermissionLevel: 'Editor',
          TasksFolderPermissionLevel: 'None',
          InboxFolderPermissionLevel: 'None',
          ContactsFolderPermissionLevel: 'None',
          NotesFolderPermissionLevel: 'None',
          JournalFolderPermissionLevel: 'None',
        },
        ReceiveCopiesOfMeetingMessages: true,
        ViewPrivateItems: true,
      },
    ],
  )
  const named = await ann.ask('GetDelegate', {
    Mailbox: annBox,
    IncludePermissions: false,
    UserIds: [bobUser, { PrimarySmtpAddress: 'carl@corp.test' }],
  })
  assert.deepEqual(
    named.ResponseMessages?.map(({ ResponseCode, DelegateUser }) => [
      ResponseCode,
      DelegateUser?.DelegatePermissions,
    ]),
    [
      ['NoError', undefined],
      ['ErrorNotDelegate', undefined],
    ],
  )
  const removed = await ann.ask('RemoveDelegate', { Mailbox: annBox, UserIds: [bobUser, bobUser] })
  assert.deepEqual(
    removed.ResponseMessages?.map(({ ResponseCode }) => ResponseCode),
    ['NoError', 'ErrorNotDelegate'],
  )
  const none = await ann.ask('GetDelegate', { Mailbox: annBox, IncludePermissions: true })
  assert.deepEqual(none.ResponseMessages ?? [], [])
  const theirs = await bob.ask('GetDelegate', { Mailbox: annBox, IncludePermissions: true })
  assert.equal(theirs.ResponseCode, 'ErrorAccessDenied')
})

test('when somebody works, as Outlook keeps it with the calendar, is what colleagues are told', async () => {
  const told = async () => {
    const { FreeBusyResponseArray } = await bob.ask('GetUserAvailability', {
      MailboxDataArray: [{ Email: { Address: 'ann@corp.test' }, AttendeeType: 'Required' }],
      FreeBusyViewOptions: {
        TimeWindow: { StartTime: '2031-01-06T00:00:00', EndTime: '2031-01-07T00:00:00' },
        RequestedView: ['FreeBusy'],
      },
    })
    const { TimeZone, WorkingPeriodArray } = FreeBusyResponseArray![0]!.FreeBusyView!.WorkingHours!
    const { DayOfWeek, StartTimeInMinutes } = WorkingPeriodArray[0]!
    return [TimeZone.Bias, DayOfWeek.join(' '), StartTimeInMinutes]
  }
  const usual = [0, 'Monday Tuesday Wednesday Thursday Friday', 480]
  assert.deepEqual(await told(), usual)
  const UserConfigurationName = {
    Name: 'WorkHours',
    DistinguishedFolderId: { Id: 'calendar' },
  } as const
  const keep = (operation: 'CreateUserConfiguration' | 'UpdateUserConfiguration', text: string) =>
    ann.one(operation, { UserConfiguration: { UserConfigurationName, XmlData: Buffer.from(text) } })
  await keep('CreateUserConfiguration', workHours('06:30:00'))
  assert.deepEqual(await told(), [-60, 'Sunday Monday', 390])
  await keep('UpdateUserConfiguration', workHours('07:00:00'))
  assert.deepEqual(await told(), [-60, 'Sunday Monday', 420])
  await keep('UpdateUserConfiguration', '<Root/>')
  assert.deepEqual(await told(), usual)
  await keep('UpdateUserConfiguration', workHours('07:00:00'))
  await ann.one('DeleteUserConfiguration', { UserConfigurationName })
  assert.deepEqual(await told(), usual)
})

test('a configuration is made once, read in the parts asked for, changed and deleted', async () => {
  const UserConfigurationName = { Name: 'My.Program', ...inbox }
  const pair = (key: string, type: 'String' | 'Integer32' | 'StringArray', ...values: string[]) => ({
    DictionaryKey: { Type: 'String' as const, Value: [key] },
    DictionaryValue: { Type: type, Value: values },
  })
  const get = (
    UserConfigurationProperties: readonly ('All' | 'Dictionary' | 'XmlData' | 'Id')[],
  ): Promise<Message> =>
    ann.one('GetUserConfiguration', { UserConfigurationName, UserConfigurationProperties })
  const Dictionary = [
    pair('one', 'Integer32', '1'),
    pair('many', 'StringArray', 'a', 'b'),
    { DictionaryKey: { Type: 'String' as const, Value: ['nothing'] }, DictionaryValue: null },
  ]
  const UserConfiguration = { UserConfigurationName, Dictionary, XmlData: Buffer.from('<x>ü</x>') }
  assert.equal(await ann.code('UpdateUserConfiguration', { UserConfiguration }), 'ErrorItemNotFound')
  await ann.one('CreateUserConfiguration', { UserConfiguration })
  assert.equal(await ann.code('CreateUserConfiguration', { UserConfiguration }), 'ErrorItemSave')
  const { UserConfiguration: whole } = await get(['All'])
  assert.deepEqual(whole.Dictionary, Dictionary)
  assert.equal(Buffer.from(whole.XmlData).toString(), '<x>ü</x>')
  assert.equal(whole.UserConfigurationName.Name, 'My.Program')
  const { UserConfiguration: some } = await get(['Dictionary'])
  assert.equal(some.XmlData, undefined)
  const changed = { UserConfigurationName, XmlData: Buffer.from('<y/>'), BinaryData: Buffer.from([0, 255]) }
  await ann.one('UpdateUserConfiguration', { UserConfiguration: changed })
  const { UserConfiguration: now } = await get(['Dictionary', 'XmlData'])
  assert.deepEqual(
    [now.Dictionary, Buffer.from(now.XmlData).toString(), now.BinaryData],
    [Dictionary, '<y/>', undefined],
  )
  const large = { UserConfigurationName, BinaryData: Buffer.alloc(1_200_000, 7) }
  assert.equal(
    await ann.code('UpdateUserConfiguration', { UserConfiguration: large }),
    'ErrorMessageSizeExceeded',
  )
  await ann.one('DeleteUserConfiguration', { UserConfigurationName })
  assert.equal(await ann.code('DeleteUserConfiguration', { UserConfigurationName }), 'ErrorItemNotFound')
})

test('yes and no of a dictionary are answered in words, whichever way they were written', async () => {
  const UserConfigurationName = { Name: 'Yes.And.No', ...inbox }
  const pair = (key: string, value: string) => ({
    DictionaryKey: { Type: 'String' as const, Value: [key] },
    DictionaryValue: { Type: 'Boolean' as const, Value: [value] },
  })
  const given = ['1', '0', 'true', 'False'].map((value, at) => pair(`key ${at}`, value))
  const UserConfiguration = { UserConfigurationName, Dictionary: given }
  await ann.one('CreateUserConfiguration', { UserConfiguration })
  const asked = { UserConfigurationName, UserConfigurationProperties: ['Dictionary'] } as const
  const { UserConfiguration: kept } = await ann.one('GetUserConfiguration', asked)
  assert.deepEqual(
    kept.Dictionary.map(({ DictionaryValue }: ReturnType<typeof pair>) => DictionaryValue.Value[0]),
    ['true', 'false', 'true', 'False'],
  )
})

test('what the service keeps of a mailbox for itself is no configuration of clients', async () => {
  await ann.ask('AddDelegate', {
    Mailbox: annBox,
    DelegateUsers: [{ UserId: { PrimarySmtpAddress: 'carl@corp.test' } }],
  })
  const UserConfigurationName = { Name: 'Landbridge.Delegates', ...root }
  const asked = { UserConfigurationName, UserConfigurationProperties: ['All'] } as const
  assert.equal(await ann.code('GetUserConfiguration', asked), 'ErrorItemNotFound')
  assert.equal(await ann.code('DeleteUserConfiguration', { UserConfigurationName }), 'ErrorItemNotFound')
  await ann.ask('RemoveDelegate', { Mailbox: annBox, UserIds: [{ PrimarySmtpAddress: 'carl@corp.test' }] })
})

test('the options of a user are there before anybody wrote them, with the time zone', async () => {
  const UserConfigurationName = { Name: 'OWA.UserOptions', ...root }
  const asked = { UserConfigurationName, UserConfigurationProperties: ['Dictionary'] } as const
  const { UserConfiguration: usual } = await ann.one('GetUserConfiguration', asked)
  const text = (value: string) => ({ Type: 'String' as const, Value: [value] })
  assert.deepEqual(usual.Dictionary, [{ DictionaryKey: text('timezone'), DictionaryValue: text('UTC') }])
  const Dictionary = [{ DictionaryKey: text('timezone'), DictionaryValue: text('Tokyo Standard Time') }]
  await ann.one('UpdateUserConfiguration', { UserConfiguration: { UserConfigurationName, Dictionary } })
  const { UserConfiguration: changed } = await ann.one('GetUserConfiguration', asked)
  assert.deepEqual(changed.Dictionary, Dictionary)
})

test('who may not see a folder finds no configuration in it', async () => {
  const DistinguishedFolderId = { Id: 'root', Mailbox: annBox } as const
  const UserConfigurationName = { Name: 'OWA.UserOptions', DistinguishedFolderId }
  const asked = { UserConfigurationName, UserConfigurationProperties: ['All'] } as const
  assert.equal(await bob.code('GetUserConfiguration', asked), 'ErrorAccessDenied')
})

test('an id is the same in every format, and says whose mailbox it is of', async () => {
  const { Folders } = await ann.one('GetFolder', { FolderShape: { BaseShape: 'IdOnly' }, FolderIds: [inbox] })
  const { Id } = Folders[0].Folder.FolderId
  const convert = async (
    Format: 'EwsId' | 'HexEntryId' | 'OwaId' | 'EntryId',
    id: string,
    to: typeof Format,
  ) => {
    const SourceIds = [{ AlternateId: { Format, Id: id, Mailbox: 'whoever@corp.test' } }]
    return (await ann.one('ConvertId', { SourceIds, DestinationFormat: to })).AlternateId
  }
  const hex = await convert('EwsId', Id, 'HexEntryId')
  assert.match(hex.Id, /^[0-9A-F]+$/)
  assert.equal(hex.Mailbox, 'ann@corp.test')
  for (const format of ['HexEntryId', 'OwaId', 'EntryId'] as const) {
    const there = await convert('EwsId', Id, format)
    assert.equal((await convert(format, there.Id, 'EwsId')).Id, Id)
  }
  const wrong = {
    SourceIds: [{ AlternateId: { Format: 'EwsId', Id: 'AAAA', Mailbox: 'x' } }],
    DestinationFormat: 'OwaId',
  } as const
  assert.equal(await ann.code('ConvertId', wrong), 'ErrorInvalidIdMalformed')
})

test('tips tell who is away and how many a group has', async () => {
  const Mailbox = { Address: 'ann@corp.test' }
  const UserOofSettings = {
    OofState: 'Enabled',
    ExternalAudience: 'None',
    InternalReply: { Message: 'Back on Monday' },
  } as const
  await ann.ask('SetUserOofSettings', { Mailbox, UserOofSettings })
  const { GroupId } = await site.call('CreateGroup', { Name: 'team' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@corp.test' })
  const { directory } = site.service.data.store
  for (const name of ['ann', 'bob']) {
    const entry = await directory.findEntry(site.organization, { address: `${name}@corp.test` })
    await site.call('AssociateMemberToGroup', { GroupId, MemberId: entry!.id })
  }
  const addresses = ['ann@corp.test', 'carl@corp.test', 'team@corp.test', 'somebody@partner.example']
  const { ResponseMessages } = await bob.ask('GetMailTips', {
    SendingAs: { EmailAddress: 'bob@corp.test' },
    Recipients: addresses.map((EmailAddress) => ({ EmailAddress })),
    MailTipsRequested: ['OutOfOfficeMessage', 'TotalMemberCount', 'InvalidRecipient', 'MailboxFullStatus'],
  })
  const tips = ResponseMessages!.map(({ MailTips }) => MailTips!)
  assert.deepEqual(
    tips.map(({ OutOfOffice }) => OutOfOffice?.ReplyBody.Message),
    ['Back on Monday', '', undefined, undefined],
  )
  assert.deepEqual(
    tips.map(({ TotalMemberCount }) => TotalMemberCount),
    [undefined, undefined, 2, undefined],
  )
  assert.deepEqual(
    tips.map(({ MailboxFull, InvalidRecipient }) => [MailboxFull, InvalidRecipient]),
    [
      [false, false],
      [false, false],
      [undefined, false],
      [undefined, false],
    ],
  )
})

test('each configuration of the service is answered by itself, and at first there are no inbox rules', async () => {
  const { ResponseMessages } = await ann.ask('GetServiceConfiguration', {
    RequestedConfiguration: [
      ['MailTips'],
      ['UnifiedMessagingConfiguration'],
      ['ProtectionRules'],
      ['PolicyNudges'],
    ],
  })
  const [tips, calls] = ResponseMessages!
  assert.equal(ResponseMessages!.length, 4)
  assert.ok(tips!.MailTipsConfiguration?.InternalDomains.some(({ Name }) => Name === 'corp.test'))
  assert.equal(calls!.UnifiedMessagingConfiguration?.UmEnabled, false)
  const rules = await ann.ask('GetInboxRules', { MailboxSmtpAddress: 'ann@corp.test' })
  assert.deepEqual([rules.ResponseCode, rules.InboxRules], ['NoError', undefined])
})

test("a distribution list of one's own stands for everybody in it, once each", async () => {
  const member = (EmailAddress: string) => ({
    Mailbox: { Name: EmailAddress, EmailAddress, RoutingType: 'SMTP' },
  })
  const { Items } = await ann.one('CreateItem', {
    Items: [
      {
        DistributionList: {
          DisplayName: 'Friends',
          Members: ['bob@corp.test', 'far@partner.example', 'BOB@corp.test'].map(member),
        },
      },
    ],
  })
  const [list] = Object.values(Items[0]) as [Message]
  const { DLExpansion } = await ann.one('ExpandDL', { Mailbox: { ItemId: list.ItemId } })
  assert.deepEqual(
    DLExpansion.Mailbox.map(({ EmailAddress }: { EmailAddress: string }) => EmailAddress),
    ['bob@corp.test', 'far@partner.example'],
  )
  assert.equal(DLExpansion.TotalItemsInView, 2)
  assert.equal(await bob.code('ExpandDL', { Mailbox: { ItemId: list.ItemId } }), 'ErrorItemNotFound')
})
