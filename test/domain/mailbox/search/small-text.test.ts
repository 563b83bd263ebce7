import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo, type ItemState } from '#src/domain/mailbox/item.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { searchMessages } from '#src/domain/mailbox/search/search.ts'
import { smallText } from '#src/domain/mailbox/search/small-text.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { store, reader } = memory
const at = memory.newRef()
let inbox: FolderNo
let items: ItemState[]
after(() => memory.close())

const part = (head: string, written: string) => `--b\r\nContent-Type: ${head}\r\n\r\n${written}\r\n`
const sources = [
  'Subject: one\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDie Stra=DFe\r\n',
  `Subject: Street\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${[
    part('text/html', '<p>Go <b>H</b>ome</p>'),
    part('application/pdf', 'street'),
    part('text/plain', 'Last'),
  ].join('')}--b--\r\n`,
  'Subject: nothing\r\n\r\n',
  `Subject: long\r\n\r\n${'street '.repeat(3_000)}`,
]

before(async () => {
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  inbox = (await reader.findFolder(at, { distinguished: 'inbox' }))!.no
  items = []
  for (const text of sources) {
    const source = (async function* () {
      yield Buffer.from(text)
    })()
    items.push(await addMessage(store, at, { folder: inbox, source, sizeBytes: text.length, receivedAt: 0 }))
  }
})

test('is the text parts folded, HTML twice, and nothing of what is long', async () => {
  const texts: (string | undefined)[] = []
  for (const { no } of items) {
    const [item] = await reader.getItems(at, [no], ['structure'])
    texts.push(await smallText(reader, at, item!))
  }
  assert.equal(texts[0], 'die strasse\r\n')
  assert.deepEqual(
    texts[1]?.split('\0').map((text) => text.trim()),
    ['<p>go <b>h</b>ome</p>', 'go home', 'last'],
  )
  assert.deepEqual(texts.slice(2), ['', undefined])
})

test('is read once, until the item changes', async () => {
  let reads = 0
  const watched: MailboxReader = {
    ...reader,
    readBody: (ref, body, range) => {
      reads++
      return reader.readBody(ref, body, range)
    },
  }
  const digests = new Digests()
  const small = { kind: 'size', smaller: 10_000 } as const
  const search = async (contains: string) => {
    const query: Query = { kind: 'and', of: [small, { kind: 'body', contains }] }
    const found: number[] = []
    for await (const page of searchMessages({ mailboxes: watched, digests }, at, inbox, query))
      found.push(...page.map(({ uid }) => uid))
    return found
  }
  assert.deepEqual(await search('STRASSE'), [1])
  assert.equal(reads, 2, 'of three one has no text')
  assert.deepEqual(await search('go home'), [2])
  assert.deepEqual(await search('home last'), [])
  assert.deepEqual(await search('street'), [])
  assert.deepEqual(await search(''), [1, 2, 3])
  assert.equal(reads, 2)
  await memory.write((writer) => writer.changeFlags(at, [items[0]!.no], { add: Flag.seen }))
  assert.deepEqual(await search('straße'), [1])
  assert.equal(reads, 3)
})
