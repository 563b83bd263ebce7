import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RuleType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob', 'carl', 'dora'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const rule = (name: string, rest: Partial<RuleType>, place = 1): RuleType => ({
  DisplayName: name,
  Priority: place,
  IsEnabled: true,
  ...rest,
})

async function replaceRules(client: EwsClient, ...rules: RuleType[]): Promise<Message> {
  const { InboxRules = [] } = (await client.ask('GetInboxRules', {})) as Message
  const deleted = InboxRules.map(({ RuleId }: RuleType) => ({ DeleteRuleOperation: { RuleId } }))
  const created = rules.map((Rule) => ({ CreateRuleOperation: { Rule } }))
  const Operations = [...deleted, ...created]
  return (await client.ask('UpdateInboxRules', { RemoveOutlookRuleBlob: true, Operations })) as Message
}

let sent = 0
async function send(from: string, to: string, subject: string, more: object = {}): Promise<string> {
  const messageId = `<rule-${++sent}@corp.test>`
  await site.as(from).sendMail({ from, to, subject, text: `Text of ${subject}`, messageId, ...more })
  return messageId
}

const subjects = async (address: string, folder?: string) =>
  (await site.messages(address, folder)).map(({ item }) => item.summary!.subject)

async function newFolder(client: EwsClient, DisplayName: string): Promise<string> {
  const { Folders } = await client.one('CreateFolder', {
    ParentFolderId: { DistinguishedFolderId: { Id: 'msgfolderroot' } },
    Folders: [{ Folder: { DisplayName } }],
  })
  return shown(Folders[0]).FolderId.Id
}

async function inFolder(client: EwsClient, Id: string): Promise<string[]> {
  const { RootFolder } = await client.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ FolderId: { Id } }],
  })
  return RootFolder.Items.map((item: object) => shown(item).Subject)
}

test('rules are read back as they were made, in the order of their places', async () => {
  const folder = await newFolder(ann, 'Read back')
  const whole = rule('Everything', {
    Conditions: {
      Categories: ['Blue'],
      ContainsBodyStrings: ['body'],
      ContainsHeaderStrings: ['X-One'],
      ContainsRecipientStrings: ['corp'],
      ContainsSenderStrings: ['bob'],
      ContainsSubjectOrBodyStrings: ['either'],
      ContainsSubjectStrings: ['one', 'two'],
      FlaggedForAction: 'FollowUp',
      FromAddresses: [{ Name: 'Bob', EmailAddress: 'bob@corp.test', RoutingType: 'SMTP' }],
      HasAttachments: true,
      Importance: 'High',
      IsMeetingRequest: true,
      ItemClasses: ['IPM.Note'],
      SentToMe: true,
      Sensitivity: 'Private',
      WithinDateRange: { StartDateTime: '2030-01-01T00:00:00Z', EndDateTime: '2031-01-01T00:00:00Z' },
      WithinSizeRange: { MinimumSize: 1, MaximumSize: 20 },
    },
    Exceptions: { IsNDR: true },
    Actions: {
      AssignCategories: ['Red'],
      CopyToFolder: { FolderId: { Id: folder } },
      Delete: true,
      ForwardToRecipients: [{ Name: 'Carl', EmailAddress: 'carl@corp.test', RoutingType: 'SMTP' }],
      MarkImportance: 'Low',
      MarkAsRead: true,
      StopProcessingRules: true,
    },
  })
  const plain = rule('First', { Actions: { MarkAsRead: true } }, 2)
  assert.equal((await replaceRules(ann, whole, plain)).ResponseCode, 'NoError')
  const { InboxRules, OutlookRuleBlobExists } = (await ann.ask('GetInboxRules', {})) as Message
  assert.equal(OutlookRuleBlobExists, false)
  const { RuleId, ...again } = InboxRules[0]
  assert.ok(RuleId.length > 8)
  assert.deepEqual(JSON.parse(JSON.stringify(again)), whole)
  const { RuleId: second } = InboxRules[1]
  const moved = { ...plain, RuleId: second, Priority: 1, IsEnabled: false }
  await ann.ask('UpdateInboxRules', { Operations: [{ SetRuleOperation: { Rule: moved } }] })
  const after = (await ann.ask('GetInboxRules', {})) as Message
  assert.deepEqual(
    after.InboxRules.map((one: RuleType) => [one.DisplayName, one.Priority, one.IsEnabled]),
    [
      ['First', 1, false],
      ['Everything', 2, true],
    ],
  )
  const code = async (MailboxSmtpAddress: string) =>
    ((await bob.ask('GetInboxRules', { MailboxSmtpAddress })) as Message).ResponseCode
  assert.equal(await code('ann@corp.test'), 'ErrorAccessDenied')
  await replaceRules(ann)
  assert.equal(((await ann.ask('GetInboxRules', {})) as Message).InboxRules, undefined)
})

test('what is wrong with a rule is said for each field, and then nothing is changed', async () => {
  const Actions = { MarkAsRead: true }
  const answer = (await ann.ask('UpdateInboxRules', {
    Operations: [
      { CreateRuleOperation: { Rule: rule('Good', { Actions }) } },
      { CreateRuleOperation: { Rule: rule('Same place', { Actions }) } },
      { CreateRuleOperation: { Rule: rule(' ', { RuleId: 'abc', Priority: 0 }) } },
      { SetRuleOperation: { Rule: rule('Unknown', { RuleId: 'abc', Actions }, 3) } },
      { DeleteRuleOperation: { RuleId: 'abc' } },
      {
        CreateRuleOperation: {
          Rule: rule(
            'Wrong everywhere',
            {
              IsNotSupported: true,
              Conditions: {
                ContainsSubjectStrings: ['x'.repeat(256)],
                MessageClassifications: ['Secret'],
                WithinSizeRange: { MinimumSize: 5, MaximumSize: 1 },
                WithinDateRange: {},
              },
              Exceptions: {
                FromAddresses: [{ EmailAddress: 'nobody' }],
                WithinSizeRange: { MinimumSize: -1 },
              },
              Actions: {
                CopyToFolder: { FolderId: { Id: 'AAAA' } },
                MoveToFolder: {
                  DistinguishedFolderId: { Id: 'inbox', Mailbox: { EmailAddress: 'bob@corp.test' } },
                },
                ForwardToRecipients: [
                  { Name: 'List', EmailAddress: 'l@corp.test', MailboxType: 'PrivateDL' },
                ],
                SendSMSAlertToRecipients: [{ EmailAddress: '+49', RoutingType: 'MOBILE' }],
                ServerReplyWithMessage: { Id: 'AAAA' },
              },
            },
            4,
          ),
        },
      },
    ],
  })) as Message
  assert.equal(answer.ResponseCode, 'ErrorInboxRulesValidationError')
  type Failed = { OperationIndex: number; ValidationErrors: { FieldURI: string; ErrorCode: string }[] }
  const found = answer.RuleOperationErrors.map(({ OperationIndex, ValidationErrors }: Failed) => [
    OperationIndex,
    ValidationErrors.map(({ FieldURI, ErrorCode }) => `${FieldURI} ${ErrorCode}`),
  ])
  assert.deepEqual(found, [
    [1, ['Priority DuplicatedPriority']],
    [
      2,
      [
        'DisplayName EmptyValueFound',
        'Priority InvalidValue',
        'Actions MissingAction',
        'RuleId CreateWithRuleId',
      ],
    ],
    [3, ['RuleId RuleNotFound']],
    [4, ['RuleId RuleNotFound', 'RuleId DuplicatedOperationOnTheSameRule']],
    [
      5,
      [
        'IsNotSupported NotSettable',
        'Condition:MessageClassifications UnsupportedRule',
        'Condition:ContainsSubjectStrings StringValueTooBig',
        'Condition:WithinDateRange MissingRangeValue',
        'Condition:WithinSizeRange InvalidSizeRange',
        'Exception:FromAddresses InvalidAddress',
        'Exception:WithinSizeRange SizeLessThanZero',
        'Action:SendSMSAlertToRecipients UnsupportedRule',
        'Action:CopyToFolder InvalidFolderId',
        'Action:MoveToFolder InvalidFolderId',
        'Action:ForwardToRecipients UnsupportedAddress',
        'Action:ServerReplyWithMessage InvalidValue',
      ],
    ],
  ])
  assert.equal(((await ann.ask('GetInboxRules', {})) as Message).InboxRules, undefined)
})

test('more rules than a mailbox keeps are refused', async () => {
  const texts = Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(255, 'x'))
  const rules = Array.from({ length: 6 }, (_, at) =>
    rule(`Big ${at}`, { Conditions: { ContainsBodyStrings: texts }, Actions: { MarkAsRead: true } }, at + 1),
  )
  assert.equal((await replaceRules(ann, ...rules)).ResponseCode, 'ErrorRulesOverQuota')
})

test('arriving mail is moved, copied, marked and deleted as rules say, and the others stay', async () => {
  const projects = await newFolder(ann, 'Projects')
  const copies = await newFolder(ann, 'Copies')
  await replaceRules(
    ann,
    rule('Important first', {
      Conditions: { ContainsSubjectStrings: ['PROJECT'] },
      Actions: { MarkImportance: 'High', AssignCategories: ['Work', 'Big'], MarkAsRead: true },
    }),
    rule(
      'Projects',
      {
        Conditions: { ContainsSubjectStrings: ['project'], ContainsBodyStrings: ['text of'] },
        Exceptions: { ContainsSubjectStrings: ['private'] },
        Actions: { MoveToFolder: { FolderId: { Id: projects } }, CopyToFolder: { FolderId: { Id: copies } } },
      },
      2,
    ),
    rule('Away', { Conditions: { ContainsSubjectStrings: ['trash'] }, Actions: { Delete: true } }, 3),
    rule(
      'Gone',
      { Conditions: { ContainsSubjectStrings: ['destroy'] }, Actions: { PermanentDelete: true } },
      4,
    ),
    rule(
      'Stop',
      {
        Conditions: { ContainsSubjectStrings: ['stop'] },
        Actions: { StopProcessingRules: true, MarkAsRead: true },
      },
      5,
    ),
    rule('Last', { Conditions: { ContainsSubjectStrings: ['stop'] }, Actions: { Delete: true } }, 6),
  )
  for (const subject of ['Project one', 'Private project', 'trash it', 'destroy it', 'stop it', 'plain'])
    await send('bob@corp.test', 'ann@corp.test', subject)
  assert.deepEqual(await subjects('ann@corp.test'), ['Private project', 'stop it', 'plain'])
  assert.deepEqual(await subjects('ann@corp.test', 'deleteditems'), ['trash it'])
  assert.deepEqual(await inFolder(ann, copies), ['Project one'])
  const { RootFolder } = await ann.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: {
      BaseShape: 'AllProperties',
      AdditionalProperties: [{ FieldURI: { FieldURI: 'item:Importance' } }],
    },
    ParentFolderIds: [{ FolderId: { Id: projects } }],
  })
  const message = shown(RootFolder.Items[0])
  assert.deepEqual(
    [message.Subject, message.IsRead, message.Categories.toSorted(), message.Importance],
    ['Project one', true, ['Big', 'Work'], 'High'],
  )
  const { rows } = await site.service.data.store.delivery.findTrace(
    site.organization,
    { recipient: 'ann@corp.test' },
    { limit: 100 },
  )
  const told = rows.find(({ name, fields }) => name === 'RULE_APPLIED' && fields.ruleName === 'Projects')
  assert.deepEqual(
    [told?.fields.ruleType, told?.fields.targetFolder, told?.fields.ruleActions],
    ['MAILBOX_RULE', 'Projects', [{ action: 'MOVE' }, { action: 'COPY' }]],
  )
})

test('a rule whose folder is gone is in error and does nothing, and its mail is in the inbox', async () => {
  const folder = await newFolder(ann, 'Short-lived')
  await replaceRules(ann, rule('Into nothing', { Actions: { MoveToFolder: { FolderId: { Id: folder } } } }))
  await ann.one('DeleteFolder', { FolderIds: [{ FolderId: { Id: folder } }], DeleteType: 'HardDelete' })
  const { InboxRules } = (await ann.ask('GetInboxRules', {})) as Message
  assert.equal(InboxRules[0].IsInError, true)
  await send('bob@corp.test', 'ann@corp.test', 'nowhere to go')
  assert.ok((await subjects('ann@corp.test')).includes('nowhere to go'))
})

test('a forward names who forwards, keeps what is attached, and goes in no circle', async () => {
  const forwardTo = (name: string) => ({ ForwardToRecipients: [{ EmailAddress: `${name}@corp.test` }] })
  const about = { Conditions: { ContainsSubjectStrings: ['circle'] } }
  await replaceRules(ann, rule('To bob', { ...about, Actions: forwardTo('bob') }))
  await replaceRules(bob, rule('Back to ann', { ...about, Actions: forwardTo('ann') }))
  const attachments = [{ filename: 'list.txt', content: 'one\ntwo\n' }]
  await send('carl@corp.test', 'ann@corp.test', 'circle', { html: '<p>In a <b>circle</b></p>', attachments })
  await site.until(async () => (await subjects('ann@corp.test')).includes('FW: FW: circle'))
  const [first] = (await site.messages('bob@corp.test')).filter(
    ({ item }) => item.summary!.subject === 'FW: circle',
  )
  assert.match(first!.text, /^From: ann <ann@corp\.test>\r$/m)
  assert.match(first!.text, /^X-MS-Exchange-Inbox-Rules-Loop: ann@corp\.test\r$/m)
  assert.match(first!.text, /^Auto-Submitted: auto-generated\r$/m)
  assert.match(first!.text, /From: carl@corp\.test/)
  assert.match(first!.text, /filename=list\.txt/)
  assert.deepEqual(first!.item.summary!.attachmentNames, ['list.txt'])
  // It was on its way from here before: the third round is not begun.
  await send('carl@corp.test', 'bob@corp.test', 'after the circle')
  assert.equal((await subjects('bob@corp.test')).filter((one) => one.includes('circle')).length, 2)
  await replaceRules(ann)
  await replaceRules(bob)
})

test('forwarded as attachment, redirected and answered; outside and inside', async () => {
  const template = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [
      { Message: { Subject: 'We got it', Body: { BodyType: 'Text', Value: 'Thank you for the order.' } } },
    ],
  })
  await replaceRules(
    ann,
    rule('Order', {
      Conditions: { ContainsSubjectStrings: ['order'] },
      Actions: {
        ForwardAsAttachmentToRecipients: [{ EmailAddress: 'away@partner.example' }],
        RedirectToRecipients: [{ EmailAddress: 'dora@corp.test' }],
        ServerReplyWithMessage: shown(template.Items[0]).ItemId,
      },
    }),
  )
  const before = site.world.messages.length
  await send('carl@corp.test', 'ann@corp.test', 'my order')
  await site.until(() => site.world.messages.length > before)
  const outside = site.world.messages.at(-1)!
  assert.match(outside.mail, /^MAIL FROM:<ann@corp\.test>/)
  assert.match(outside.content, /Content-Type: message\/rfc822/i)
  assert.match(outside.content, /Subject: my order/)
  assert.match(outside.content, /^Subject: FW: my order\r$/m)
  assert.ok((await subjects('ann@corp.test')).includes('my order'))
  const [redirected] = await site.messages('dora@corp.test')
  assert.match(redirected!.text, /^From: carl@corp\.test\r$/m)
  await site.until(async () => (await subjects('carl@corp.test')).includes('We got it'))
  const answer = (await site.messages('carl@corp.test')).find(
    ({ item }) => item.summary!.subject === 'We got it',
  )
  assert.match(answer!.text, /^Auto-Submitted: auto-replied\r$/m)
  assert.match(answer!.text, /^Return-Path: <>\r$/m)
  assert.match(answer!.text, /Thank you for the order\./)
  assert.match(answer!.text, /^In-Reply-To: <rule-/m)
  await replaceRules(ann)
})

test('nothing of a report is sent on, and what a rule would destroy with it stays', async () => {
  const Actions = {
    RedirectToRecipients: [{ EmailAddress: 'dora@corp.test' }],
    ForwardToRecipients: [{ EmailAddress: 'dora@corp.test' }],
    PermanentDelete: true,
  }
  await replaceRules(bob, rule('All away', { Actions }))
  const kept = (await subjects('dora@corp.test')).length
  await send('carl@corp.test', 'bob@corp.test', 'a report', { envelope: { from: '', to: ['bob@corp.test'] } })
  assert.ok((await subjects('bob@corp.test')).includes('a report'))
  assert.equal((await subjects('dora@corp.test')).length, kept)
  await send('carl@corp.test', 'bob@corp.test', 'no report')
  assert.ok(!(await subjects('bob@corp.test')).includes('no report'))
  await site.until(async () => (await subjects('dora@corp.test')).includes('FW: no report'))
  assert.ok((await subjects('dora@corp.test')).includes('no report'))
  await replaceRules(bob)
})

test('conditions on who and what a message is to its reader', async () => {
  const cases: [subject: string, conditions: NonNullable<RuleType['Conditions']>, mail: object][] = [
    ['only', { SentOnlyToMe: true }, {}],
    ['copy', { SentCcMe: true }, { to: 'carl@corp.test', cc: 'ann@corp.test' }],
    ['blind', { NotSentToMe: true }, { to: 'carl@corp.test', bcc: 'ann@corp.test' }],
    ['from', { FromAddresses: [{ EmailAddress: 'BOB@corp.test' }] }, {}],
    ['to', { SentToAddresses: [{ EmailAddress: 'carl@corp.test' }] }, { cc: 'carl@corp.test' }],
    ['file', { HasAttachments: true }, { attachments: [{ filename: 'a.txt', content: 'a' }] }],
    ['high', { Importance: 'High' }, { priority: 'high' }],
    ['private', { Sensitivity: 'Private' }, { headers: { Sensitivity: 'Private' } }],
    ['header', { ContainsHeaderStrings: ['x-ticket: 42'] }, { headers: { 'X-Ticket': '42' } }],
    ['flag', { FlaggedForAction: 'FollowUp' }, { headers: { 'X-Message-Flag': 'Follow up' } }],
    ['large', { WithinSizeRange: { MinimumSize: 20 } }, { text: 'x '.repeat(20_000) }],
    ['body', { ContainsBodyStrings: ['ÄPFEL UND'] }, { html: '<p>Rote <b>Äpfel</b> und Birnen' }],
    ['automatic', { IsAutomaticReply: true }, { headers: { 'Auto-Submitted': 'auto-replied' } }],
    ['class', { ItemClasses: ['IPM.Note'] }, {}],
    ['categories', { Categories: ['Blue'] }, { headers: { Keywords: 'red, blue' } }],
    ['meeting', { IsMeetingRequest: true }, { icalEvent: { method: 'REQUEST', content: calendar } }],
  ]
  for (const [subject, Conditions, mail] of cases) {
    await replaceRules(ann, rule(subject, { Conditions, Actions: { Delete: true } }))
    await send('bob@corp.test', 'ann@corp.test', `${subject} yes`, mail)
    const without = subject === 'class' ? { headers: { 'Content-Class': 'voice' } } : {}
    const to = /^(?:only|copy|blind|to)$/.test(subject) ? { to: ['ann@corp.test', 'dora@corp.test'] } : {}
    await send(subject === 'from' ? 'carl@corp.test' : 'bob@corp.test', 'ann@corp.test', `${subject} no`, {
      ...without,
      ...to,
    })
    assert.ok(
      (await subjects('ann@corp.test', 'deleteditems')).includes(`${subject} yes`),
      `${subject}: for it`,
    )
    assert.ok((await subjects('ann@corp.test')).includes(`${subject} no`), `${subject}: not for it`)
  }
  await replaceRules(ann)
})

const calendar = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//test//EN',
  'METHOD:REQUEST',
  'BEGIN:VEVENT',
  'UID:rules-1',
  'DTSTAMP:20300101T000000Z',
  'DTSTART:20300102T100000Z',
  'DTEND:20300102T110000Z',
  'SUMMARY:Meeting',
  'ORGANIZER:mailto:bob@corp.test',
  'ATTENDEE:mailto:ann@corp.test',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')
