/** Answers to meetings that came in here go back as what they are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ensureBeside } from '#connectors/exchange/put-properties.ts'
import type { SourceItem } from '#src/domain/migration/source.ts'
import { givenOctets, returnedItem } from '#test/support/returned-item.ts'
import { exchangeSiteWith, folderOf, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')
const mailbox = await site.open('ann@corp.test')

const answered = (octets: Buffer, meetingClass: string | undefined): SourceItem =>
  returnedItem({ message: givenOctets(octets), ...(meetingClass !== undefined && { meetingClass }) })

test('an answer to a meeting comes back as one, and changes no event there', async () => {
  const inbox = await folderOf(mailbox, 'inbox')
  const octets = Buffer.from(
    [
      'From: bob@elsewhere.example',
      'To: ann@corp.test',
      'Subject: Accepted: planning',
      'Message-ID: <accepted@elsewhere.example>',
      'MIME-Version: 1.0',
      'Content-Type: text/calendar; method=REPLY; charset=utf-8',
      '',
      'BEGIN:VCALENDAR',
      'METHOD:REPLY',
      'PRODID:x',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'UID:answered-after-the-flip',
      'DTSTAMP:20301120T120000Z',
      'DTSTART:20310304T100000Z',
      'ORGANIZER:mailto:ann@corp.test',
      'ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@elsewhere.example',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )
  for (const [meetingClass, element] of [
    ['IPM.Schedule.Meeting.Resp.Pos', 'MeetingResponse'],
    [undefined, 'Message'],
  ] as const) {
    const how = { token: element, mark: '', again: false }
    const put = await mailbox.returns!.put(inbox, answered(octets, meetingClass), how, signal)
    assert.deepEqual(put.losses, [])
    const { Items } = await site.client('ann@corp.test').one('GetItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ItemIds: [{ ItemId: { Id: put.key } }],
    })
    assert.deepEqual(Object.keys(Items[0]), [element])
    if (element === 'MeetingResponse')
      assert.deepEqual(
        [Items[0][element].ItemClass, Items[0][element].ResponseType],
        [meetingClass, 'Accept'],
      )
  }
})

test('what is private by its calendar part alone stays so there; other mail is what its marks say', async () => {
  const [kind, sensitivity] = ['0x001a:String', '0x0036:Integer']
  const changed = async (ItemClass: string) => {
    const updates: object[] = []
    const messages = async (operation: string, request: object) => {
      if (operation === 'UpdateItem') updates.push(request)
      const shown = { ItemId: { Id: 'made', ChangeKey: '1' }, ItemClass, Sensitivity: 'Private' }
      return [{ ResponseClass: 'Success', Items: [{ Message: shown }] }]
    }
    const item = { key: 'made', title: 'private', class: 'message' } as const
    const order = { wanted: {}, asked: [kind, sensitivity] }
    await ensureBeside({ messages, isRecent: true } as never, item, order, signal)
    return updates.length > 0
  }
  assert.equal(await changed('IPM.Schedule.Meeting.Request'), false)
  assert.equal(await changed('IPM.Note'), true)
})
