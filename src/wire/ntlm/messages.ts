import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** The three messages of an NTLM handshake ([MS-NLMP] §2.2.1), as octets; HTTP carries them in base64. */

const NegotiateFlag = {
  unicode: 0x1,
  requestTarget: 0x4,
  sign: 0x10,
  ntlm: 0x200,
  alwaysSign: 0x8000,
  extendedSessionSecurity: 0x80000,
  targetInfo: 0x800000,
  version: 0x2000000,
  key128: 0x20000000,
} as const

/** Attributes of TargetInfo ([MS-NLMP] §2.2.2.1). */
export const AvId = { endOfList: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const
export type AvPair = { id: number; value: Uint8Array }

const signature = Buffer.from('NTLMSSP\0', 'latin1')

/** What is asked for first. No key exchange, no OEM names: those are for programs that sign what follows. */
export const clientFlags =
  NegotiateFlag.unicode |
  NegotiateFlag.requestTarget |
  NegotiateFlag.ntlm |
  NegotiateFlag.alwaysSign |
  NegotiateFlag.extendedSessionSecurity |
  NegotiateFlag.targetInfo |
  NegotiateFlag.key128

/** NEGOTIATE_MESSAGE without names. */
export function formatNegotiate(flags: number = clientFlags): Buffer {
  const message = Buffer.alloc(32)
  signature.copy(message)
  message.writeUInt32LE(1, 8)
  message.writeUInt32LE(flags >>> 0, 12)
  return message
}

export type Challenge = {
  flags: number
  serverChallenge: Uint8Array
  /** In the server's order, without the end mark. */
  targetInfo: readonly AvPair[]
}

/** CHALLENGE_MESSAGE. Throws `SyntaxFault`. */
export function parseChallenge(octets: Uint8Array): Challenge {
  const message = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  if (message.length < 32 || !message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 2)
    throw new SyntaxFault('No NTLM challenge')
  const flags = message.readUInt32LE(20)
  const info = message.length >= 48 ? field(message, 40) : Buffer.alloc(0)
  return { flags, serverChallenge: message.subarray(24, 32), targetInfo: parseAvPairs(info) }
}

function field(message: Buffer, at: number): Buffer {
  const length = message.readUInt16LE(at)
  const offset = message.readUInt32LE(at + 4)
  if (offset + length > message.length) throw new SyntaxFault('An NTLM field reaches beyond its message', at)
  return message.subarray(offset, offset + length)
}

export function parseAvPairs(octets: Buffer): AvPair[] {
  const pairs: AvPair[] = []
  for (let at = 0; at + 4 <= octets.length; ) {
    const id = octets.readUInt16LE(at)
    const length = octets.readUInt16LE(at + 2)
    if (id === AvId.endOfList) return pairs
    if (at + 4 + length > octets.length)
      throw new SyntaxFault('An NTLM attribute reaches beyond its list', at)
    pairs.push({ id, value: octets.subarray(at + 4, at + 4 + length) })
    at += 4 + length
  }
  return pairs
}

export function formatAvPairs(pairs: readonly AvPair[]): Buffer {
  const parts = [...pairs, { id: AvId.endOfList, value: new Uint8Array(0) }].map(({ id, value }) => {
    const part = Buffer.alloc(4 + value.length)
    part.writeUInt16LE(id, 0)
    part.writeUInt16LE(value.length, 2)
    part.set(value, 4)
    return part
  })
  return Buffer.concat(parts)
}

type Authenticate = {
  flags: number
  lmResponse: Uint8Array
  ntResponse: Uint8Array
  domain: string
  user: string
  workstation: string
}

/** Where the message integrity code lies. */
export const MIC_OFFSET = 72
const HEADER = 88

/** AUTHENTICATE_MESSAGE with an empty message integrity code. */
export function formatAuthenticate(given: Authenticate): Buffer {
  const text = (value: string): Buffer => Buffer.from(value, 'utf16le')
  const values: [at: number, value: Uint8Array][] = [
    [28, text(given.domain)],
    [36, text(given.user)],
    [44, text(given.workstation)],
    [12, given.lmResponse],
    [20, given.ntResponse],
    [52, new Uint8Array(0)],
  ]
  const header = Buffer.alloc(HEADER)
  signature.copy(header)
  header.writeUInt32LE(3, 8)
  header.writeUInt32LE(given.flags >>> 0, 60)
  let offset = HEADER
  for (const [at, value] of values) {
    header.writeUInt16LE(value.length, at)
    header.writeUInt16LE(value.length, at + 2)
    header.writeUInt32LE(offset, at + 4)
    offset += value.length
  }
  return Buffer.concat([header, ...values.map(([, value]) => value)])
}

/** AUTHENTICATE_MESSAGE as a server reads it. Throws `SyntaxFault`. */
export function parseAuthenticate(octets: Uint8Array): Authenticate {
  const message = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
  if (message.length < 64 || !message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 3)
    throw new SyntaxFault('No NTLM authentication')
  return {
    flags: message.readUInt32LE(60),
    lmResponse: field(message, 12),
    ntResponse: field(message, 20),
    domain: field(message, 28).toString('utf16le'),
    user: field(message, 36).toString('utf16le'),
    workstation: field(message, 44).toString('utf16le'),
  }
}
