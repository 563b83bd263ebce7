import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { command, noArguments } from '../command.ts'
import { tellEvents } from '../tell-events.ts'

/** DONE, and something to be wrong. */
const LONGEST_LINE = 1_000

/**
 * IDLE, RFC 9051 §6.3.13: changes are told as they happen, until the client says DONE. When the session ends before, BYE is
 * all that it hears: nothing is answered that it has not ended itself.
 */
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
        if (session.ended) return 'answered'
        const line = await client.line(LONGEST_LINE, limits.idleMs)
        if (line.kind === 'woken') {
          if (session.isStopping) return 'answered'
          continue
        }
        if (line.kind !== 'text' || !/^done$/i.test(line.text)) throw new SyntaxFault('DONE is missing')
        return undefined
      }
    } catch (error) {
      if (session.ended) return 'answered'
      throw error
    } finally {
      session.isIdle = false
    }
  },
})
