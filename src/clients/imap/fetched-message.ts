import type { MailDate } from '#src/formats/header/date.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { BodyPart } from '#src/wire/imap/body-part.ts'
import type { BodyName, FetchedItem } from '#src/wire/imap/fetch-response.ts'
import type { Channel } from './channel.ts'
import { ImapFailure } from './failure.ts'
import type { FetchEvent } from './fetch-sink.ts'

/** What was asked for and came, octets of the message left out. */
export type FetchedData = {
  flags?: readonly string[]
  modseq?: number
  internalDate?: MailDate
  /** RFC822.SIZE; some servers estimate it. */
  sizeBytes?: number
  envelope?: Envelope
  structure?: BodyPart
  emailId?: string
  threadId?: string | null
  saveDate?: MailDate | null
  preview?: string | null
  /** X-GM-MSGID and X-GM-LABELS. */
  gmailId?: string
  gmailLabels?: readonly string[]
  /** By part path: BINARY.SIZE. */
  partSizes?: Map<string, number>
}

/** Octets of a message. `content` can be read once, and only until the next body or message is asked for. */
type FetchedBody = {
  name: BodyName
  octets: number
  content: AsyncIterable<Uint8Array>
}

/** A message as it arrives. Data behind a body are known when the body was read or passed over. */
export class FetchedMessage {
  /** 0 until it has come, which no user of `fetch` ever sees. */
  uid: number
  readonly sequence: number
  readonly data: FetchedData = {}
  readonly #channel: Channel<FetchEvent>
  readonly #bodies: (FetchedItem & { content: unknown })[] = []
  #complete: boolean
  /** Octets of a body lie next in the channel. */
  #inBody = false

  constructor(uid: number, event: Extract<FetchEvent, { kind: 'message' }>, channel: Channel<FetchEvent>) {
    this.uid = uid
    this.sequence = event.sequence
    this.#channel = channel
    this.#complete = event.complete
    this.#add(event.items)
  }

  /** Bodies in the order in which the server sends them. A part that does not exist (NIL) is left out. */
  async *bodies(): AsyncGenerator<FetchedBody> {
    for (;;) {
      const body = this.#bodies.shift()
      if (body === undefined) {
        if (this.#complete) return
        await this.#more()
        continue
      }
      const { content, ...name } = body as BodyName & { content: Content }
      if (content === null) continue
      if (content instanceof Uint8Array) {
        yield { name, octets: content.length, content: once(content) }
      } else {
        yield { name, octets: content.streamed.octets, content: this.#octets() }
        await this.#passBody()
      }
    }
  }

  /** The octets of the first body; none when there is no body. */
  async *body(): AsyncGenerator<Uint8Array> {
    for await (const { content } of this.bodies()) {
      yield* content
      return
    }
  }

  /** Passes over what was not read. */
  async finish(): Promise<void> {
    while (!this.#complete || this.#inBody) await this.#more()
  }

  async *#octets(): AsyncGenerator<Uint8Array> {
    while (this.#inBody) {
      const event = await this.#channel.take()
      if (event?.kind === 'octets') yield event.octets
      else this.#inBody = false
    }
  }

  async #passBody(): Promise<void> {
    while (this.#inBody) if ((await this.#channel.take())?.kind !== 'octets') this.#inBody = false
  }

  async #more(): Promise<void> {
    await this.#passBody()
    if (this.#complete) return
    const event = await this.#channel.take()
    if (event?.kind !== 'items') throw new ImapFailure('protocol', 'A message ends before its end')
    this.#complete = event.complete
    this.#add(event.items)
  }

  #add(items: readonly FetchedItem[]): void {
    for (const item of items) {
      if ('content' in item) this.#bodies.push(item)
      else if (item.item === 'UID') this.uid = item.uid
      else note(this.data, item)
    }
    if (!this.#complete) this.#inBody = true
  }
}

type Content = Extract<FetchedItem, { content: unknown }>['content']

async function* once(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  if (octets.length > 0) yield octets
}

function note(data: FetchedData, item: Exclude<FetchedItem, { content: unknown }>): void {
  switch (item.item) {
    case 'FLAGS':
      data.flags = item.flags
      break
    case 'MODSEQ':
      data.modseq = item.modseq
      break
    case 'INTERNALDATE':
      data.internalDate = item.date
      break
    case 'RFC822.SIZE':
      data.sizeBytes = item.octets
      break
    case 'ENVELOPE':
      data.envelope = item.envelope
      break
    case 'BODY':
    case 'BODYSTRUCTURE':
      data.structure = item.root
      break
    case 'EMAILID':
      data.emailId = item.id
      break
    case 'THREADID':
      data.threadId = item.id
      break
    case 'SAVEDATE':
      data.saveDate = item.date
      break
    case 'PREVIEW':
      data.preview = item.text
      break
    case 'X-GM-MSGID':
      data.gmailId = item.id
      break
    case 'X-GM-LABELS':
      data.gmailLabels = item.labels
      break
    case 'BINARY.SIZE[]':
      data.partSizes ??= new Map()
      data.partSizes.set(item.path, item.octets)
  }
}

/** The UID among items, if it has come. */
export function uidOf(items: readonly FetchedItem[]): number | undefined {
  for (const item of items) if (item.item === 'UID') return item.uid
  return undefined
}
