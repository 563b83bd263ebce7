import { setTimeout as pause } from 'node:timers/promises'
import { openSmtpSession } from '#src/clients/smtp/open-session.ts'
import type { SmtpClientSession } from '#src/clients/smtp/session.ts'
import { newTransitId } from '#test/support/queue.ts'
import type { Doors } from './intake-service.ts'

/** A message that a sender kept sending until it heard 250. */
export type Sent = {
  id: string
  body: string
  /** Mailboxes here that must have it, by address. */
  local: readonly string[]
  remote: readonly string[]
  /** Times the connection broke behind the last octet: each may have been taken. */
  lostReplies: number
  /** Times it was begun again though it could not have been taken. */
  interrupted: number
}

export type Senders = {
  /** Where the service is at the moment; undefined while there is none. */
  doors: Doors | undefined
  readonly sent: readonly Sent[]
  /** What should never be heard: any answer that says no. */
  readonly refused: readonly string[]
  /** No new messages; resolves when all that were begun have their 250. */
  finish(): Promise<void>
}

export type Addresses = {
  user: string
  password: string
  boxes: readonly string[]
  /** A group, and who is in it. */
  group: { address: string; members: readonly string[] }
  domains: readonly string[]
}

type Wanted = { to: string[]; local: string[]; remote: string[]; report: boolean }

/** Twenty connections: half of them other servers at the MX, half of them a user's mail programs. */
export function startSenders(addresses: Addresses, next: () => number, pauseMs: number): Senders {
  const sent: Sent[] = []
  const refused: string[] = []
  const state = { doors: undefined as Doors | undefined, stopping: false }
  const some = <T>(all: readonly T[], most: number): T[] =>
    Array.from({ length: 1 + Math.floor(next() * most) }, () => all[Math.floor(next() * all.length)]!)

  const wanted = (outside: boolean): Wanted => {
    const group = next() < 0.1
    const boxes = new Set(outside || next() < 0.5 ? some(addresses.boxes, 3) : [])
    const remote = outside
      ? []
      : [...new Set(some(addresses.domains, 2))].map((domain) => `r${Math.floor(next() * 3)}@${domain}`)
    const local = new Set([...boxes, ...(group ? addresses.group.members : [])])
    const to = [...boxes, ...(group ? [addresses.group.address] : []), ...remote]
    return { to, local: [...local], remote, report: !outside && !group && next() < 0.2 }
  }

  const sender = async (outside: boolean): Promise<void> => {
    let session: SmtpClientSession | undefined
    while (!state.stopping) {
      const message = wanted(outside)
      const id = newTransitId()
      // Some lie in their row, some in a segment file, some are in a file while they come in.
      const kind = next()
      const lines = kind < 0.8 ? 30 : kind < 0.97 ? 600 : 6_000
      const body = `${id} ${'x'.repeat(30)}\r\n`.repeat(lines)
      const entry: Sent = { ...message, id, body, lostReplies: 0, interrupted: 0 }
      for (;;) {
        session = session?.isUsable ? session : await connected(outside)
        const outcome = await once(session, outside, message, entry)
        if (outcome === 'taken') break
        if (outcome === 'lost') entry.lostReplies++
        else entry.interrupted++
        if (refused.length > 0) return
      }
      sent.push(entry)
      await pause(next() * 2 * pauseMs)
    }
    await session?.quit()
  }

  const connected = async (outside: boolean): Promise<SmtpClientSession> => {
    for (;;) {
      const { doors } = state
      try {
        if (doors) return await openSmtpSession(serverOf(doors, outside))
      } catch {
        // It was killed, or is being killed.
      }
      await pause(10)
    }
  }

  const serverOf = ({ mx, submissions }: Doors, outside: boolean) => ({
    host: '127.0.0.1',
    port: outside ? mx : submissions,
    helloName: 'mx.sender.example',
    tls: { mode: outside ? ('never' as const) : ('implicit' as const) },
    ...(!outside && { login: { name: addresses.user, password: addresses.password } }),
  })

  const once = async (
    session: SmtpClientSession,
    outside: boolean,
    { to, report }: Wanted,
    { id, body }: Sent,
  ): Promise<'taken' | 'lost' | 'interrupted'> => {
    const from = outside ? 'bob@sender.example' : addresses.user
    const head = `From: ${from}\r\nSubject: test\r\nMessage-ID: <${id}@sender.example>\r\nX-Id: ${id}\r\n\r\n`
    const results = await session.send({
      sender: from,
      recipients: to.map((address) => ({
        address,
        ...(report && { notify: ['SUCCESS', 'FAILURE'] as const }),
      })),
      eightBit: false,
      utf8: false,
      async *content() {
        yield Buffer.from(head + body)
      },
    })
    for (const { address, outcome } of results) {
      if (outcome.state === 'refused')
        refused.push(`${address}: ${outcome.reply.code} ${outcome.reply.lines}`)
    }
    const [{ outcome }] = results as [(typeof results)[number]]
    if (outcome.state === 'delivered') return 'taken'
    return outcome.state === 'failed' && outcome.failure.uncertain ? 'lost' : 'interrupted'
  }

  const running = Array.from({ length: 20 }, (_, index) => sender(index % 2 === 0))
  return {
    get doors() {
      return state.doors
    },
    set doors(doors) {
      state.doors = doors
    },
    sent,
    refused,
    async finish() {
      state.stopping = true
      await Promise.all(running)
    },
  }
}
