/**
 * IMAP of this service against Dovecot (sdbox, fsync always): the same client (`src/clients/imap`) over TLS, the same mail, the same
 * machine, in turn. Prints operations a second of both and their ratio, then the processor time of the servers for one operation and
 * its ratio (over 1: this service is ahead). Single figures depend on the machine; where others work on it, processor time tells
 * more than rates, as one process gets a smaller share of it than the many of Dovecot. Takes root and Dovecot.
 *
 *     bin/with-node bench/imap.ts [--messages 10000] [--bodies 400] [--sessions 1,10,100] [--seconds 2] [--rounds 2]
 *                        [--idle 5000] [--only landbridge|dovecot] [--tasks STORE,IDLE] [--profile FOLDER]
 *
 * `--tasks` are the beginnings of the lines wanted. `--idle` is how many connections in IDLE the memory is measured at: resident octets of all processes of the server, shared pages
 * counted once for each group of processes (PSS).
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { MessageToAppend } from '#src/clients/imap/append.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { FetchAttribute } from '#src/wire/imap/fetch.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { parseArgs } from './arguments.ts'
import { type Contender, landbridge, USERS, withDovecot } from './imap-servers.ts'
import { PASSWORD } from './served-process.ts'

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    bodies: { type: 'string', default: '400' },
    sessions: { type: 'string', default: '1,10,100' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '2' },
    idle: { type: 'string', default: '5000' },
    only: { type: 'string' },
    tasks: { type: 'string', default: '' },
    profile: { type: 'string' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
const KB = 1024
const count = Number(values.messages)
const bodies = Number(values.bodies)
const chosen = values.tasks.split(',')
const isWanted = (task: string): boolean => chosen.some((start) => task.startsWith(start))
const whole: FetchAttribute = { item: 'BODY[]', section: { path: '', text: 'all', names: [] }, peek: true }

function messageOf(octets: number, no: number): MessageToAppend {
  const rare = no % 100 === 7 ? 'needle' : 'quarter'
  const head = `From: Bob <bob@sender.example>\r\nTo: ann@corp.test\r\nSubject: Figures of the ${rare} ${no}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${no}@sender.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n`
  const found = no % 100 === 13 ? 'The haystack hides it.\r\n' : ''
  const random = randomBytes(Math.max(0, Math.ceil(octets * 0.75)))
  const lines = random
    .toString('base64')
    .slice(0, octets - head.length - found.length)
    .replace(/.{76}/g, '$&\r\n')
  const text = Buffer.from(`${head}${found}${lines}\r\n`)
  return {
    sizeBytes: text.length,
    async *content() {
      yield text
    },
  }
}

const open = (contender: Contender, user: string): Promise<ImapSession> =>
  openImapSession({
    host: '127.0.0.1',
    port: contender.port,
    tls: { mode: 'implicit', verifyName: 'localhost', ca: contender.ca },
    credentials: { name: user, password: PASSWORD },
  })

/** INBOX with many small messages, and a folder of larger ones. Each user has the same number. */
async function fill(contender: Contender): Promise<void> {
  for (const [at, user] of USERS.entries()) {
    const session = await open(contender, user)
    await session.create('Large')
    const wanted = at === 0 ? count : Math.min(count, 200)
    for (let from = 0; from < wanted; from += 100)
      await Promise.all(
        Array.from({ length: Math.min(100, wanted - from) }, (_, no) =>
          session.append('INBOX', messageOf(2 * KB, from + no)),
        ),
      )
    for (let no = 0; no < (at === 0 ? bodies : 20); no++)
      await session.append('Large', messageOf(75 * KB, no))
    session.destroy()
  }
}

/** What one session does again and again; resolves with how many operations that was. */
type Work = (session: ImapSession, no: number) => Promise<number>
type Task = {
  name: string
  unit: string
  /** Everybody works in the first mailbox, or each in one of ten. */
  shared: boolean
  /** Only with these numbers of sessions. */
  sessions?: number[]
  prepare?: (session: ImapSession) => Promise<unknown>
  work: Work
}

async function readAll(session: ImapSession, uids: NumberSet | SequenceSet, attributes: FetchAttribute[]) {
  let messages = 0
  for await (const message of session.fetch(uids, attributes)) {
    for await (const { content } of message.bodies()) for await (const piece of content) void piece
    messages++
  }
  return messages
}

const all: FetchAttribute[] = [
  { item: 'FLAGS' },
  { item: 'INTERNALDATE' },
  { item: 'RFC822.SIZE' },
  { item: 'ENVELOPE' },
]

/** Everything for up to ten sessions; more read a part each, so that a round does not take minutes. */
let parts = 1
function portion(no: number): SequenceSet | NumberSet {
  if (parts === 1) return SequenceSet.all
  const size = Math.ceil(count / parts)
  const from = 1 + (no % parts) * size
  return NumberSet.ofBounds([from, Math.min(count, from + size - 1)])
}

const needle = { key: 'field', field: 'SUBJECT', text: 'needle' } as const
async function findNeedle(session: ImapSession): Promise<number> {
  const { all: found } = await session.search(needle)
  if (found?.size !== Math.floor((count + 92) / 100)) throw new Error(`SUBJECT found ${found?.size}`)
  return 1
}

const tasks: Task[] = [
  {
    name: `SELECT of ${count}`,
    unit: 'SELECT/s',
    shared: true,
    work: (s) => s.select('INBOX').then(() => 1),
  },
  {
    name: `FETCH ALL of ${count}`,
    unit: 'messages/s',
    shared: true,
    prepare: (s) => s.select('INBOX', { readOnly: true }),
    work: (s, no) => readAll(s, portion(no), all),
  },
  {
    name: 'FETCH FLAGS of them',
    unit: 'messages/s',
    shared: true,
    prepare: (s) => s.select('INBOX', { readOnly: true }),
    work: (s, no) => readAll(s, portion(no), [{ item: 'FLAGS' }]),
  },
  {
    name: 'bodies of 75 KB',
    unit: 'messages/s',
    shared: true,
    prepare: (s) => s.select('Large', { readOnly: true }),
    work: (s, no) => {
      const from = 1 + ((no * 37) % Math.max(1, bodies - 20))
      return readAll(s, NumberSet.ofBounds([from, from + 19]), [whole])
    },
  },
  {
    name: 'SEARCH SUBJECT',
    unit: 'searches/s',
    shared: true,
    prepare: (s) => s.select('INBOX', { readOnly: true }),
    work: findNeedle,
  },
  {
    name: 'SEARCH BODY',
    unit: 'searches/s',
    shared: true,
    sessions: [1, 10],
    prepare: (s) => s.select('INBOX', { readOnly: true }),
    work: async (s) => {
      const { all: found } = await s.search({ key: 'body', text: 'haystack hides' })
      if (found?.size !== Math.floor((count + 86) / 100)) throw new Error(`BODY found ${found?.size}`)
      return 1
    },
  },
  {
    name: 'STORE on 1,000',
    unit: 'messages/s',
    shared: false,
    prepare: (s) => s.select('INBOX'),
    work: async (s, no) => {
      const most = Math.min(1_000, s.selected!.exists)
      await s.store(NumberSet.ofBounds([1, most]), no % 2 === 0 ? 'add' : 'remove', ['\\Flagged'])
      return most
    },
  },
  {
    name: 'APPEND of 4 KB',
    unit: 'messages/s',
    shared: false,
    work: (s, no) => s.append('Appended', messageOf(4 * KB, no)).then(() => 1),
    prepare: (s) => s.create('Appended').catch(() => undefined),
  },
]

async function bench(): Promise<void> {
  const contenders: Contender[] = []
  const stop = async () => {
    for (const contender of contenders.splice(0)) await contender.stop()
  }
  // Dovecot is a daemon: it would stay.
  process.once('SIGTERM', () => void stop().finally(() => process.exit(1)))
  try {
    if (values.only !== 'dovecot') contenders.push(await landbridge(values.profile))
    if (values.only !== 'landbridge') contenders.push(await withDovecot())
    for (const contender of contenders) await fill(contender)
    const names = contenders.map(({ name }) => name.padStart(12)).join('')
    const head = `${'what'.padEnd(24)}${'sessions'.padStart(9)}${names}${'ratio'.padStart(8)}  ${'unit'.padEnd(11)}`
    say(`${head}${names}${'ratio'.padStart(8)}  ms of processor`)
    for (const sessions of values.sessions.split(',').map(Number)) {
      parts = Math.max(1, Math.floor(sessions / 10))
      if (isWanted('login'))
        await compare('login', sessions, 'logins/s', contenders, (contender) => logins(contender, sessions))
      for (const task of tasks)
        if (isWanted(task.name) && (task.sessions?.includes(sessions) ?? true))
          await compare(task.name, sessions, task.unit, contenders, (contender) =>
            rate(contender, task, sessions),
          )
      if (isWanted('IDLE fan-out'))
        await compare('IDLE fan-out', sessions, '1/s', contenders, (contender) => fanOut(contender, sessions))
    }
    for (const cache of [false, true]) {
      const what = cache ? 'first SEARCH, no cache' : 'first SEARCH'
      if (isWanted(what))
        await compare(what, 1, '1/s', contenders, (contender) => firstSearch(contender, { cache }))
    }
    if (isWanted('memory in IDLE')) await idleMemory(contenders)
  } finally {
    await stop()
  }
}

async function compare(
  what: string,
  sessions: number,
  unit: string,
  contenders: readonly Contender[],
  measure: (contender: Contender) => Promise<Measured>,
): Promise<void> {
  // In turn, the best one counts: a slow moment of the machine falls on both.
  const rates = contenders.map(() => 0)
  const costs = contenders.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [at, contender] of contenders.entries()) {
      const { rate, cpuMs } = await measure(contender)
      rates[at] = Math.max(rates[at]!, rate)
      costs[at] = Math.min(costs[at]!, cpuMs)
    }
  const cells = rates.map((each) => each.toFixed(each < 100 ? 1 : 0).padStart(12)).join('')
  const costCells = costs.map((each) => each.toPrecision(3).padStart(12)).join('')
  const ratio = rates.length === 2 ? (rates[0]! / rates[1]!).toFixed(2) : ''
  const costRatio = costs.length === 2 ? (costs[1]! / costs[0]!).toFixed(2) : ''
  const line = `${what.padEnd(24)}${String(sessions).padStart(9)}${cells}${ratio.padStart(8)}  ${unit.padEnd(11)}`
  say(`${line}${costCells}${costRatio.padStart(8)}`)
}

/** Operations a second, and what one of them cost the server. */
type Measured = { rate: number; cpuMs: number }

/** `work` resolves with how many operations it was. */
async function measured(contender: Contender, work: () => Promise<number>): Promise<Measured> {
  const cpuBefore = contender.cpuMs()
  const start = performance.now()
  const done = await work()
  const elapsedMs = performance.now() - start
  return { rate: (done * 1_000) / elapsedMs, cpuMs: (contender.cpuMs() - cpuBefore) / done }
}

const userOf = (shared: boolean, no: number) => USERS[shared ? 0 : no % USERS.length]!

async function rate(contender: Contender, task: Task, sessions: number): Promise<Measured> {
  const opened = await Promise.all(
    Array.from({ length: sessions }, (_, no) => open(contender, userOf(task.shared, no))),
  )
  try {
    for (const session of opened) await task.prepare?.(session)
    const end = performance.now() + Number(values.seconds) * 1_000
    return await measured(contender, async () => {
      const done = await Promise.all(
        opened.map(async (session, no) => {
          let sum = 0
          for (let round = 0; round === 0 || performance.now() < end; round++)
            sum += await task.work(session, no + round)
          return sum
        }),
      )
      return done.reduce((sum, each) => sum + each, 0)
    })
  } finally {
    for (const session of opened) session.destroy()
  }
}

function logins(contender: Contender, sessions: number): Promise<Measured> {
  const end = performance.now() + Number(values.seconds) * 1_000
  return measured(contender, async () => {
    let done = 0
    await Promise.all(
      Array.from({ length: sessions }, async (_, no) => {
        do {
          const session = await open(contender, userOf(false, no))
          done++
          await session.logout()
        } while (performance.now() < end)
      }),
    )
    return done
  })
}

/**
 * How often a second the first search of a mailbox could be done: this service has just been started and opens what it
 * keeps sealed of searches before, Dovecot has its cache file of subjects, in clear, or with `cache` has lost that, too, and reads its messages.
 */
async function firstSearch(contender: Contender, options: { cache: boolean }): Promise<Measured> {
  await contender.forget(options)
  const session = await open(contender, USERS[0]!)
  try {
    await session.select('INBOX', { readOnly: true })
    return await measured(contender, () => findNeedle(session))
  } finally {
    session.destroy()
  }
}

/** How often a second a message that arrives is known to all who wait for it. */
async function fanOut(contender: Contender, sessions: number): Promise<Measured> {
  const user = USERS[9]!
  const sender = await open(contender, user)
  const waiting = await Promise.all(Array.from({ length: sessions }, () => open(contender, user)))
  const stop = new AbortController()
  let told = () => {}
  let expected = 0
  const idles: Promise<void>[] = []
  try {
    const counts = new Map<ImapSession, number>()
    for (const session of waiting) {
      const { exists } = await session.select('INBOX', { readOnly: true })
      expected = exists
      counts.set(session, exists)
      session.listen((event) => {
        if (event.kind !== 'exists') return
        counts.set(session, event.count)
        told()
      })
      idles.push(session.idle(stop.signal))
    }
    await pause(300)
    const rounds = 5
    return await measured(contender, async () => {
      for (let round = 0; round < rounds; round++) {
        expected++
        const all = new Promise<void>((resolve) => {
          told = () => {
            if ([...counts.values()].every((each) => each >= expected)) resolve()
          }
        })
        await sender.append('INBOX', messageOf(2 * KB, round))
        told()
        await all
      }
      return rounds
    })
  } finally {
    stop.abort()
    await Promise.allSettled(idles)
    for (const session of [sender, ...waiting]) session.destroy()
  }
}

async function idleMemory(contenders: readonly Contender[]): Promise<void> {
  const wanted = Number(values.idle)
  if (wanted === 0) return
  const each: number[] = []
  for (const contender of contenders) {
    const before = await contender.memory()
    const sessions: ImapSession[] = []
    const stop = new AbortController()
    const idles: Promise<void>[] = []
    try {
      for (let from = 0; from < wanted; from += 25) {
        const some = await Promise.all(
          Array.from({ length: Math.min(25, wanted - from) }, (_, no) =>
            open(contender, USERS[1 + ((from + no) % 9)]!),
          ),
        )
        for (const session of some) {
          await session.select('INBOX', { readOnly: true })
          idles.push(session.idle(stop.signal).catch(() => undefined))
        }
        sessions.push(...some)
      }
      await pause(3_000)
      each.push(((await contender.memory()) - before) / wanted / KB)
    } finally {
      for (const session of sessions) session.destroy()
      await Promise.all(idles)
    }
  }
  const cells = each.map((kb) => kb.toFixed(1).padStart(12)).join('')
  const ratio = each.length === 2 ? (each[1]! / each[0]!).toFixed(2) : ''
  say(`${'memory in IDLE'.padEnd(24)}${String(wanted).padStart(9)}${cells}${ratio.padStart(8)}  KB each`)
}

await bench()
