/** Messages of a PST as RFC 5322: what their files say of themselves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageOctets } from '#connectors/pst/message-octets.ts'
import type { PropertyNames } from '#connectors/pst/property-names.ts'
import type { PstFile } from '#connectors/pst/pst-file.ts'
import { attachmentsOf } from '#connectors/pst/source-item.ts'
import type { StoredAttachment } from '#connectors/pst/stored-message.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { fileNameOf, walkParts } from '#src/formats/mime/part.ts'
import { PropertyBag, type PropertyValue } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'

const HTML = 0x1013
const SHOWN = 4

function file(name: string, more: Readonly<Record<number, PropertyValue>>): StoredAttachment {
  const bag = new PropertyBag()
  const all = { [tag.attachLongFileName]: name, [tag.attachData]: Buffer.from(name), ...more }
  for (const [id, value] of Object.entries(all)) bag.add({ id: Number(id), type: 0, values: [value] })
  return { bag, data: undefined, embedded: undefined }
}

const none = [{} as PstFile, {} as PropertyNames] as const
const beside = { codepage: 65_001, nodes: new Map(), subnodes: new Map(), recipients: [] }

test('a link to a file that lies elsewhere is named with where, and is no empty file', async () => {
  const bag = new PropertyBag()
  bag.add({ id: 0x0037, type: 0x1f, values: ['Subject'] })
  const linked = (name: string, method: number, path: Readonly<Record<number, string>>) => {
    const { bag: properties } = file(name, { [tag.attachMethod]: method, ...path })
    const without = new PropertyBag()
    for (const each of properties.all) if (each.id !== tag.attachData) without.add(each)
    return { bag: without, data: undefined, embedded: undefined }
  }
  const attachments = [
    linked('plan.docx', 7, { 14093: 'https://drive.example/plan.docx' }),
    linked('old.doc', 4, { 14088: 'H:\\old.doc' }),
    linked('nowhere.txt', 2, {}),
    file('here.txt', { [tag.attachMethod]: 1 }),
    // One that was resolved has its octets.
    file('resolved.txt', { [tag.attachMethod]: 3 }),
  ]
  const { octets, losses } = await messageOctets(...none, { bag, ...beside, attachments })
  const { root } = indexMessage(Buffer.concat(await Array.fromAsync(octets.read())))
  assert.deepEqual(
    root.parts.map((part) => fileNameOf(part)),
    [undefined, 'here.txt', 'resolved.txt'],
  )
  const expected = [
    ['attachment "plan.docx"', 'a link to a file that lies elsewhere: https://drive.example/plan.docx'],
    ['attachment "old.doc"', 'a link to a file that lies elsewhere: H:\\old.doc'],
    ['attachment "nowhere.txt"', 'a link to a file that lies elsewhere'],
  ].map(([property, reason]) => ({ property, reason, weight: 'visible' }))
  assert.deepEqual(losses, expected)
  const ofEvent: Loss[] = []
  const files = await attachmentsOf(none[0], { bag, ...beside, attachments }, ofEvent, {})
  assert.deepEqual([files.map(({ name }) => name), ofEvent], [['here.txt', 'resolved.txt'], expected])
})

test('files keep their Content-Location, and a picture that the text names by it lies beside the text', async () => {
  const bag = new PropertyBag()
  bag.add({ id: 0x0037, type: 0x1f, values: ['Subject'] })
  bag.add({ id: HTML, type: 0x102, values: [Buffer.from('<p><img src="https://x.example/Größe.png"></p>')] })
  const attachments = [
    file('a.png', { [tag.attachContentLocation]: 'https://x.example/Größe.png', [tag.attachFlags]: SHOWN }),
    file('b.pdf', { [tag.attachContentLocation]: 'b.pdf', [tag.attachContentId]: 'b@x' }),
    file('c.txt', { [tag.attachContentLocation]: 'https://x.example/\r\nBcc: eve' }),
    file('d.txt', { [tag.attachFlags]: SHOWN }),
  ]
  const { octets, losses } = await messageOctets(...none, { bag, ...beside, attachments })
  const whole = Buffer.concat(await Array.fromAsync(octets.read()))
  const { root } = indexMessage(whole)
  const parts = [...walkParts(root)].filter((part) => part.parts.length === 0 && part.subtype !== 'html')
  const said = parts.map((part) => [part.location && decodeWords(part.location), part.disposition])
  assert.deepEqual(said, [
    ['https://x.example/Größe.png', 'inline'],
    ['b.pdf', 'attachment'],
    [undefined, 'attachment'],
    [undefined, 'attachment'],
  ])
  assert.deepEqual(
    root.parts.map(({ subtype }) => subtype),
    ['related', 'pdf', 'plain', 'plain'],
  )
  assert.deepEqual(
    losses.map(({ property, weight }) => [property, weight]),
    [['attachment "c.txt", its Content-Location', 'metadata']],
  )
})
