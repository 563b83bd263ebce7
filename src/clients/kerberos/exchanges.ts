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

/** Sends a question to a KDC, and gives its answer. */
export type Ask = (question: Uint8Array) => Promise<Uint8Array>

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

/** Milliseconds, their fraction another one each time: who gets the same twice takes it for a replay. */
export function authenticationTime(): number {
  last = Math.max(Date.now(), last + 0.001)
  return last
}

type Account = { realm: string; client: PrincipalName; password: string }

/** AS exchange (RFC 4120 §3.1): a ticket for tickets. Rejects with KdcRefusal, NoPasswordTaken, SyntaxFault, and as `ask` does. */
export async function signIn(ask: Ask, { realm, client, password }: Account): Promise<Ticket> {
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
  if ('reply' in first) return withoutProof(first.reply, nonce, password)
  if (first.error.code !== KdcError.preauthRequired) throw new KdcRefusal(first.error)
  const usual = usualSalt(realm, client)
  const making = wanted(first.error)
  const key = await keyBy(making, password, usual)
  const encryption = encryptionOf(making.encryption)
  const timestamp = formatTimestamp(Math.floor(authenticationTime()))
  const proof = formatEncryptedData(encryption, encryption.encrypt(key, KeyUsage.timestamp, timestamp))
  const second = parseKdcAnswer(
    await ask(formatAsRequest(body, [{ type: PaType.encryptedTimestamp, value: proof }])),
  )
  if ('error' in second) throw new KdcRefusal(second.error)
  // The key may be of another kind than the proof.
  const told = makingFor(second.reply)
  const same = told === undefined || told.encryption === making.encryption
  return opened(second.reply, nonce, KeyUsage.asReply, same ? key : await keyBy(told, password, usual))
}

/** RFC 4120 §4. */
const usualSalt = (realm: string, { parts }: PrincipalName): Buffer => Buffer.from(realm + parts.join(''))

/** A KDC that gives tickets to anybody: whether the password is right shows when they are opened. */
async function withoutProof(reply: KdcReply, nonce: number, password: string): Promise<Ticket> {
  const { encryption } = reply.sealed
  const making = makingFor(reply) ?? { encryption, salt: undefined, params: undefined }
  const key = await keyBy(making, password, usualSalt(reply.realm, reply.client))
  try {
    return opened(reply, nonce, KeyUsage.asReply, key)
  } catch (cause) {
    if (!(cause instanceof NotByThisKey)) throw cause
    const { wrongPassword: code } = KdcError
    throw new KdcRefusal({ code, time: Date.now(), clientRealm: undefined, text: '', data: undefined })
  }
}

const keyBy = ({ encryption, salt, params }: KeyMaking, password: string, usual: Buffer): Promise<Buffer> =>
  encryptionOf(encryption).keyOf(password, salt ?? usual, params)

/** How the key of a reply is made, where it says. */
const makingFor = ({ preAuth, sealed }: KdcReply): KeyMaking | undefined =>
  preAuth
    .filter(({ type }) => type === PaType.etypeInfo2)
    .flatMap(({ value }) => parseKeyMakings(value))
    .find(({ encryption }) => encryption === sealed.encryption)

/** The best of what the KDC would take. */
function wanted(error: KdcErrorMessage): KeyMaking {
  const offers = error.data === undefined ? [] : parsePreAuth(error.data)
  if (!offers.some(({ type }) => type === PaType.encryptedTimestamp)) throw new NoPasswordTaken()
  const told = offers.filter(({ type }) => type === PaType.etypeInfo2)
  const makings = told.flatMap(({ value }) => parseKeyMakings(value))
  if (told.length === 0) return { encryption: encryptions[0]!.id, salt: undefined, params: undefined }
  for (const { id } of encryptions) {
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
  const sum = { type: encryption.sumId, octets: encryption.sum(key, KeyUsage.tgsBodySum, body) }
  const shown = showTicket(granting, sum, KeyUsage.tgsAuthenticator)
  const answer = parseKdcAnswer(
    await ask(formatTgsRequest(body, [{ type: PaType.tgsRequest, value: shown }])),
  )
  if ('error' in answer) throw new KdcRefusal(answer.error)
  return opened(answer.reply, nonce, KeyUsage.tgsReply, key, encryption)
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

function opened(
  { sealed, ticket, client, realm }: KdcReply,
  nonce: number,
  usage: number,
  key: Uint8Array,
  encryption = encryptionOf(sealed.encryption),
): Ticket {
  if (encryption.id !== sealed.encryption) throw new SyntaxFault('a reply under another key')
  const part: ReplyPart = parseReplyPart(encryption.decrypt(key, usage, sealed.octets))
  if (part.nonce !== nonce) throw new SyntaxFault('an answer to another question')
  const { authenticatedAt, endsAt, service } = part
  return { octets: ticket, key: part.key, client, clientRealm: realm, service, authenticatedAt, endsAt }
}
