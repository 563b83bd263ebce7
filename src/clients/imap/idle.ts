import { setTimeout as pause } from 'node:timers/promises'
import type { ImapConnection } from './connection.ts'
import type { ImapDeadlines } from './deadlines.ts'

/** Listens until told to stop: by IDLE, said again in time; by asking for news where there is no IDLE. */
export async function listenForNews(
  connection: ImapConnection,
  hasIdle: boolean,
  { renewIdleMs, pollMs }: ImapDeadlines,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (hasIdle) {
      await idleOnce(connection, renewIdleMs, signal)
      continue
    }
    await connection.run({ name: 'NOOP', lane: 'free' })
    await pause(pollMs, undefined, { signal }).catch(() => undefined)
  }
}

async function idleOnce(connection: ImapConnection, forMs: number, signal: AbortSignal): Promise<void> {
  let entered = false
  let leaving = false
  const leave = () => {
    leaving = true
    if (!entered) return
    entered = false
    connection.setPatient(false)
    connection.transport.write('DONE\r\n')
  }
  const timer = setTimeout(leave, forMs)
  signal.addEventListener('abort', leave, { once: true })
  try {
    await connection.run({
      name: 'IDLE',
      lane: 'alone',
      challenged: () => {
        if (entered) return undefined
        entered = true
        connection.setPatient(true)
        if (leaving) leave()
        return undefined
      },
    })
  } finally {
    // The server may end it by itself.
    if (entered) connection.setPatient(false)
    clearTimeout(timer)
    signal.removeEventListener('abort', leave)
  }
}
