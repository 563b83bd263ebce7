import { randomInt } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  type Encryption,
  encryptionOf,
  encryptions,
  KeyUsage,
  NotByThisKey,
} from '#src/wire/kerberos/encryption.ts'
import {
  formatApRequest,
  formatAsRequest,
  formatAuthenticator,
  formatEncryptedData,
  formatRequestBody,
  formatTgsRequest,
  formatTimestamp,
  KdcError,
  type KdcErrorMessage,
  type KdcReply,
  type KeyMaking,
  NameType,
  PaType,
  type PrincipalName,
  parseKdcAnswer,
  parseKeyMakings,
  parsePreAuth,
  parseReplyPart,
  type ReplyPart,
  type ServiceName,
} from '#src/wire/kerberos/messages.ts'

/** A ticket, and what only who asked for it knows. */
export type Ticket = {
  /** As it came. */
  octets: Buffer
  key: { encryption: Encryption; octets: Buffer }
  /** Who it is for. */
  client: PrincipalName
  clientRealm: string
  service: PrincipalName
  /** Epoch milliseconds. */
  authenticatedAt: number
  endsAt: number
}

/** Sends a question to a KDC, and gives its answer; one with a proof goes to one KDC alone, as each counts wrong ones. */
export type Ask = (question: Uint8Array, hasProof?: boolean) => Promise<Uint8Array>

/** A KDC's no. */
export class KdcRefusal extends Error {
  override readonly name = 'KdcRefusal'
  readonly error: KdcErrorMessage

  constructor(error: KdcErrorMessage) {
    super(`error ${error.code}`)
    this.error = error
  }
}

/** The KDC wants to see more than a password: a smart card, or a tunnel (FAST). */
export class NoPasswordTaken extends Error {
  override readonly name = 'NoPasswordTaken'
}

const newNonce = (): number => randomInt(1, 2 ** 31 - 1)
let last = 0

/** Epoch microseconds, never the same twice, and seldom those of another process: a server takes the same again for a replay. */
export function authenticationTime(): number {
  const now = Date.now() * 1_000 + randomInt(1_000)
  // Further ahead than that the clock was put back, and servers would refuse what is ahead of theirs.
  last = last - now < 1_000_000 ? Math.max(now, last + 1) : now
  return last
}

type Account = {
  realm: string
  client: PrincipalName
  password: string
  /** Kinds of encryption that the password may be used with. */
  encryptions: readonly Encryption[]
}

/** AS exchange (RFC 4120 §3.1): a ticket for tickets. Rejects with KdcRefusal, NoPasswordTaken, SyntaxFault, and as `ask` does. */
export async function signIn(ask: Ask, { realm, client, password, encryptions }: Account): Promise<Ticket> {
  const nonce = newNonce()
  const service = { type: NameType.service, parts: ['krbtgt', realm] }
  const body = formatRequestBody({
    realm,
    client,
    service,
    nonce,
    encryptions: encryptions.map(({ id }) => id),
  })
  const first = parseKdcAnswer(await ask(formatAsRequest(body)))
  if ('reply' in first) return withoutProof(first.reply, { nonce, service }, password)
  if (first.error.code !== KdcError.preauthRequired) throw new KdcRefusal(first.error)
  const usual = usualSalt(realm, client)
  const making = wanted(first.error, encryptions)
  const key = await keyBy(making, password, usual)
  const encryption = encryptionOf(making.encryption)
  const timestamp = formatTimestamp(authenticationTime())
  const proof = formatEncryptedData(encryption, encryption.encrypt(key, KeyUsage.timestamp, timestamp))
  const second = parseKdcAnswer(
    await ask(formatAsRequest(body, [{ type: PaType.encryptedTimestamp, value: proof }]), true),
  )
  if ('error' in second) throw new KdcRefusal(second.error)
  // The key may be of another kind than the proof.
  const told = makingFor(second.reply)
  const same = told === undefined || told.encryption === making.encryption
  const replyKey = same ? key : await keyBy(told, password, usual)
  return opened(second.reply, { nonce, service, usage: KeyUsage.asReply, key: replyKey })
}

/** RFC 4120 §4. */
const usualSalt = (realm: string, { parts }: PrincipalName): Buffer => Buffer.from(realm + parts.join(''))

/** A KDC that gives tickets to anybody: whether the password is right shows when they are opened. */
async function withoutProof(
  reply: KdcReply,
  asked: Pick<Question, 'nonce' | 'service'>,
  password: string,
): Promise<Ticket> {
  const { encryption } = reply.sealed
  const making = makingFor(reply) ?? { encryption, salt: undefined, params: undefined }
  const key = await keyBy(making, password, usualSalt(reply.realm, reply.client))
  try {
    return opened(reply, { ...asked, usage: KeyUsage.asReply, key })
  } catch (cause) {
    if (!(cause instanceof NotByThisKey)) throw cause
    const { wrongPassword: code } = KdcError
    throw new KdcRefusal({ code, time: Date.now(), clientRealm: undefined, text: '', data: undefined })
  }
}

/** No KDC asks for fewer; who is on the way there would, to guess the password from what is made of it. */
const FEWEST_ITERATIONS = 4_096

async function keyBy(
  { encryption, salt, params }: KeyMaking,
  password: string,
  usual: Buffer,
): Promise<Buffer> {
  if (params?.length === 4 && params.readUInt32BE() < FEWEST_ITERATIONS)
    throw new SyntaxFault('a password that is hardly stretched')
  return encryptionOf(encryption).keyOf(password, salt ?? usual, params)
}

/** How the key of a reply is made, where it says. */
const makingFor = ({ preAuth, sealed }: KdcReply): KeyMaking | undefined =>
  preAuth
    .filter(({ type }) => type === PaType.etypeInfo2)
    .flatMap(({ value }) => parseKeyMakings(value))
    .find(({ encryption }) => encryption === sealed.encryption)

/** The best of what the KDC would take. Where it does not tell how the key is made nothing is guessed: a wrong proof is counted. */
function wanted(error: KdcErrorMessage, allowed: readonly Encryption[]): KeyMaking {
  const offers = error.data === undefined ? [] : parsePreAuth(error.data)
  if (!offers.some(({ type }) => type === PaType.encryptedTimestamp)) throw new NoPasswordTaken()
  const told = offers.filter(({ type }) => type === PaType.etypeInfo2)
  const makings = told.flatMap(({ value }) => parseKeyMakings(value))
  for (const { id } of allowed) {
    const found = makings.find(({ encryption }) => encryption === id)
    if (found !== undefined) return found
  }
  throw new KdcRefusal({ ...error, code: KdcError.noEncryption, text: '' })
}

/** TGS exchange (RFC 4120 §3.3): a ticket for a service, or for the tickets of another realm. Rejects as `signIn`. */
export async function ticketForService(
  ask: Ask,
  granting: Ticket,
  { realm, service }: { realm: string; service: PrincipalName },
): Promise<Ticket> {
  const nonce = newNonce()
  const body = formatRequestBody({ realm, service, nonce, encryptions: encryptions.map(({ id }) => id) })
  const { encryption, octets: key } = granting.key
  const { client, clientRealm } = granting
  const sum = { type: encryption.sumId, octets: encryption.sum(key, KeyUsage.tgsBodySum, body) }
  const shown = showTicket(granting, sum, KeyUsage.tgsAuthenticator)
  const answer = parseKdcAnswer(
    await ask(formatTgsRequest(body, [{ type: PaType.tgsRequest, value: shown }])),
  )
  if ('error' in answer) throw new KdcRefusal(answer.error)
  // Who it is for stands where anybody on the way may have written.
  return {
    ...opened(answer.reply, { nonce, service, usage: KeyUsage.tgsReply, key, encryption }),
    client,
    clientRealm,
  }
}

/** AP-REQ with a new authenticator. */
export function showTicket(
  { octets, key, client, clientRealm }: Ticket,
  sum: { type: number; octets: Uint8Array },
  usage: number,
): Buffer {
  const authenticator = formatAuthenticator({
    realm: clientRealm,
    client,
    sum,
    now: authenticationTime(),
    ...(usage === KeyUsage.apAuthenticator && { sequenceNumber: randomInt(1, 2 ** 30) }),
  })
  return formatApRequest(octets, key.encryption, key.encryption.encrypt(key.octets, usage, authenticator))
}

/** A ticket for tickets, of this realm or on the way to another. */
export const isGranting = ({ service }: Pick<Ticket, 'service'>): boolean => kindOf(service) === 'krbtgt'

const kindOf = ({ parts }: PrincipalName): string | undefined => parts[0]?.toLowerCase()

/** What an answer has to answer, and how it is read. */
type Question = {
  nonce: number
  service: PrincipalName
  usage: number
  key: Uint8Array
  encryption?: Encryption
}

/** What a client has to make sure of (RFC 4120 §3.1.5, §3.3.4). A KDC may have another name for the service (RFC 6806 §8), of the same kind. */
function opened({ sealed, ticket, client, realm }: KdcReply, asked: Question): Ticket {
  const { encryption = encryptionOf(sealed.encryption) } = asked
  if (encryption.id !== sealed.encryption) throw new SyntaxFault('a reply under another key')
  const part: ReplyPart = parseReplyPart(encryption.decrypt(asked.key, asked.usage, sealed.octets))
  const { authenticatedAt, endsAt, service } = part
  if (part.nonce !== asked.nonce) throw new SyntaxFault('an answer to another question')
  if (nameOf(part) !== nameOf(ticket)) throw new SyntaxFault('a ticket for another service than it says')
  if (!isGranting(part) && kindOf(service) !== kindOf(asked.service))
    throw new SyntaxFault('a ticket for another kind of service')
  const { octets } = ticket
  return { octets, key: part.key, client, clientRealm: realm, service, authenticatedAt, endsAt }
}

const nameOf = ({ realm, service }: ServiceName): string => [realm, ...service.parts].join('\0')
