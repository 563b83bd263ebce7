import { createServer, type Socket } from 'node:net'
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
} from '#src/wire/kerberos/der.ts'
import { type Encryption, encryptionOf, KeyUsage } from '#src/wire/kerberos/encryption.ts'
import { KdcError } from '#src/wire/kerberos/messages.ts'

const member = (number: number, ...parts: readonly Uint8Array[]): Buffer => der(context(number), ...parts)
const nameOf = (type: number, parts: readonly string[]): Buffer =>
  sequence(member(0, integer(type)), member(1, sequence(...parts.map(generalString))))

/** What was asked: a ticket for tickets (10) or for a service (12). */
export type Question = { type: number; realm: string; service: string[]; nonce: number; hasProof: boolean }

function read(octets: Buffer): Question & { proof: DerValue | undefined } {
  const request = parseDer(octets)
  const members = request.only(request.tag).members()
  const preAuth = members.find(3)?.values() ?? []
  const proof = preAuth.find((each) => each.members().get(1).integer() === 2)
  const body = members.get(4).members()
  const service = body.get(3).members().get(1).values()
  return {
    type: members.get(2).integer(),
    realm: body.get(2).text(),
    service: service.map((part) => part.text()),
    nonce: body.get(7).integer(),
    hasProof: proof !== undefined,
    proof: proof?.members().get(2),
  }
}

export const kdcError = (
  code: number,
  said: { time?: number; realm?: string; text?: string; data?: Buffer } = {},
) =>
  der(
    application(30),
    sequence(
      member(0, integer(5)),
      member(1, integer(30)),
      member(4, kerberosTime(said.time ?? Date.now())),
      member(5, integer(0)),
      member(6, integer(code)),
      ...(said.realm === undefined ? [] : [member(7, generalString(said.realm))]),
      member(9, generalString('CORP.EXAMPLE')),
      member(10, nameOf(2, ['krbtgt', 'CORP.EXAMPLE'])),
      ...(said.text === undefined ? [] : [member(11, generalString(said.text))]),
      ...(said.data === undefined ? [] : [member(12, octetString(said.data))]),
    ),
  )

const SALT = 'CORP.EXAMPLEsvc'
const ITERATIONS = 4_096
const paramsOf = (iterations: number): Buffer => {
  const params = Buffer.alloc(4)
  params.writeUInt32BE(iterations)
  return params
}
const keyMaking = (encryption: number, iterations = ITERATIONS): Buffer => {
  const making = sequence(
    member(0, integer(encryption)),
    member(1, generalString(SALT)),
    member(2, octetString(paramsOf(iterations))),
  )
  return offer(19, sequence(making))
}
const offer = (type: number, value: Uint8Array): Buffer =>
  sequence(member(1, integer(type)), member(2, octetString(value)))
/** Where no key makings are given it does not tell how the key is made. */
export const wantsProof = (...makings: readonly Buffer[]): Buffer =>
  kdcError(KdcError.preauthRequired, { data: sequence(offer(2, Buffer.alloc(0)), ...makings) })

export type KdcScript = {
  password?: string
  encryption?: number
  /** Whether a ticket is given without a proof. */
  trusting?: boolean
  lifeMs?: number
  /** How long ago somebody signed in for these tickets. */
  ageMs?: number
  /** An answer instead of the usual one; 'silence' and 'hang-up' are none. */
  instead?: (asked: Question) => Buffer | 'silence' | 'hang-up' | undefined
  /** The answer goes out when this is over. */
  after?: (asked: Question) => Promise<void>
  /** The realm that a question for a service is passed on to. */
  refersTo?: string
  /** Names of the service in the ticket and in what is said of it, instead of the one that was asked for. */
  names?: (asked: Question) => { ticket: string[]; part: string[] } | undefined
  /** How often the key of the password is said to be stretched. */
  iterations?: number
  ticketBytes?: number
  change?: (answer: Buffer) => Buffer
}

/** A KDC that does what it is told; its tickets open nothing. */
export async function scriptedKdc(script: KdcScript = {}) {
  const { password = 'geheim', encryption: id = 18, lifeMs = 36_000_000 } = script
  const encryption = encryptionOf(id)
  const key = await encryption.keyOf(password, Buffer.from(SALT), paramsOf(ITERATIONS))
  const session = Buffer.alloc(key.length, 7)
  const asked: Question[] = []
  const sealing = { encryption, session, lifeMs, script }

  async function answer(octets: Buffer): Promise<Buffer | 'silence' | 'hang-up'> {
    const { proof, ...question } = read(octets)
    asked.push(question)
    if (script.after !== undefined) await script.after(question)
    const instead = script.instead?.(question)
    if (instead !== undefined) return instead
    if (question.type === 12) {
      const service = script.refersTo === undefined ? question.service : ['krbtgt', script.refersTo]
      return reply({ ...question, service }, sealing, session, KeyUsage.tgsReply)
    }
    if (proof === undefined && !script.trusting) return wantsProof(keyMaking(id, script.iterations))
    if (proof !== undefined) {
      const sealed = parseDer(proof.octets()).members()
      try {
        encryption.decrypt(key, KeyUsage.timestamp, sealed.get(2).octets())
      } catch {
        return kdcError(KdcError.wrongPassword)
      }
    }
    return reply(question, sealing, key, KeyUsage.asReply)
  }

  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    let all = Buffer.alloc(0)
    socket.on('data', async (piece) => {
      all = Buffer.concat([all, piece as Buffer])
      if (all.length < 4 || all.length < 4 + all.readUInt32BE()) return
      const said = await answer(all.subarray(4))
      if (said === 'silence') return
      if (said === 'hang-up') return socket.destroy()
      const head = Buffer.alloc(4)
      head.writeUInt32BE(said.length)
      const octets = Buffer.concat([head, said])
      socket.write(script.change?.(octets) ?? octets)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    asked,
    host: '127.0.0.1',
    port: (server.address() as { port: number }).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

type Sealing = { encryption: Encryption; session: Buffer; lifeMs: number; script: KdcScript }

function reply(
  question: Question,
  { encryption, session, lifeMs, script }: Sealing,
  key: Uint8Array,
  usage: number,
): Buffer {
  const { type, nonce, realm, service } = question
  const names = script.names?.(question) ?? { ticket: service, part: service }
  const now = Date.now()
  const part = der(
    application(type === 10 ? 25 : 26),
    sequence(
      member(0, sequence(member(0, integer(encryption.id)), member(1, octetString(session)))),
      member(1, sequence()),
      member(2, integer(nonce)),
      member(4, flags(0)),
      member(5, kerberosTime(now - (script.ageMs ?? 0))),
      member(7, kerberosTime(now + lifeMs)),
      member(9, generalString(realm)),
      member(10, nameOf(2, names.part)),
    ),
  )
  const sealed = (octets: Uint8Array) =>
    sequence(member(0, integer(encryption.id)), member(2, octetString(octets)))
  const ticket = der(
    application(1),
    sequence(
      member(0, integer(5)),
      member(1, generalString(realm)),
      member(2, nameOf(2, names.ticket)),
      member(3, sealed(Buffer.alloc(script.ticketBytes ?? 40, 9))),
    ),
  )
  return der(
    application(type + 1),
    sequence(
      member(0, integer(5)),
      member(1, integer(type + 1)),
      member(2, sequence(keyMaking(encryption.id))),
      member(3, generalString('CORP.EXAMPLE')),
      member(4, nameOf(1, ['svc'])),
      member(5, ticket),
      member(6, sealed(encryption.encrypt(key, usage, part))),
    ),
  )
}
