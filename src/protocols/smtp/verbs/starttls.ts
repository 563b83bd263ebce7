import { reply } from '#src/wire/smtp/reply.ts'
import { PeerGone } from '../../peer-connection.ts'
import { replies } from '../replies.ts'
import { verb } from '../verb.ts'
import { noArguments } from './arguments.ts'

/** STARTTLS, RFC 3207: all that was said in clear is forgotten. Not on the port that has TLS from the start (CLT-06). */
export const starttls = verb({
  name: 'STARTTLS',
  roles: ['mx', 'submission'],
  beforeTls: true,
  beforeLogin: true,
  needs: 'nothing',
  isProgress: true,
  parse: noArguments,

  run: async (session) => {
    const { startTls, log, clientAddress } = session.options
    if (session.tls !== undefined) return replies.badSequence('TLS is on already')
    if (startTls === undefined) return replies.notHere
    if (session.hello === undefined) return replies.badSequence('Say EHLO first')
    await session.drop()
    session.send(reply(220, '2.0.0', 'Begin TLS'))
    await session.peer.flush(session.limits.writeMs)
    const signal = AbortSignal.timeout(session.limits.handshakeMs)
    try {
      await session.peer.upgrade(async (stream) => {
        const secured = await startTls(stream, signal)
        session.tls = secured.tls
        return secured.stream
      })
    } catch (error) {
      log.info({ err: error, client: clientAddress }, 'A client did not finish its TLS handshake')
      session.peer.destroy()
      throw new PeerGone('The TLS handshake failed', { cause: error })
    }
    session.hello = undefined
    session.user = undefined
    return undefined
  },
})
