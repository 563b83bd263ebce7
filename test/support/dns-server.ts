/** A name server for tests: answers over UDP on 127.0.0.1 from a zone that the test may change while it runs. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type ZoneEntry = {
  A?: readonly string[]
  AAAA?: readonly string[]
  MX?: readonly (readonly [preference: number, exchange: string])[]
  SRV?: readonly (readonly [priority: number, weight: number, port: number, target: string])[]
  TXT?: readonly string[]
  CNAME?: string
  PTR?: readonly string[]
  /** Seconds, for all records of the name; 300 unless given. */
  ttl?: number
  /** `servfail` and `refused` answer with that code, `silent` never answers. */
  trouble?: 'servfail' | 'refused' | 'silent'
}

/** Lower-case names without a final dot. */
export type Zone = Map<string, ZoneEntry>

export type TestDnsServer = {
  /** For `openDns({ servers: [address] })`. */
  readonly address: string
  readonly zone: Zone
  /** `TXT example.org`, in the order in which they were asked. */
  readonly questions: string[]
  close(): Promise<void>
}

const codes = { A: 1, CNAME: 5, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33 } as const
type Type = keyof typeof codes
const NOERROR = 0
const SERVFAIL = 2
const NXDOMAIN = 3
const REFUSED = 5

export async function startDnsServer(entries: Readonly<Record<string, ZoneEntry>>): Promise<TestDnsServer> {
  const zone: Zone = new Map(Object.entries(entries))
  const questions: string[] = []
  const socket = createSocket('udp4')
  socket.on('message', (query, peer) => {
    const question = readQuestion(query)
    questions.push(`${question.type} ${question.name}`)
    const reply = answer(zone, query, question)
    if (reply !== undefined) socket.send(reply, peer.port, peer.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    zone,
    questions,
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

type Question = { name: string; type: Type | undefined; end: number }

function readQuestion(query: Buffer): Question {
  const labels: string[] = []
  let at = 12
  while (query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
    at += 1 + query[at]!
  }
  const code = query.readUInt16BE(at + 1)
  const type = (Object.keys(codes) as Type[]).find((each) => codes[each] === code)
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 }
}

function answer(zone: Zone, query: Buffer, { name, type, end }: Question): Buffer | undefined {
  let owner = name
  const records: Buffer[] = []
  let entry = zone.get(owner)
  for (let hops = 0; entry?.CNAME !== undefined && type !== 'CNAME' && hops < 8; hops++) {
    records.push(record(owner, 'CNAME', encodeName(entry.CNAME), entry.ttl))
    owner = entry.CNAME.toLowerCase()
    entry = zone.get(owner)
  }
  if (entry?.trouble === 'silent') return undefined
  const rcode =
    entry?.trouble === 'servfail'
      ? SERVFAIL
      : entry?.trouble === 'refused'
        ? REFUSED
        : entry === undefined && !hasChildren(zone, owner)
          ? NXDOMAIN
          : NOERROR
  if (rcode === NOERROR && entry !== undefined && type !== undefined) {
    for (const data of dataOf(entry, type)) records.push(record(owner, type, data, entry.ttl))
  }
  const header = Buffer.alloc(12)
  header.writeUInt16BE(query.readUInt16BE(0), 0)
  // An authoritative answer that recursion was available for.
  header.writeUInt16BE(0x8580 | rcode, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(rcode === NOERROR || rcode === NXDOMAIN ? records.length : 0, 6)
  return Buffer.concat([header, query.subarray(12, end), ...records])
}

/** An empty non-terminal exists (RFC 8020). */
const hasChildren = (zone: Zone, name: string): boolean =>
  [...zone.keys()].some((each) => each.endsWith(`.${name}`))

function dataOf(entry: ZoneEntry, type: Type): Buffer[] {
  switch (type) {
    case 'A':
      return (entry.A ?? []).map((address) => Buffer.from(address.split('.').map(Number)))
    case 'AAAA':
      return (entry.AAAA ?? []).map(encodeIpv6)
    case 'MX':
      return (entry.MX ?? []).map(([preference, exchange]) =>
        Buffer.concat([uint16(preference), encodeName(exchange)]),
      )
    case 'SRV':
      return (entry.SRV ?? []).map(([priority, weight, port, target]) =>
        Buffer.concat([uint16(priority), uint16(weight), uint16(port), encodeName(target)]),
      )
    case 'TXT':
      return (entry.TXT ?? []).map(encodeStrings)
    case 'PTR':
      return (entry.PTR ?? []).map(encodeName)
    case 'CNAME':
      return entry.CNAME === undefined ? [] : [encodeName(entry.CNAME)]
  }
}

function record(owner: string, type: Type, data: Buffer, ttl = 300): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(codes[type], 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(ttl, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([encodeName(owner), fixed, data])
}

function uint16(value: number): Buffer {
  const octets = Buffer.alloc(2)
  octets.writeUInt16BE(value)
  return octets
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '')
  const encoded = labels.map((label) =>
    Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]),
  )
  return Buffer.concat([...encoded, Buffer.from([0])])
}

function encodeStrings(text: string): Buffer {
  const octets = Buffer.from(text, 'utf8')
  const strings: Buffer[] = []
  for (let from = 0; from === 0 || from < octets.length; from += 255) {
    const piece = octets.subarray(from, from + 255)
    strings.push(Buffer.from([piece.length]), piece)
  }
  return Buffer.concat(strings)
}

function encodeIpv6(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => text.split(':').filter((group) => group !== '')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0')
  return Buffer.concat([...before, ...zeros, ...after].map((group) => uint16(Number.parseInt(group, 16))))
}

/** `1.2.0.192.in-addr.arpa` of 192.0.2.1: the owner of its PTR record. */
export function reverseName(address: string): string {
  if (!address.includes(':')) return `${address.split('.').reverse().join('.')}.in-addr.arpa`
  return `${[...encodeIpv6(address).toString('hex')].reverse().join('.')}.ip6.arpa`
}
