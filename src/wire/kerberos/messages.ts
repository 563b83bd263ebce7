import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  application,
  context,
  type DerValue,
  der,
  flags,
  generalString,
  integer,
  kerberosTime,
  octetString,
  parseDer,
  sequence,
} from './der.ts'
import { type Encryption, encryptionOf } from './encryption.ts'

/** NT-PRINCIPAL, NT-SRV-INST and NT-ENTERPRISE (RFC 4120 §6.2, RFC 6806 §5). */
export const NameType = { principal: 1, service: 2, enterprise: 10 } as const

export type PrincipalName = { type: number; parts: readonly string[] }

export const PaType = { tgsRequest: 1, encryptedTimestamp: 2, etypeInfo2: 19 } as const

/** Error codes (RFC 4120 §7.5.9) of which more is known here than their number. */
export const KdcError = {
  unknownClient: 6,
  unknownService: 7,
  policy: 12,
  noEncryption: 14,
  revoked: 18,
  keyExpired: 23,
  wrongPassword: 24,
  preauthRequired: 25,
  unavailable: 29,
  modified: 41,
  skew: 37,
  tooBig: 52,
  wrongRealm: 68,
} as const

const VERSION = 5
const MessageType = {
  asRequest: 10,
  asReply: 11,
  tgsRequest: 12,
  tgsReply: 13,
  apRequest: 14,
  error: 30,
} as const
const Tag = { ticket: 1, authenticator: 2, asRequest: 10, tgsRequest: 12, apRequest: 14, error: 30 } as const

const member = (number: number, ...parts: readonly Uint8Array[]): Buffer => der(context(number), ...parts)

const formatName = ({ type, parts }: PrincipalName): Buffer =>
  sequence(member(0, integer(type)), member(1, sequence(...parts.map(generalString))))

function readName(value: DerValue): PrincipalName {
  const members = value.members()
  const parts = members.get(1).values()
  return { type: members.get(0).integer(), parts: parts.map((part) => part.text()) }
}

type EncryptedData = { encryption: number; octets: Buffer }

const formatEncrypted = (encryption: Encryption, octets: Uint8Array): Buffer =>
  sequence(member(0, integer(encryption.id)), member(2, octetString(octets)))

function readEncrypted(value: DerValue): EncryptedData {
  const members = value.members()
  return { encryption: members.get(0).integer(), octets: members.get(2).octets() }
}

const formatSum = (type: number, octets: Uint8Array): Buffer =>
  sequence(member(0, integer(type)), member(1, octetString(octets)))

/** CANONICALIZE (RFC 6806 §3): names may be other forms, and the answer may lead to another realm. */
const OPTIONS = 1 << (31 - 15)
/** As long as the KDC lets it; the last time that some of them can count to. */
const TILL = Date.UTC(2037, 8, 13, 2, 48, 5)

type TicketWish = {
  /** Of the KDC that is asked. */
  realm: string
  /** Left out where a ticket says who asks. */
  client?: PrincipalName
  service: PrincipalName
  nonce: number
  encryptions: readonly number[]
}

/** KDC-REQ-BODY (RFC 4120 §5.4.1). */
export const formatRequestBody = ({ realm, client, service, nonce, encryptions }: TicketWish): Buffer =>
  sequence(
    member(0, flags(OPTIONS)),
    ...(client === undefined ? [] : [member(1, formatName(client))]),
    member(2, generalString(realm)),
    member(3, formatName(service)),
    member(5, kerberosTime(TILL)),
    member(7, integer(nonce)),
    member(8, sequence(...encryptions.map(integer))),
  )

type PreAuth = { type: number; value: Uint8Array }

function formatRequest(type: 10 | 12, body: Uint8Array, preAuth: readonly PreAuth[]): Buffer {
  const padata = preAuth.map(({ type, value }) =>
    sequence(member(1, integer(type)), member(2, octetString(value))),
  )
  return der(
    application(type),
    sequence(
      member(1, integer(VERSION)),
      member(2, integer(type)),
      ...(padata.length === 0 ? [] : [member(3, sequence(...padata))]),
      member(4, body),
    ),
  )
}

export const formatAsRequest = (body: Uint8Array, preAuth: readonly PreAuth[] = []): Buffer =>
  formatRequest(Tag.asRequest, body, preAuth)
export const formatTgsRequest = (body: Uint8Array, preAuth: readonly PreAuth[]): Buffer =>
  formatRequest(Tag.tgsRequest, body, preAuth)

const microseconds = (epochUs: number): Buffer => integer(epochUs % 1_000_000)

/** PA-ENC-TS-ENC (RFC 4120 §5.2.7.2), not encrypted yet. The time is in microseconds. */
export const formatTimestamp = (epochUs: number): Buffer =>
  sequence(member(0, kerberosTime(epochUs / 1_000)), member(1, microseconds(epochUs)))

/** As `formatEncrypted` of PA-ENC-TIMESTAMP. */
export const formatEncryptedData = formatEncrypted

type Sum = { type: number; octets: Uint8Array }

type Authenticator = {
  realm: string
  client: PrincipalName
  sum: Sum
  /** Epoch microseconds. */
  now: number
  sequenceNumber?: number
}

/** Authenticator (RFC 4120 §5.5.1), not encrypted yet. */
export const formatAuthenticator = ({ realm, client, sum, now, sequenceNumber }: Authenticator): Buffer =>
  der(
    application(Tag.authenticator),
    sequence(
      member(0, integer(VERSION)),
      member(1, generalString(realm)),
      member(2, formatName(client)),
      member(3, formatSum(sum.type, sum.octets)),
      member(4, microseconds(now)),
      member(5, kerberosTime(now / 1_000)),
      ...(sequenceNumber === undefined ? [] : [member(7, integer(sequenceNumber))]),
    ),
  )

/** AP-REQ (RFC 4120 §5.5.1): a ticket as it came, and who shows it. */
export const formatApRequest = (
  ticket: Uint8Array,
  encryption: Encryption,
  authenticator: Uint8Array,
): Buffer =>
  der(
    application(Tag.apRequest),
    sequence(
      member(0, integer(VERSION)),
      member(1, integer(MessageType.apRequest)),
      member(2, flags(0)),
      member(3, ticket),
      member(4, formatEncrypted(encryption, authenticator)),
    ),
  )

/** A service, and the realm that it is of. */
export type ServiceName = { realm: string; service: PrincipalName }

export type KdcReply = {
  preAuth: PreAuth[]
  realm: string
  client: PrincipalName
  ticket: ServiceName & {
    /** As it came: only its service can read it. */
    octets: Buffer
  }
  sealed: EncryptedData
}

/** KRB-ERROR (RFC 4120 §5.9.1). */
export type KdcErrorMessage = {
  code: number
  /** The clock of who answers, epoch milliseconds. */
  time: number
  /** Of the client, where another one is to be asked. */
  clientRealm: string | undefined
  text: string
  data: Buffer | undefined
}

/** What a KDC answers, AS-REP or TGS-REP (RFC 4120 §5.4.2). SyntaxFault for anything else. */
export function parseKdcAnswer(octets: Uint8Array): { reply: KdcReply } | { error: KdcErrorMessage } {
  const value = parseDer(octets)
  if (value.tag === application(Tag.error)) return { error: readError(value) }
  const isReply =
    value.tag === application(MessageType.asReply) || value.tag === application(MessageType.tgsReply)
  if (!isReply) throw new SyntaxFault(`tag ${value.tag} is no answer of a KDC`)
  const members = value.only(value.tag).members()
  const { whole } = members.get(5)
  const ticket = members.get(5).only(application(Tag.ticket)).members()
  return {
    reply: {
      preAuth: readPreAuth(members.find(2)),
      realm: members.get(3).text(),
      client: readName(members.get(4)),
      ticket: { octets: whole, realm: ticket.get(1).text(), service: readName(ticket.get(2)) },
      sealed: readEncrypted(members.get(6)),
    },
  }
}

/** SyntaxFault for anything but a KRB-ERROR. */
export function parseError(octets: Uint8Array): KdcErrorMessage {
  return readError(parseDer(octets))
}

function readError(value: DerValue): KdcErrorMessage {
  const members = value.only(application(Tag.error)).members()
  return {
    code: members.get(6).integer(),
    time: members.get(4).time(),
    clientRealm: members.find(7)?.text(),
    text: members.find(11)?.text() ?? '',
    data: members.find(12)?.octets(),
  }
}

/** METHOD-DATA (RFC 4120 §5.9.1), which an error carries that asks for pre-authentication. */
export const parsePreAuth = (octets: Uint8Array): PreAuth[] => readPreAuth(parseDer(octets))

function readPreAuth(value: DerValue | undefined): PreAuth[] {
  return (value?.values() ?? []).map((each) => {
    const members = each.members()
    return { type: members.get(1).integer(), value: members.get(2).octets() }
  })
}

/** How a key comes of a password (ETYPE-INFO2, RFC 4120 §5.2.7.5). */
export type KeyMaking = { encryption: number; salt: Buffer | undefined; params: Buffer | undefined }

export const parseKeyMakings = (octets: Uint8Array): KeyMaking[] =>
  parseDer(octets)
    .values()
    .map((each) => {
      const members = each.members()
      return {
        encryption: members.get(0).integer(),
        salt: members.find(1)?.textOctets(),
        params: members.find(2)?.octets(),
      }
    })

/** What of a reply only who asked can read (EncKDCRepPart, RFC 4120 §5.4.2). */
export type ReplyPart = ServiceName & {
  key: { encryption: Encryption; octets: Buffer }
  nonce: number
  /** Epoch milliseconds by the clock of the KDC. */
  authenticatedAt: number
  endsAt: number
}

export function parseReplyPart(octets: Uint8Array): ReplyPart {
  const value = parseDer(octets)
  // Either number is used for either reply.
  if (value.tag !== application(25) && value.tag !== application(26))
    throw new SyntaxFault('no part of a reply')
  const members = value.only(value.tag).members()
  const key = members.get(0).members()
  return {
    key: { encryption: encryptionOf(key.get(0).integer()), octets: key.get(1).octets() },
    nonce: members.get(2).integer(),
    authenticatedAt: members.get(5).time(),
    endsAt: members.get(7).time(),
    realm: members.get(9).text(),
    service: readName(members.get(10)),
  }
}
