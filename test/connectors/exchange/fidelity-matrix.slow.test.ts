/** Scenario 13 of migration.md 5, from end to end: whatever an item has is here after the copy, or is named as lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag, type FolderNo, type Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { contentDigest } from '#src/domain/migration/engine/items/canonical.ts'
import { sourceItem, wholeItem } from '#src/domain/migration/stored-item.ts'
import type { Store } from '#src/domain/store.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { exchangeSiteWith, octetsOf, sha256, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann')

type Row = {
  what: string
  folder?: string
  flags?: number
  keywords?: readonly string[]
  properties?: Record<string, string | readonly string[]>
  /** Header lines of a message, and its text. */
  header?: readonly string[]
  text?: string
}

/** Of migration.md 1.4, what a message may have. */
const messages: readonly Row[] = [
  { what: 'read', flags: Flag.seen },
  { what: 'unread' },
  { what: 'answered', flags: Flag.seen | Flag.answered },
  { what: 'forwarded', flags: Flag.seen | Flag.forwarded },
  { what: 'flagged', flags: Flag.flagged },
  { what: 'draft', folder: 'drafts', flags: Flag.draft | Flag.seen },
  { what: 'categories', keywords: ['Rote Kategorie', 'Work'] },
  { what: 'importance', properties: { '0x0017:Integer': '2' } },
  { what: 'sensitivity', properties: { '0x0036:Integer': '3' } },
  { what: 'conversation topic', properties: { '0x0070:String': 'Topic' } },
  { what: 'conversation index', properties: { '0x0071:Binary': 'AQHP1234' } },
  { what: 'when it was answered', properties: { '0x1082:SystemTime': '2026-01-02T03:04:05Z' } },
  {
    what: 'reminder',
    properties: {
      '{00062008-0000-0000-c000-000000000046}0x8503:Boolean': 'true',
      '{00062008-0000-0000-c000-000000000046}0x8502:SystemTime': '2027-01-02T03:04:05Z',
    },
  },
  { what: 'item class of encrypted mail', properties: { '0x001a:String': 'IPM.Note.SMIME' } },
  {
    what: 'item class of protected mail',
    properties: { '0x001a:String': 'IPM.Note.rpmsg.Microsoft.Voicemail' },
  },
  {
    what: 'blind copies of sent mail',
    folder: 'sentitems',
    flags: Flag.seen,
    header: ['Bcc: hidden@x.example'],
  },
  {
    what: 'signed mail',
    header: [
      'MIME-Version: 1.0',
      'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b',
    ],
    text: '--b\r\nContent-Type: text/plain \r\n\r\n trailing blanks  \r\n\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nMIIB\r\n--b--\r\n',
  },
  { what: 'retention', properties: { '0x3019:Binary': 'AQIDBA==', '0x301a:Integer': '30' } },
  {
    what: 'when it goes to the archive',
    properties: {
      ...{ '0x3018:Binary': 'AQIDBA==', '0x301d:Integer': '144', '0x301e:Integer': '365' },
      '0x301f:SystemTime': '2027-01-02T00:00:00Z',
    },
  },
  {
    what: 'answer of a vote',
    properties: {
      '{00062008-0000-0000-c000-000000000046}0x8524:String': 'Yes',
      '{00062008-0000-0000-c000-000000000046}0x8520:Binary': 'AgEGAAAA',
    },
  },
  {
    what: 'follow-up with its dates',
    flags: Flag.flagged,
    properties: {
      '{00062003-0000-0000-c000-000000000046}0x8104:SystemTime': '2027-01-02T00:00:00Z',
      '{00062003-0000-0000-c000-000000000046}0x8105:SystemTime': '2027-01-09T00:00:00Z',
      '{00062008-0000-0000-c000-000000000046}0x8530:String': 'Call back',
    },
  },
  {
    what: 'follow-up that is done',
    properties: { '0x1090:Integer': '1', '0x1091:SystemTime': '2026-01-02T03:04:00Z' },
  },
  { what: 'a journal entry', folder: 'journal', properties: { '0x001a:String': 'IPM.Activity' } },
  {
    what: 'wish for a receipt',
    header: ['Disposition-Notification-To: <b@x.example>', 'Return-Receipt-To: <b@x.example>'],
  },
  { what: 'sent date', header: ['Date: Mon, 4 Feb 2019 23:59:58 -1130'] },
  {
    what: 'message id, thread headers',
    header: [
      'References: <a@x.example> <b@x.example>',
      'In-Reply-To: <b@x.example>',
      'Thread-Index: AdZ+0w==',
    ],
  },
  {
    what: 'encrypted mail',
    header: [
      'MIME-Version: 1.0',
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
      'Content-Transfer-Encoding: base64',
    ],
    text: 'MIIBIwYJKoZIhvcNAQcDoIIBFDCCARACAQAxgc4wgcsCAQAwNDA=\r\n',
  },
  {
    what: 'protected mail',
    properties: { '0x001a:String': 'IPM.Note.rpmsg.Microsoft.Rpmsg' },
    header: [
      'MIME-Version: 1.0',
      'Content-Class: rpmsg.message',
      'Content-Type: multipart/mixed; boundary=b',
    ],
    text: '--b\r\n\r\nProtected.\r\n--b\r\nContent-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\ndugEYMQ=\r\n--b--\r\n',
  },
  {
    what: 'a journal report',
    header: ['MIME-Version: 1.0', 'X-MS-Journal-Report:', 'Content-Type: multipart/mixed; boundary=b'],
    text: '--b\r\n\r\nSender: a@x.example\r\nRecipient: b@x.example\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nText\r\n--b--\r\n',
  },
  {
    what: 'a read receipt',
    properties: { '0x001a:String': 'REPORT.IPM.Note.IPNRN' },
    header: [
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
    ],
    text: '--b\r\n\r\nRead.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n',
  },
  {
    what: 'voice mail',
    properties: { '0x001a:String': 'IPM.Note.Microsoft.Voicemail.UM.CA' },
    header: ['MIME-Version: 1.0', 'Content-Class: voice', 'Content-Type: audio/mpeg; name=voice.mp3'],
    text: 'MP3\r\n',
  },
  {
    what: 'a property of a program',
    properties: { '{00020329-0000-0000-c000-000000000046}X-Ticket:String': '4711' },
  },
]

/** What a program puts beside an item under a name of its own. */
const isOfOthers = (key: string): boolean => key.includes('X-Ticket')

/** Everything that can be compared of an item. */
async function pictureOf(store: Store, at: MailboxRef, item: Item) {
  const {
    class: kind,
    flags,
    keywords,
    receivedAt,
    properties,
    message,
    content,
    attachments,
  } = await sourceItem(store.mailboxes, at, item)
  return {
    kind,
    flags,
    keywords: [...keywords].sort(),
    seconds: Math.floor(receivedAt / 1_000),
    properties,
    octets: message === null ? '' : sha256(await octetsOf(message)),
    content: content === null ? '' : contentDigest(content),
    files: await Promise.all(attachments.map(async (file) => `${file.name} ${sha256(await octetsOf(file))}`)),
  }
}

async function itemsOf(store: Store, at: MailboxRef, folder: FolderNo): Promise<Item[]> {
  const { rows } = await store.mailboxes.listItems(at, folder, { order: 'uid', limit: 100, parts: wholeItem })
  return rows as Item[]
}

test('each property of a message is equal after the copy, or named', async () => {
  const { store } = site.service.data
  const from = await site.mailboxAt('ann@corp.test')
  for (const [at, row] of messages.entries()) {
    const {
      what,
      folder = 'inbox',
      flags = 0,
      keywords = [],
      properties = {},
      header = [],
      text = 'Text\r\n',
    } = row
    const lines = ['From: b@x.example', `Subject: ${what}`, `Message-ID: <${at}@x.example>`, ...header]
    const octets = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`)
    await addMessage(store, from, {
      folder: (await store.mailboxes.findFolder(from, { distinguished: folder }))!.no,
      sizeBytes: octets.length,
      receivedAt: Date.UTC(2020, 0, 1, 0, at),
      ...{ flags, keywords, properties },
      source: (async function* () {
        yield octets
      })(),
    })
  }

  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const copy = await migratedMailbox(scripted)
  const source = await site.open('ann@corp.test')
  await copy.pass({ run: { source, spool: site.spool } })

  // What EWS has no list of is named once for the mailbox.
  const mailbox = new Set((await source.settings(signal)).losses.map(({ property }) => property))
  assert.ok(mailbox.has('properties of other programs'))
  const silent: string[] = []
  let compared = 0
  for (const role of ['inbox', 'drafts', 'sentitems', 'journal']) {
    const mine = (await store.mailboxes.findFolder(from, { distinguished: role }))!
    const theirs = (await copy.store.mailboxes.findFolder(copy.at, { distinguished: role }))!
    const copied = new Map(
      (await itemsOf(copy.store, copy.at, theirs.no)).map((item) => [item.summary!.subject, item]),
    )
    for (const item of await itemsOf(store, from, mine.no)) {
      const { subject } = item.summary!
      const other = copied.get(subject)
      assert.ok(other, `"${subject}" did not come over`)
      const [before, after] = [
        await pictureOf(store, from, item),
        await pictureOf(copy.store, copy.at, other),
      ]
      const row = await copy.store.migration.findLedgerItemOf(copy.at, other.no)
      const named = row!.losses.map(({ property }) => property)
      for (const part of ['kind', 'flags', 'keywords', 'seconds', 'octets', 'content', 'files'] as const)
        if (JSON.stringify(before[part]) !== JSON.stringify(after[part]))
          silent.push(`${subject}: ${part} ${JSON.stringify(before[part])} is ${JSON.stringify(after[part])}`)
      for (const [key, value] of Object.entries(before.properties))
        if (
          JSON.stringify(after.properties[key]) !== JSON.stringify(value) &&
          named.length === 0 &&
          !isOfOthers(key)
        )
          silent.push(
            `${subject}: ${key} ${JSON.stringify(value)} is ${JSON.stringify(after.properties[key])}`,
          )
      compared++
    }
  }
  await copy.remove()
  assert.equal(compared, messages.length)
  assert.deepEqual(silent, [])
})
