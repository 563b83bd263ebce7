/** A large body that does not prove itself any more: the answer is cut off, never ended as if it were whole. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { formatRequest } from '#src/wire/ews/request.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsClient, type EwsSite, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  ann = site.client('ann@corp.test')
})
after(() => site.end())

/** Turns one octet of the only file with bodies. */
function damage(folder: string, at: number): void {
  const name = readdirSync(folder, { recursive: true }).find((each) => String(each).endsWith('.segment'))
  const file = openSync(join(folder, String(name)), 'r+')
  const octet = Buffer.alloc(1)
  assert.equal(readSync(file, octet, 0, 1, at), 1)
  writeSync(file, Buffer.from([octet[0]! ^ 1]), 0, 1, at)
  closeSync(file)
}

test('an answer with a damaged body is cut off, and the log says which one it is', async () => {
  const lines = randomBytes(2_000_000).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  const message = Buffer.from(`Subject: large\r\nMIME-Version: 1.0\r\n\r\n${lines}\r\n`)
  const { Items } = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ Message: { MimeContent: { Value: message } } }],
  })
  const ItemIds = [{ ItemId: { Id: shown(Items[0]).ItemId.Id } }]
  const ItemShape = { BaseShape: 'IdOnly', IncludeMimeContent: true } as const
  const document = formatRequest('GetItem', { ItemShape, ItemIds }).join('')
  const login = ['ann@corp.test', PASSWORD] as const
  const ask = (encoding: string) => site.send(document, { login, headers: { 'accept-encoding': encoding } })
  const sound = await ask('identity')
  assert.ok(sound.text.includes(message.toString('base64')))

  damage(site.dataFolder, 1_500_000)
  for (const encoding of ['identity', 'gzip'])
    await assert.rejects(ask(encoding), { code: 'ECONNRESET' }, encoding)
  const log = readFileSync(join(site.dataFolder, 'log', 'landbridge.log'), 'utf8')
  assert.match(
    log,
    /"user":"[^"]+",.*"An EWS answer was cut off: Chunk \d+ of body:\d+ does not open .*from a backup/,
  )
  assert.doesNotMatch(log, /reason of our own/)
})
