import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

const codes = { A: 1, CNAME: 5, MX: 15, TXT: 16 } as const
const MOST_LABEL = 63
const DNS_PORT = 53

/**
 * How long the records of a name are remembered, in seconds: the least of what one name server says over UDP (RFC 1035 §4.1), which Node
 * does not tell but of addresses. Null where it does not say within `timeoutMs`, or has none. `server`: `192.0.2.1`, `[2001:db8::1]:5353`.
 * Never rejects. For words to people alone: nobody vouches for the answer.
 */
export function askTtl(
  name: string,
  type: keyof typeof codes,
  { server, timeoutMs }: { server: string; timeoutMs: number },
): Promise<number | null> {
  const labels = name.split('.').map((label) => Buffer.from(label, 'latin1'))
  if (labels.some(({ length }) => length === 0 || length > MOST_LABEL)) return Promise.resolve(null)
  const id = randomInt(0x10000)
  const head = Buffer.from([id >> 8, id & 0xff, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  const question = labels.flatMap((label) => [Buffer.from([label.length]), label])
  const query = Buffer.concat([head, ...question, Buffer.from([0, 0, codes[type], 0, 1])])
  const { address, port } = placeOf(server)
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    let isOver = false
    const end = (ttl: number | null) => {
      resolve(ttl)
      if (isOver) return
      isOver = true
      clearTimeout(late)
      socket.close()
    }
    const late = setTimeout(end, timeoutMs, null)
    socket.on('error', () => end(null))
    socket.on('message', (answer) => {
      if (answer.length >= 12 && answer.readUInt16BE(0) === id) end(leastTtl(answer))
    })
    socket.once('connect', () => {
      if (!isOver) socket.send(query)
    })
    socket.connect(port, address)
  })
}

function placeOf(server: string): { address: string; port: number } {
  const [, address = server, port] =
    /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(isIPv6(server) ? `[${server}]` : server) ?? []
  return { address, port: port === undefined ? DNS_PORT : Number(port) }
}

function leastTtl(answer: Buffer): number | null {
  let at = 12
  let least: number | null = null
  const skipName = () => {
    for (;;) {
      const length = answer.readUInt8(at)
      at += length >= 0xc0 ? 2 : 1 + length
      if (length === 0 || length >= 0xc0) return
    }
  }
  try {
    for (let left = answer.readUInt16BE(4); left > 0; left--) {
      skipName()
      at += 4
    }
    for (let left = answer.readUInt16BE(6); left > 0; left--) {
      skipName()
      const ttl = answer.readUInt32BE(at + 4)
      least = Math.min(least ?? ttl, ttl)
      at += 10 + answer.readUInt16BE(at + 8)
    }
  } catch (error) {
    // It is shorter than it says: what was whole counts.
    if (!(error instanceof RangeError)) throw error
  }
  return least
}
