import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { AvId, formatAvPairs, parseAuthenticate, parseAvPairs } from '#src/wire/ntlm/messages.ts'
import { channelBindings, fileTime, ntlmV2, passwordKey } from '#src/wire/ntlm/respond.ts'
import { type Pair, reply, type StubRequest } from './stub-https.ts'

type Account = { domain: string; user: string; password: string }

/** What a server with Windows authentication and Extended Protection does: a connection is let in once it has proved itself. */
export function ntlmGate(account: Account, pair: Pair, { hash = 'sha256', word = 'NTLM' } = {}) {
  const offers = word === 'NTLM' ? ['Negotiate', 'NTLM'] : [word]
  const sockets = new WeakMap<object, { challenge?: Buffer; known?: boolean }>()
  const certificate = new X509Certificate(pair.cert)
  const expected = channelBindings(createHash(hash).update(certificate.raw).digest())
  const gate = {
    handshakes: 0,
    refusals: 0,
    /** True for a request that is let in; otherwise it has been answered. */
    lets(asked: StubRequest): boolean {
      const { socket, headers } = asked.request
      const state = sockets.get(socket) ?? {}
      sockets.set(socket, state)
      const token = /^(?:NTLM|Negotiate) (.+)$/.exec(headers.authorization ?? '')?.[1]
      if (token === undefined) {
        if (state.known) return true
        reply(asked, 401, '', { 'www-authenticate': offers })
        return false
      }
      const message = Buffer.from(token, 'base64')
      if (message.readUInt32LE(8) === 1) {
        gate.handshakes++
        state.challenge = randomBytes(8)
        reply(asked, 401, '', {
          'www-authenticate': `${word} ${challenge(state.challenge).toString('base64')}`,
        })
        return false
      }
      state.known = state.challenge !== undefined && proves(message, state.challenge)
      if (state.known) return true
      gate.refusals++
      reply(asked, 401, '', { 'www-authenticate': offers })
      return false
    },
  }

  function proves(message: Buffer, challenge: Buffer): boolean {
    const { user, domain, ntResponse } = parseAuthenticate(message)
    const blob = Buffer.from(ntResponse.subarray(16))
    const info = blob.subarray(28, blob.length - 4)
    const key = passwordKey({ user, domain, password: account.password })
    const { response } = ntlmV2(key, challenge, blob.subarray(16, 24), blob.subarray(8, 16), info)
    const bound = parseAvPairs(info).find(({ id }) => id === AvId.channelBindings)?.value
    return (
      user === account.user &&
      domain === account.domain &&
      response.equals(ntResponse) &&
      bound !== undefined &&
      expected.equals(bound)
    )
  }
  return gate
}

function challenge(serverChallenge: Buffer): Buffer {
  const info = formatAvPairs([
    { id: 2, value: Buffer.from('CORP', 'utf16le') },
    { id: AvId.timestamp, value: fileTime(Date.now()) },
  ])
  const message = Buffer.alloc(48)
  message.write('NTLMSSP\0', 'latin1')
  message.writeUInt32LE(2, 8)
  message.writeUInt32LE(0xa2898205, 20)
  serverChallenge.copy(message, 24)
  message.writeUInt16LE(info.length, 40)
  message.writeUInt16LE(info.length, 42)
  message.writeUInt32LE(48, 44)
  return Buffer.concat([message, info])
}
