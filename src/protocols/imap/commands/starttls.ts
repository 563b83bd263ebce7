import { formatStatusLine } from '#src/wire/imap/status-line.ts'
import { PeerGone } from '../../peer-connection.ts'
import { command, noArguments } from '../command.ts'

/** STARTTLS, RFC 9051 §6.2.1: all that was said in clear is forgotten. Not on the port that has TLS from the start (CLT-06). */
export const starttls = command({
  name: 'STARTTLS',
  state: 'not-authenticated',
  beforeTls: true,
  tellsNoChanges: true,
  parse: noArguments,

  run: async (session, _args, { tag }) => {
    const { startTls, log, clientAddress } = session.options
    if (session.tls !== undefined) return { status: 'BAD', text: 'TLS is on already' }
    if (startTls === undefined) return { status: 'BAD', text: 'TLS is not offered here' }
    session.write(formatStatusLine(tag, { status: 'OK', text: 'Begin TLS' }))
    await session.client.flush()
    const signal = AbortSignal.timeout(session.limits.handshakeMs)
    try {
      await session.client.upgrade(async (stream) => {
        const secured = await startTls(stream, signal)
        session.tls = secured.tls
        return secured.stream
      })
    } catch (error) {
      log.info({ err: error, client: clientAddress }, 'A client did not finish its TLS handshake')
      session.client.connection.destroy()
      throw new PeerGone('The TLS handshake failed', { cause: error })
    }
    return 'answered'
  },
})
