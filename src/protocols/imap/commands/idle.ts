import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { command, noArguments } from '../command.ts'
import { tellEvents } from '../tell-events.ts'

/** DONE, and something to be wrong. */
const LONGEST_LINE = 1_000

/** IDLE, RFC 9051 §6.3.13: changes are told as they happen, until the client says DONE. */
export const idle = command({
  name: 'IDLE',
  state: 'authenticated',
  parse: noArguments,

  run: async (session) => {
    const { client, limits } = session
    client.continue('idling')
    session.isIdle = true
    try {
      for (;;) {
        await session.requireStillAllowed()
        await tellEvents(session, { expunge: true })
        if (session.ended) return undefined
        const line = await client.line(LONGEST_LINE, limits.idleMs)
        if (line.kind === 'woken') {
          if (session.isStopping) return { text: 'The service is stopping' }
          continue
        }
        if (line.kind !== 'text' || !/^done$/i.test(line.text)) throw new SyntaxFault('DONE is missing')
        return undefined
      }
    } finally {
      session.isIdle = false
    }
  },
})
