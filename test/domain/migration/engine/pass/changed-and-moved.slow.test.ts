/** What was changed of a message and moved between two passes is here as it is there, whichever folder is read first. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { SourceFacts } from '#src/domain/migration/source.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import type { ScriptedBox } from '#test/support/scripted-box.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { readAll } from '#test/support/store.ts'

const ANNA = 'anna@source.example'
const NAMES = ['first', 'second']
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

type Edit = Parameters<ScriptedBox['edit']>[2]
const IMPORTANCE = '0x0017:Integer'
const high = { [IMPORTANCE]: '2' }
const low = { [IMPORTANCE]: '0' }
const edits: Readonly<Record<string, { first?: Edit; next: Edit }>> = {
  'nothing else': { next: {} },
  'a mark': { next: { flags: Flag.seen } },
  'a category': { next: { keywords: ['Work'] } },
  'an importance': { next: { properties: high } },
  'another importance': { first: { properties: high }, next: { properties: low } },
  'no importance more': { first: { properties: high }, next: { properties: {} } },
  'another subject': { next: { title: 'MESSAGE' } },
  'mark, category and class': {
    next: { flags: Flag.answered, keywords: ['B'], properties: { '0x001a:String': 'IPM.Note.Custom' } },
  },
}

function factsOf(box: ScriptedBox) {
  return async (keys: readonly string[]): Promise<ReadonlyMap<string, SourceFacts>> =>
    new Map(
      [...box.tree.values()].flatMap((folder) =>
        keys.flatMap((key): [string, SourceFacts][] => {
          const item = folder.items.get(key)?.item
          return item === undefined ? [] : [[key, item]]
        }),
      ),
    )
}

const octetsOf = (subject: string, name: string) =>
  Buffer.from(`Subject: ${subject}\r\nMessage-ID: <${name}@x>\r\n\r\nText of ${name}\r\n`)

async function pictureHere({ store, at, folders }: MigratedMailbox): Promise<string[]> {
  const lines: string[] = []
  for (const { no, name } of (await folders()).filter(({ name }) => NAMES.includes(name))) {
    const page = await store.mailboxes.listItems(at, no, {
      ...{ order: 'uid', limit: 500 },
      parts: ['properties', 'summary'],
    })
    for (const { flags, keywords, properties, body } of page.rows) {
      const octets = await readAll(store, at, body!)
      lines.push(JSON.stringify([name, flags, keywords, properties ?? {}, octets.toString()]))
    }
  }
  return lines.sort()
}

const pictureThere = (box: ScriptedBox): string[] =>
  [...box.tree.values()]
    .flatMap(({ name, items }) =>
      [...items.values()].map(({ item: { flags, keywords, properties }, octets }) =>
        JSON.stringify([name, flags, keywords, properties, String(octets)]),
      ),
    )
    .sort()

for (const direction of ['down', 'up', 'there and back'] as const)
  test(`a message that moved ${direction} the list of folders brings what was changed of it`, async () => {
    const source = new ScriptedSource()
    const box = source.box(ANNA)
    box.facts = factsOf(box)
    const [first, second] = NAMES.map((name) => box.addFolder(name))
    const [from, to] = direction === 'up' ? [second!, first!] : [first!, second!]
    const cases = Object.entries(edits).map(([name, { first: before = {}, next }]) => {
      const octets = octetsOf('Message', name)
      const key = box.addMessage(from, 'Message', { octets })
      Object.assign(box.folder(from).items.get(key)!.item, before)
      return { name, key, next }
    })
    const mailbox = await migratedMailbox(source, { settings: { deletesHere: true } })
    opened.push(mailbox)
    await mailbox.pass()
    assert.deepEqual(await pictureHere(mailbox), pictureThere(box))
    const calls = source.count('item')
    for (const { name, key, next } of cases) {
      if (next.title !== undefined) box.folder(from).items.get(key)!.octets = octetsOf(next.title, name)
      box.edit(from, key, next)
      const moved = box.move(from, key, to)
      if (direction === 'there and back') box.move(to, moved, from)
    }
    await mailbox.pass()
    assert.deepEqual(await pictureHere(mailbox), pictureThere(box))
    const again = source.count('item')
    if (direction !== 'there and back')
      assert.equal(again - calls, 5, 'where nothing but marks changed, nothing is read')
    await mailbox.pass()
    assert.equal(source.count('item'), again)
  })
