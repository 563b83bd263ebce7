/**
 * A server of Exchange Web Services that answers from memory what a service of ours answered before: it takes as little processor as
 * a server can that sends these octets over TLS. What it was never asked it hands on to the service, keeps the answer, and names the
 * operation on its standard output. Answers are kept by account and request; those of GetItem that come uncompressed, which are large,
 * by item: a reader that asks for other items together gets the same octets of each. Every answer has the head that the service gave
 * it, and the time of now. Nothing that changes a mailbox is to be asked of it.
 *
 *     bench/recorded-ews.ts PORT   of the service on this machine; answers its own port, then the operations it did not know
 */

import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { certificateOf } from '#test/connectors/exchange/exchange-site.ts'
import { certificateFor } from '#test/support/certificate.ts'
import { HOST } from './moving-service.ts'
import { type NodeProcess, nodeProcess } from './node-process.ts'

/** What a service answered; `parts` are sent one behind the other. */
type Answer = { status: number; headers: Readonly<Record<string, string>>; parts: readonly Buffer[] }
/** What stands around the items in answers to requests that differ in the items alone, and the items by their ids. */
type Items = { answer: Omit<Answer, 'parts'>; before: Buffer; after: Buffer; byId: Map<string, Buffer> }
/** A request for items: what is the same whichever they are, and their ids. */
type AskedItems = { shape: string; ids: readonly string[] }

const ITEM_BEGINS = '<m:GetItemResponseMessage '
const ITEM_ID = /<t:ItemId Id="([^"]+)"[^>]*>(?:<\/t:ItemId>)?/g
const ITEM_ENDS = '</m:GetItemResponseMessage>'

class RecordedAnswers {
  readonly #whole = new Map<string, Answer>()
  readonly #items = new Map<string, Items>()

  find(key: string, items: AskedItems | undefined): Answer | undefined {
    if (items === undefined) return this.#whole.get(key)
    const known = this.#items.get(items.shape)
    const found = items.ids.map((id) => known?.byId.get(id))
    if (known === undefined || found.includes(undefined)) return this.#whole.get(key)
    return { ...known.answer, parts: [known.before, ...(found as Buffer[]), known.after] }
  }

  put(key: string, items: AskedItems | undefined, answer: Answer): void {
    if (items === undefined || !this.#putItems(items, answer)) this.#whole.set(key, answer)
  }

  /** Whether the answer has just these items. */
  #putItems({ shape, ids }: AskedItems, { parts, ...answer }: Answer): boolean {
    const octets = Buffer.concat(parts)
    const begin = octets.indexOf(ITEM_BEGINS)
    const found: Buffer[] = []
    let at = begin
    for (let end = octets.indexOf(ITEM_ENDS, at); end >= 0; end = octets.indexOf(ITEM_ENDS, at)) {
      found.push(octets.subarray(at, end + ITEM_ENDS.length))
      at = end + ITEM_ENDS.length
    }
    if (answer.status !== 200 || begin < 0 || found.length !== ids.length) return false
    const around = { before: Buffer.from(octets.subarray(0, begin)), after: Buffer.from(octets.subarray(at)) }
    const known = this.#items.get(shape) ?? { answer, ...around, byId: new Map() }
    this.#items.set(shape, known)
    for (const [index, id] of ids.entries()) known.byId.set(id, found[index]!)
    return true
  }
}

/** Undefined for another request, and for one whose answer may be packed as a whole. */
function askedItems(headers: IncomingHttpHeaders, key: string): AskedItems | undefined {
  if (headers['accept-encoding'] !== 'identity') return undefined
  const [list, elements = ''] = /<m:ItemIds>(.*)<\/m:ItemIds>/s.exec(key) ?? []
  if (list === undefined || !key.includes('<m:GetItem>')) return undefined
  const ids = [...elements.matchAll(ITEM_ID)].map(([, id]) => id!)
  // Occurrences are asked for by other elements.
  if (ids.length === 0 || elements.replace(ITEM_ID, '') !== '') return undefined
  return { shape: key.replace(list, ''), ids }
}

/** Headers that Node makes anew for each answer. */
const passing = /^(connection|keep-alive|date)$/

async function octetsOf(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
}

async function serve(port: number): Promise<void> {
  const answers = new RecordedAnswers()
  const agent = new Agent({ keepAlive: true, ca: await certificateOf(port) })

  const ask = async ({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> => {
    const sent = request({ host: HOST, port, method, path: url, headers, agent })
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const kept = Object.entries(response.headers).filter(([name]) => !passing.test(name))
    const octets = await octetsOf(response)
    return {
      status: response.statusCode!,
      headers: Object.fromEntries(kept) as Record<string, string>,
      parts: [octets],
    }
  }

  const answer = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await octetsOf(asked)
    const { authorization = '', 'accept-encoding': packed = '', soapaction = '' } = asked.headers
    const key = `${asked.method} ${asked.url}\n${authorization}\n${packed}\n${body}`
    const items = askedItems(asked.headers, key)
    let known = answers.find(key, items)
    if (known === undefined) {
      known = await ask(asked, body)
      answers.put(key, items, known)
      process.stdout.write(`${String(soapaction).split('/').at(-1) || asked.method}\n`)
    }
    response.writeHead(known.status, known.headers)
    for (const part of known.parts) if (!response.write(part)) await once(response, 'drain')
    response.end()
  }

  const { cert, key } = await certificateFor([HOST])
  const server = createServer(
    { cert, key, minVersion: 'TLSv1.2', keepAliveTimeout: 60_000 },
    (asked, response) => {
      answer(asked, response).catch((error: Error) => response.destroy(error))
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
}

type RecordedEws = {
  port: number
  pid: number
  /** Operations that it did not know since this was asked last. */
  unknown(): readonly string[]
  close(): Promise<void>
}

/** Such a server in a process of its own, before the service at `port`. */
export async function recordedEws(port: number): Promise<RecordedEws> {
  const child: NodeProcess = nodeProcess([fileURLToPath(import.meta.url), String(port)])
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  let unknown = ''
  child.stdout.on('data', (piece: Buffer) => {
    unknown += piece
  })
  return {
    port: Number(said.toString()),
    pid: child.pid!,
    unknown() {
      const told = unknown.split('\n').filter(Boolean)
      unknown = ''
      return told
    },
    async close() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    },
  }
}

if (import.meta.main) await serve(Number(process.argv[2]))
