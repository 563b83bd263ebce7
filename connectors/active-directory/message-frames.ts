import { LdapFault } from './ldap-fault.ts'

/** No honest message is larger: a page is many messages, and a photo has at most 100 KB. */
const MOST_OCTETS = 64 * 1024 * 1024

/** Cuts a stream of octets into LDAP messages (BER sequences of definite length, RFC 4511 5.1). */
export class MessageFrames {
  #chunks: Buffer[] = []
  #size = 0
  /** Octets of the message that is coming in, header included; 0 while its header is not whole. */
  #wanted = 0

  /** Whether part of a message has come. */
  get begun(): boolean {
    return this.#size > 0
  }

  /** Messages that are whole with this chunk. LdapFault `grammar` for what cannot be LDAP. */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    while (this.#size > 0) {
      if (this.#wanted === 0) this.#wanted = messageLength(this.#joined())
      if (this.#wanted === 0 || this.#size < this.#wanted) return
      const all = this.#joined()
      const message = all.subarray(0, this.#wanted)
      const rest = all.subarray(this.#wanted)
      this.#chunks = rest.length > 0 ? [rest] : []
      this.#size = rest.length
      this.#wanted = 0
      yield message
    }
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }
}

/** Octets of the message that begins here, 0 when more of its header must come first. */
function messageLength(start: Buffer): number {
  if (start[0] !== 0x30) throw new LdapFault('grammar', `a message begins with octet ${start[0]}`)
  const first = start[1]
  if (first === undefined) return 0
  if (first < 0x80) return 2 + first
  const count = first & 0x7f
  if (count === 0 || count > 4)
    throw new LdapFault('grammar', 'the length of a message is no definite length')
  if (start.length < 2 + count) return 0
  const length = 2 + count + start.readUIntBE(2, count)
  if (length > MOST_OCTETS) throw new LdapFault('grammar', `a message has ${length} octets`)
  return length
}
