/**
 * Exchange Web Services of this service, in a process of its own, read by our own client over TLS: a folder is synchronised and its
 * messages are fetched, by properties, with bodies and as MIME. Prints messages and megabytes of answers a second, and the
 * processor time of the service for one message; rates depend on the machine.
 *
 *     bin/with-node bench/ews.ts [--messages 10000] [--bytes 4096] [--together 50] [--rounds 1] [--only TEXT] [--profile FOLDER]
 *
 * `--only`: what has this in its name.
 */

import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { startService } from '#src/app/serve.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { ItemIdType, ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'
import { parseArgs } from './arguments.ts'
import { nodeProcess } from './node-process.ts'
import { fillInbox, PASSWORD, portFrom } from './served-process.ts'

const USER = 'ann@corp.test'
/** Of the kernel's clock. */
const TICKS = 100

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: '10000' },
    bytes: { type: 'string', default: '4096' },
    together: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
  },
})
const count = Number(values.messages)
const together = Number(values.together)

/** Text and HTML with a small picture, as mail between people is. */
function messageOf(no: number): Buffer {
  const words = randomBytes(Math.ceil(Number(values.bytes) / 3))
    .toString('hex')
    .replace(/(.{1,7})/g, '$1 ')
  const lines = words.replace(/.{1,72}/g, '$&\r\n')
  const boundary = `b${no}`
  return Buffer.from(
    [
      `From: Bob Builder <bob${no % 50}@sender.example>`,
      'To: Ann <ann@corp.test>, Carl <carl@corp.test>',
      `Subject: Figures of quarter ${no}`,
      'Date: Fri, 20 Nov 2026 10:00:00 +0000',
      `Message-ID: <${no}@sender.example>`,
      'MIME-Version: 1.0',
      `Content-Type: multipart/alternative; boundary=${boundary}`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      lines,
      `--${boundary}`,
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      `<html><body><p>Gr=C3=BC=C3=9Fe</p><p>${lines}</p></body></html>`,
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  )
}

/** The service: makes a mailbox, fills it, says its port, ends at SIGTERM. */
async function serve(options: string): Promise<void> {
  const service = await startService(loadConfig({ environment: {}, options: JSON.parse(options) }))
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = (await admin.call('CreateOrganization', { Alias: 'corp' })) as {
    OrganizationId: OrganizationId
  }
  const user = { OrganizationId, Name: 'ann', DisplayName: 'ann', Password: PASSWORD }
  const { UserId } = await admin.call('CreateUser', user)
  await admin.call('RegisterToWorkMail', { OrganizationId, EntityId: String(UserId), Email: USER })
  const { store } = service.data
  await fillInbox(store, await mailboxAt(store, OrganizationId, USER), { count, together: 100, messageOf })
  process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)))
  const web = service.listeners.find(({ name }) => name === 'mail, calendars and contacts for programs')!
  process.stdout.write(`${web.address.split(':').at(-1)!}\n`)
}

/** Milliseconds of processor time until now. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, '').trim().split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS
}

type Measured = { messages: number; octets: number }

async function measure(name: string, pid: number, work: () => Promise<Measured>): Promise<void> {
  const [start, cpu] = [performance.now(), cpuOf(pid)]
  const { messages, octets } = await work()
  const seconds = (performance.now() - start) / 1000
  const each = ((cpuOf(pid) - cpu) / messages).toFixed(3)
  const rate = Math.round(messages / seconds)
  const megabytes = (octets / seconds / 1e6).toFixed(1)
  process.stdout.write(
    `${name.padEnd(44)} ${String(rate).padStart(7)} messages/s ${megabytes.padStart(7)} MB/s   service ${each} ms of CPU each\n`,
  )
}

const shapes: readonly (readonly [name: string, shape: ItemResponseShapeType])[] = [
  ['GetItem, default properties without body', { BaseShape: 'IdOnly', AdditionalProperties: properties() }],
  ['GetItem, default properties and text', { BaseShape: 'Default', BodyType: 'Text' }],
  ['GetItem, default properties and HTML', { BaseShape: 'Default', BodyType: 'HTML' }],
  ['GetItem, all properties and HTML', { BaseShape: 'AllProperties', BodyType: 'HTML' }],
  ['GetItem, MIME', { BaseShape: 'IdOnly', IncludeMimeContent: true }],
]

function properties(): NonNullable<ItemResponseShapeType['AdditionalProperties']> {
  const names = [
    'item:Subject',
    'item:DateTimeReceived',
    'message:From',
    'message:IsRead',
    'item:HasAttachments',
  ] as const
  return names.map((FieldURI) => ({ FieldURI: { FieldURI } }))
}

async function bench(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const options = { dataFolder: join(folder, 'data'), ...freePorts, 'log.output': 'file' }
  const profiled =
    values.profile === undefined
      ? []
      : ['--cpu-prof', '--cpu-prof-dir', values.profile, '--enable-source-maps']
  const own = [`--messages=${count}`, `--bytes=${values.bytes}`]
  const args = [...profiled, fileURLToPath(import.meta.url), ...own, JSON.stringify(options)]
  const child = nodeProcess(args)
  try {
    const port = await portFrom(child)
    const ca = await readFile(join(folder, 'data', 'tls', 'self-signed.crt'), 'utf8')
    const server = {
      url: `https://localhost:${port}/EWS/Exchange.asmx`,
      tls: { ca },
      login: { user: USER, password: PASSWORD },
    }
    await readAll(new EwsClient(server, 'bench'), child.pid!)
  } finally {
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
}

async function readAll(client: EwsClient, pid: number): Promise<void> {
  let octets = 0
  const heard = { heard: () => {} }
  const ids: ItemIdType[] = []
  await measure('SyncFolderItems, ids', pid, async () => {
    for (let SyncState: string | undefined; ; ) {
      const response = await client.call(
        'SyncFolderItems',
        {
          ItemShape: { BaseShape: 'IdOnly' },
          SyncFolderId: { DistinguishedFolderId: { Id: 'inbox' } },
          MaxChangesReturned: 512,
          ...(SyncState !== undefined && { SyncState }),
        },
        heard,
      )
      const [message] = response.ResponseMessages.map((each) => each.SyncFolderItemsResponseMessage!)
      for (const { Create } of message!.Changes ?? []) ids.push(Create!.Message!.ItemId!)
      octets += JSON.stringify(message!.Changes).length
      SyncState = message!.SyncState
      if (message!.IncludesLastItemInRange) return { messages: ids.length, octets }
    }
  })
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, ItemShape] of shapes.filter(([each]) => each.includes(values.only)))
      await measure(name, pid, () => getAll(client, ids, ItemShape))
  }
  client.close()
}

async function getAll(
  client: EwsClient,
  ids: readonly ItemIdType[],
  ItemShape: ItemResponseShapeType,
): Promise<Measured> {
  let octets = 0
  for (let from = 0; from < ids.length; from += together) {
    const ItemIds = ids.slice(from, from + together).map((ItemId) => ({ ItemId }))
    const { ResponseMessages } = await client.call('GetItem', { ItemShape, ItemIds })
    for (const { GetItemResponseMessage } of ResponseMessages) {
      if (GetItemResponseMessage?.ResponseCode !== 'NoError') throw new Error('a message was not there')
      const item = GetItemResponseMessage.Items![0]!.Message!
      const mime = item.MimeContent?.Value
      octets += mime instanceof Uint8Array ? mime.length : JSON.stringify(item).length
    }
  }
  return { messages: ids.length, octets }
}

const [options] = positionals
await (options === undefined ? bench() : serve(options))
