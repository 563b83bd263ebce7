import { createHash, createHmac } from 'node:crypto'
import { md4 } from './md4.ts'
import {
  AvId,
  type AvPair,
  type Challenge,
  clientFlags,
  formatAuthenticate,
  formatAvPairs,
  MIC_OFFSET,
} from './messages.ts'

export type NtlmCredentials = { domain: string; user: string; password: string }

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer => {
  const mac = createHmac('md5', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

/** NTOWFv2 ([MS-NLMP] §3.3.2). */
export function passwordKey({ domain, user, password }: NtlmCredentials): Buffer {
  return hmac(md4(utf16(password)), utf16(user.toUpperCase() + domain))
}

/** NTLMv2 response and session key for a challenge ([MS-NLMP] §3.3.2). `time` is a FILETIME. */
export function ntlmV2(
  key: Uint8Array,
  serverChallenge: Uint8Array,
  clientChallenge: Uint8Array,
  time: Uint8Array,
  targetInfo: Uint8Array,
): { response: Buffer; sessionKey: Buffer } {
  const head = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0])
  const blob = Buffer.concat([head, time, clientChallenge, Buffer.alloc(4), targetInfo, Buffer.alloc(4)])
  const proof = hmac(key, serverChallenge, blob)
  return { response: Buffer.concat([proof, blob]), sessionKey: hmac(key, proof) }
}

export function lmV2(key: Uint8Array, serverChallenge: Uint8Array, clientChallenge: Uint8Array): Buffer {
  return Buffer.concat([hmac(key, serverChallenge, clientChallenge), clientChallenge])
}

/**
 * What binds a handshake to the TLS channel that it runs in (RFC 5929 §4, RFC 2744 §3.11): MD5 over the hash of the
 * server's certificate. A server with Extended Protection lets nobody in without it.
 */
export function channelBindings(certificateHash: Uint8Array): Buffer {
  const data = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), certificateHash])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.length)
  return createHash('md5').update(Buffer.alloc(16)).update(length).update(data).digest()
}

/** Milliseconds from 1601 to 1970. */
const FILETIME_EPOCH_MS = 11_644_473_600_000n

export function fileTime(epochMs: number): Buffer {
  const time = Buffer.alloc(8)
  time.writeBigUInt64LE((BigInt(Math.floor(epochMs)) + FILETIME_EPOCH_MS) * 10_000n)
  return time
}

type Handshake = {
  negotiate: Uint8Array
  challengeOctets: Uint8Array
  challenge: Challenge
  /** MD5 of the channel, from `channelBindings`; null on a channel without TLS. */
  bindings: Uint8Array | null
  /** Service name, such as `HTTP/mail.corp.example`. */
  target: string
  clientChallenge: Uint8Array
  now: number
}

const MIC_PRESENT = 2

/** The third message of a handshake, with the code that proves that nobody changed the first two. */
export function answerChallenge(credentials: NtlmCredentials, handshake: Handshake): Buffer {
  const { challenge, clientChallenge } = handshake
  const told = challenge.targetInfo.find(({ id }) => id === AvId.timestamp)
  const pairs = proven(challenge.targetInfo, handshake)
  const key = passwordKey(credentials)
  const time = told?.value ?? fileTime(handshake.now)
  const { response, sessionKey } = ntlmV2(
    key,
    challenge.serverChallenge,
    clientChallenge,
    time,
    formatAvPairs(pairs),
  )
  const message = formatAuthenticate({
    flags: clientFlags & challenge.flags,
    // With a time from the server the old response is left empty ([MS-NLMP] §3.1.5.1.2).
    lmResponse: told === undefined ? lmV2(key, challenge.serverChallenge, clientChallenge) : Buffer.alloc(24),
    ntResponse: response,
    domain: credentials.domain,
    user: credentials.user,
    workstation: '',
  })
  hmac(sessionKey, handshake.negotiate, handshake.challengeOctets, message).copy(message, MIC_OFFSET)
  return message
}

/** The server's attributes with what the client adds to them ([MS-NLMP] §3.1.5.1.2). */
function proven(info: readonly AvPair[], { bindings, target }: Handshake): AvPair[] {
  const flags = Buffer.alloc(4)
  const given = info.find(({ id }) => id === AvId.flags)
  flags.writeUInt32LE(((given ? Buffer.from(given.value).readUInt32LE() : 0) | MIC_PRESENT) >>> 0)
  const ours = new Set<number>([AvId.flags, AvId.targetName, AvId.channelBindings])
  return [
    ...info.filter(({ id }) => !ours.has(id)),
    { id: AvId.flags, value: flags },
    { id: AvId.channelBindings, value: bindings ?? Buffer.alloc(16) },
    { id: AvId.targetName, value: utf16(target) },
  ]
}
