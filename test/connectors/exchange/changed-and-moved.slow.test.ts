/** Each property of mail (migration.md 1.4) that is changed between two passes, with and without a move and an edit. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag, type Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { readAll, stageBytes } from '#test/support/store.ts'
import { exchangeSiteWith } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')

type State = { flags?: number; keywords?: string[]; properties?: Record<string, string> }
const COMMON = '{00062008-0000-0000-c000-000000000046}'
const LOG = '{0006200a-0000-0000-c000-000000000046}'
const soon = '2027-01-02T00:00:00Z'
const muchLater = '2027-03-04T00:00:00Z'
const property = (key: string, from: string | undefined, to: string | undefined): [State, State] => [
  from === undefined ? {} : { properties: { [key]: from } },
  to === undefined ? {} : { properties: { [key]: to } },
]
const properties: Readonly<Record<string, [State, State]>> = {
  nothing: [{}, {}],
  read: [{}, { flags: Flag.seen }],
  'read no more': [{ flags: Flag.seen }, {}],
  flagged: [{}, { flags: Flag.flagged }],
  answered: [{}, { flags: Flag.answered }],
  forwarded: [{ flags: Flag.answered }, { flags: Flag.forwarded }],
  categories: [{ keywords: ['Blue'] }, { keywords: ['Red', 'Work'] }],
  'no categories more': [{ keywords: ['Blue'] }, {}],
  importance: property('0x0017:Integer', undefined, '2'),
  'another importance': property('0x0017:Integer', '2', '0'),
  'no importance more': property('0x0017:Integer', '2', undefined),
  sensitivity: property('0x0036:Integer', undefined, '2'),
  class: property('0x001a:String', undefined, 'IPM.Note.Custom'),
  'another class': property('0x001a:String', 'IPM.Note.Custom', 'IPM.Note.Other'),
  'reminder set': property(`${COMMON}0x8503:Boolean`, undefined, 'true'),
  'reminder moved': property(`${COMMON}0x8502:SystemTime`, soon, muchLater),
  'follow-up text': property(`${COMMON}0x8530:String`, 'Call', 'Write'),
  'follow-up done': property('0x1090:Integer', undefined, '1'),
  'retention tag': property('0x3019:Binary', undefined, 'AQIDBA=='),
  'retention tag no more': property('0x3019:Binary', 'AQIDBA==', undefined),
  'journal of a program': property(`${LOG}0x8700:String`, undefined, 'Phone call'),
}

const kinds = ['changed', 'moved', 'changed, moved', 'moved up, changed', 'edited, moved', 'edited'] as const
type Kind = (typeof kinds)[number]
const folderBefore = (kind: Kind) => (kind === 'moved up, changed' ? 'junkemail' : 'inbox')
const cases = Object.entries(properties).flatMap(([name, [first, next]]) =>
  kinds.map((kind) => ({ title: `${name}: ${kind}`, kind, first, next })),
)

const octetsOf = (title: string, text: string) =>
  Buffer.from(`Subject: ${title}\r\nMessage-ID: <${encodeURIComponent(title)}@x>\r\n\r\n${text}\r\n`)

async function itemsOf(store: Store, at: MailboxRef, role: string): Promise<readonly Item[]> {
  const { no } = (await store.mailboxes.findFolder(at, { distinguished: role }))!
  const parts = ['summary', 'properties'] as const
  return (await store.mailboxes.listItems(at, no, { order: 'uid', limit: 500, parts })).rows as Item[]
}

async function picture(store: Store, at: MailboxRef, whole: boolean): Promise<Record<string, unknown>> {
  const lines: Record<string, unknown> = {}
  for (const role of ['inbox', 'junkemail'])
    for (const { summary, flags, keywords, properties: kept, body } of await itemsOf(store, at, role))
      lines[summary!.subject!.toLowerCase()] = {
        ...{ role, flags, keywords: [...keywords].sort(), subject: summary!.subject },
        ...(whole && { kept }),
        text: (await readAll(store, at, body!)).toString(),
      }
  return lines
}

test('whatever was changed of a message between two passes is so here, whether or not it moved or was edited', async () => {
  const { store } = site.service.data
  const from = await site.mailboxAt('ann@corp.test')
  const folderOf = async (role: string) =>
    (await store.mailboxes.findFolder(from, { distinguished: role }))!.no
  for (const { title, kind, first } of cases) {
    const octets = octetsOf(title, 'Text')
    await addMessage(store, from, {
      ...{ sizeBytes: octets.length, receivedAt: Date.UTC(2026, 0, 1), ...first },
      folder: await folderOf(folderBefore(kind)),
      source: (async function* () {
        yield octets
      })(),
    })
  }
  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const [copy, later] = [await migratedMailbox(scripted), await migratedMailbox(scripted)]
  const pass = async (of: typeof copy) =>
    of.pass({ run: { source: await site.open('ann@corp.test'), spool: site.spool } })
  await pass(copy)
  assert.deepEqual(await picture(copy.store, copy.at, false), await picture(store, from, false))

  const items = [...(await itemsOf(store, from, 'inbox')), ...(await itemsOf(store, from, 'junkemail'))]
  const [inbox, junk] = [await folderOf('inbox'), await folderOf('junkemail')]
  for (const { title, kind, next } of cases) {
    const { no, summary } = items.find((item) => item.summary!.subject === title)!
    const isEdited = kind.startsWith('edited')
    const subject = isEdited ? title.toUpperCase() : title
    const body = isEdited ? await stageBytes(store, from, octetsOf(subject, 'Text')) : undefined
    await store.transact(
      { organization: from.organization, mailboxes: [from.mailbox] },
      async ({ mailboxes }) => {
        if (kind !== 'moved') {
          await mailboxes.changeFlags(from, [no], { set: next.flags ?? 0, setKeywords: next.keywords ?? [] })
          await mailboxes.changeItem(from, no, {
            properties: next.properties ?? {},
            ...(body && { body, summary: { ...summary!, subject } }),
          })
        }
        if (kind.includes('moved'))
          await mailboxes.moveItems(from, { items: [no], to: kind === 'moved up, changed' ? inbox : junk })
      },
    )
  }
  await pass(copy)
  await pass(later)
  assert.deepEqual(await picture(copy.store, copy.at, false), await picture(store, from, false))
  const whole = await picture(later.store, later.at, true)
  assert.deepEqual(await picture(copy.store, copy.at, true), whole, 'as who copies it only now has it')
  for (const { title, kind, next } of cases)
    for (const [key, value] of Object.entries((kind !== 'moved' && next.properties) || {}))
      assert.equal((whole[title.toLowerCase()] as { kept: Record<string, string> }).kept[key], value, title)
  await copy.remove()
  await later.remove()
})
