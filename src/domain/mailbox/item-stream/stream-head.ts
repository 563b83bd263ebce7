import { Flag, type Item, type ItemClass } from '../item.ts'

/** What a stream begins with: its name and the number of its form. */
const MAGIC = Buffer.from('LBITEM01', 'latin1')
const LENGTH_BYTES = 4
export const PREFIX_BYTES = MAGIC.length + LENGTH_BYTES
/** SHA-256 of all octets before it. */
export const DIGEST_BYTES = 32
/** Content and properties of one item are less. */
const LARGEST_HEAD_BYTES = 8 * 1024 * 1024

/** What an item is beside its message. */
export type StreamHead = {
  class: ItemClass
  flags: number
  keywords: readonly string[]
  /** Epoch milliseconds. */
  receivedAt: number
  /** Octets of the message that follows, of events and the like one that holds their files; null where there is none. */
  bodyBytes: number | null
  content?: Readonly<Record<string, unknown>>
  properties?: Readonly<Record<string, unknown>>
}

export const headOf = (item: Item, bodyBytes: number | null): StreamHead => ({
  class: item.class,
  // That something is attached is seen from the message.
  flags: item.flags & ~Flag.hasAttachment,
  keywords: item.keywords,
  receivedAt: item.receivedAt,
  bodyBytes,
  ...(item.content && { content: item.content }),
  ...(item.properties && { properties: item.properties }),
})

export function formatHead(head: StreamHead): Buffer {
  const json = Buffer.from(JSON.stringify(head))
  const prefix = Buffer.alloc(PREFIX_BYTES)
  prefix.set(MAGIC)
  prefix.writeUInt32BE(json.length, MAGIC.length)
  return Buffer.concat([prefix, json])
}

/** Octets of the head behind its prefix; undefined for what is no stream of ours. */
export function headLength(prefix: Uint8Array): number | undefined {
  const octets = Buffer.from(prefix)
  if (octets.length < PREFIX_BYTES || !octets.subarray(0, MAGIC.length).equals(MAGIC)) return undefined
  const length = octets.readUInt32BE(MAGIC.length)
  return length > LARGEST_HEAD_BYTES ? undefined : length
}

const classes: ReadonlySet<unknown> = new Set<ItemClass>(['message', 'event', 'contact', 'task', 'note'])

/** Undefined for what is no head: another service, or somebody by hand, may have written it. */
export function parseHead(json: Uint8Array): StreamHead | undefined {
  let head: StreamHead
  try {
    head = JSON.parse(Buffer.from(json).toString()) as StreamHead
  } catch {
    return undefined
  }
  if (!isRecord(head)) return undefined
  const { flags, keywords, receivedAt, bodyBytes, content, properties } = head
  const isSound =
    classes.has(head.class) &&
    isCount(flags) &&
    flags < 256 &&
    isCount(receivedAt) &&
    (bodyBytes === null || isCount(bodyBytes)) &&
    (bodyBytes !== null || head.class !== 'message') &&
    Array.isArray(keywords) &&
    keywords.every((word) => typeof word === 'string' && word.length > 0 && word.length <= 255) &&
    (content === undefined ? head.class === 'message' : isRecord(content)) &&
    (properties === undefined || isProperties(properties))
  return isSound ? head : undefined
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isText = (value: unknown): value is string => typeof value === 'string'
const isProperties = (value: unknown): boolean =>
  isRecord(value) &&
  Object.values(value).every((one) => isText(one) || (Array.isArray(one) && one.every(isText)))
