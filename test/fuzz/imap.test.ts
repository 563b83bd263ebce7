/**
 * Mutated IMAP sessions against the session, on a store with mailboxes. LANDBRIDGE_FUZZ is how many (2,000 if not said), and
 * LANDBRIDGE_FUZZ_SEED where the random numbers begin, so that a failure can be had again.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import pino from 'pino'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import type { ImapSessionOptions } from '#src/protocols/imap/session.ts'
import { ImapResponseReader } from '#src/wire/imap/response-reader.ts'
import { deliver, type ImapWorld, imapWorld, mailboxOf, TestClient } from '#test/protocols/imap/imap-world.ts'
import { fixtureLines } from '#test/wire/imap/fixture-lines.ts'
import { randomNumbers } from './random.ts'

const count = Number(process.env.LANDBRIDGE_FUZZ ?? 2_000)
const seed = Number(process.env.LANDBRIDGE_FUZZ_SEED ?? 1)
/** Sessions on one store; then a new one, so that what they store does not slow the rest. */
const PER_STORE = 4_000
const AT_ONCE = 25

/** Without their tags and line ends. */
const commands = [
  'CAPABILITY', 'NOOP', 'LOGOUT', 'ID NIL', 'ID ("name" "x")', 'STARTTLS', 'UNAUTHENTICATE', 'LOGIN ann@f.example good',
  'LOGIN bob@f.example good', 'LOGIN ann@f.example bad', 'AUTHENTICATE PLAIN AGFubkBmLmV4YW1wbGUAZ29vZA==', 'AUTHENTICATE LOGIN',
  'YW5uQGYuZXhhbXBsZQ==', '*', 'ENABLE IMAP4rev2', 'ENABLE CONDSTORE QRESYNC', 'ENABLE UTF8=ACCEPT', 'NAMESPACE', 'LIST "" *',
  'LIST (SUBSCRIBED SPECIAL-USE) "" (% "Other Users/*") RETURN (STATUS (MESSAGES DELETED-STORAGE SIZE) MYRIGHTS METADATA (/shared/comment))',
  'LSUB "" %', 'STATUS INBOX (MESSAGES UIDNEXT UNSEEN DELETED DELETED-STORAGE HIGHESTMODSEQ MAILBOXID)', 'SUBSCRIBE Archive',
  'UNSUBSCRIBE Archive', 'CREATE A', 'CREATE A/B/C', 'CREATE X (USE (\\Sent))', 'DELETE A/B/C', 'DELETE A', 'RENAME A Z', 'RENAME Z A',
  'RENAME INBOX Old', 'SELECT INBOX', 'SELECT Archive (CONDSTORE)', 'SELECT INBOX (QRESYNC (1 1 1:9 (1 1)))', 'EXAMINE INBOX',
  'SELECT "Other Users/bob@f.example/INBOX"', 'CHECK', 'CLOSE', 'UNSELECT', 'EXPUNGE', 'UID EXPUNGE 1:5', 'IDLE', 'DONE',
  'FETCH 1:* ALL', 'FETCH 1 (FLAGS BODY[] BODYSTRUCTURE ENVELOPE)', 'UID FETCH 1:* (PREVIEW (LAZY) EMAILID THREADID SAVEDATE MODSEQ)',
  'FETCH 1:3 (BINARY[1] BINARY.SIZE[1] BODY.PEEK[1.MIME] BODY.PEEK[HEADER.FIELDS (Subject)]<0.5>)', 'FETCH 2 (RFC822 RFC822.HEADER RFC822.TEXT)',
  'UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)', 'FETCH 1:* (UID) (PARTIAL 1:2)', 'STORE 1:* +FLAGS (\\Deleted $Word)',
  'STORE 1 -FLAGS.SILENT (\\Seen)', 'UID STORE 1:3 (UNCHANGEDSINCE 5) FLAGS (\\Answered)', 'SEARCH ALL',
  'SEARCH RETURN (SAVE MIN MAX COUNT) OR SUBJECT x NOT BODY y', 'UID SEARCH RETURN (PARTIAL -1:-2) TEXT "a" SINCE 1-Jan-2020', 'FETCH $ UID',
  'SORT (SUBJECT REVERSE DATE DISPLAYFROM) UTF-8 ALL', 'UID SORT RETURN (ALL COUNT) (SIZE) UTF-8 1:*', 'THREAD REFERENCES UTF-8 ALL',
  'UID THREAD ORDEREDSUBJECT UTF-8 NOT SEEN', 'COPY 1:2 Archive', 'UID COPY 1:* INBOX', 'MOVE 1 Archive', 'UID MOVE 2:3 A', 'GETQUOTA ""',
  'GETQUOTAROOT INBOX', 'SETQUOTA "" (STORAGE 1)', 'MYRIGHTS INBOX', 'GETACL INBOX', 'SETACL INBOX bob@f.example +lrswite', 'SETACL A anyone ""',
  'DELETEACL INBOX bob@f.example', 'LISTRIGHTS INBOX anonymous', 'GETMETADATA INBOX (DEPTH infinity MAXSIZE 5) (/shared /private/comment)',
  'GETMETADATA "" /private/comment', 'SETMETADATA INBOX (/shared/comment "x" /private/vendor/a {3+}\r\nabc)', 'NOTIFY NONE',
  'NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[TEXT]) MessageExpunge FlagChange)) (PERSONAL (MessageNew MessageExpunge MailboxName))',
  'NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge)) (SUBTREE "Other Users/bob@f.example" (MailboxName MailboxMetadataChange))',
  'COMPRESS DEFLATE', 'APPEND INBOX (\\Seen) "01-Jan-2026 00:00:00 +0000" {18+}\r\nSubject: x\r\n\r\ntext', 'APPEND INBOX {3}\r\nabc {4}\r\nabcd',
  'APPEND A ~{3+}\r\na\0b', 'APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=1" TEXT {3+}\r\nabc URL ";UID=2")', 'APPEND INBOX UTF8 (~{3+}\r\nabc)',
  'REPLACE 1 INBOX {3+}\r\nabc', 'UID REPLACE 2 Archive (\\Draft) {3}\r\nabc', 'APPEND INBOX {99999999+}\r\n', 'APPEND INBOX {5000+}\r\nab',
] // biome-ignore format: a table
const pieces = [
  '(', ')', ' ', '"', '\\', '{3}\r\nabc', '{3+}\r\nabc', '{0}\r\n', 'NIL', '*', '%', '$', '1:*', '<0.1>', '0', '4294967295', '\xff', '&AOQ-',
  '&', '\0', '\r', '\n', '\r\n', '((((((((', '__proto__', 'INBOX', '/', ';UID=1', 'x'.repeat(500),
] // biome-ignore format: a table

/** A good session with something left out, put in, changed or repeated here and there. */
function stream(random: (below: number) => number, grammar: readonly string[]): string {
  const lines = random(20) === 0 ? [] : ['LOGIN ann@f.example good']
  if (random(6) > 0) lines.push('SELECT INBOX')
  for (let left = 1 + random(5); left > 0; left--)
    lines.push(random(8) === 0 ? grammar[random(grammar.length)]! : commands[random(commands.length)]!)
  let text = lines
    .map((line, at) => (/^(?:DONE|\*|[A-Za-z0-9]+=+)$/.test(line) ? line : `a${at} ${line}`))
    .join('\r\n')
  text += '\r\n'
  for (let mutations = random(3); mutations > 0; mutations--) {
    // The sign-in is mostly left alone: without it there is little to find.
    const from = random(8) === 0 ? 0 : Math.min(text.length - 1, 29)
    const at = from + random(text.length - from)
    const kind = random(5)
    if (kind === 0) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1)
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(8))
    else if (kind === 2) text = text.slice(0, at) + pieces[random(pieces.length)]! + text.slice(at)
    else if (kind === 3)
      text = text.slice(0, at) + text.slice(at, at + 12).repeat(1 + random(4)) + text.slice(at + 12)
    else text = text.slice(0, at) + text.slice(random(text.length))
  }
  return text
}

type Ground = { world: ImapWorld; options: ImapSessionOptions; errors: unknown[] }

/** A new store with two people, one of whom may read the other's mail. */
async function ground(): Promise<Ground> {
  const world = await imapWorld()
  const organization = await world.organization('f')
  const logins = new Map<string, Awaited<ReturnType<Authenticator['authenticate']>>>()
  for (const name of ['ann', 'bob']) {
    const user = await world.user(organization, name, 'f.example')
    const at = mailboxOf(organization, user)
    const scope = { organization, mailboxes: [at.mailbox] }
    await world.store.transact(scope, ({ mailboxes }) => mailboxes.setQuota(at, 300_000))
    for (const text of [
      'Subject: one\r\nMessage-ID: <1@x>\r\n\r\nx',
      'Subject: Re: one\r\nReferences: <1@x>\r\n\r\ny',
    ])
      await deliver(world.store, at, Buffer.from(text))
    const login = { organization, user, mailbox: user.mailbox, by: 'password' } as const
    logins.set(`${name}@f.example good`, { accepted: true, login })
  }
  const authenticator: Authenticator = {
    authenticate: async ({ name, secret }) =>
      logins.get(`${name} ${secret}`) ?? { accepted: false, failure: 'wrong-password', waitMs: 0 },
  }
  const errors: unknown[] = []
  const silent = pino({ level: 'silent' })
  const log = Object.assign(Object.create(silent), { error: (facts: unknown) => errors.push(facts) })
  return { world, errors, options: world.options({ authenticator, log }) }
}

const limits = {
  messageBytes: 2_000,
  commandOctets: 20_000,
  appendMessages: 3,
  badCommands: 6,
  connectionsPerUser: 1_000,
  notifyNames: 5,
  notifyChanges: 50,
  lingerMs: 1,
}

/** Gives how many commands were answered with OK. */
async function play(
  { options, errors }: Ground,
  text: string,
  random: (below: number) => number,
): Promise<number> {
  const client = new TestClient(options, limits)
  const octets = Buffer.from(text, 'latin1')
  const whole = random(4) > 0
  for (let at = 0; at < octets.length; ) {
    const size = whole ? octets.length : 1 + random(60)
    client.send(octets.subarray(at, at + size))
    at += size
    await turn()
  }
  client.hangUp()
  const late = setTimeout(() => client.connection.destroy(), 20_000)
  const began = performance.now()
  await client.done
  clearTimeout(late)
  assert.ok(performance.now() - began < 20_000, 'the session does not end')
  assert.deepEqual(errors.splice(0), [], 'the session failed for a reason of its own')
  return judge(client.output)
}

/** Whatever was sent, what comes back can be read. */
function judge(output: string): number {
  // What follows is compressed.
  const plain = output.replace(/(\r\n\S+ OK Compression begins\r\n)[\s\S]*$/, '$1')
  const reader = new ImapResponseReader()
  reader.push(Buffer.from(plain, 'latin1'))
  let done = 0
  let greeted = false
  for (let event = reader.next(); event !== undefined; event = reader.next()) {
    if (!greeted) assert.equal(event.kind, 'status')
    greeted = true
    if (event.kind === 'data' && event.data.name === 'ENABLED')
      reader.utf8 ||= /rev2|UTF8/i.test(event.data.args.rest())
    if (event.kind === 'tagged' && event.status.status === 'OK') done++
  }
  return done
}

test(`${count} mutated sessions, from seed ${seed}`, { timeout: 24 * 3_600_000 }, async () => {
  const grammar = fixtureLines('commands.txt')
  let answered = 0
  for (let done = 0; done < count; ) {
    const place = await ground()
    const until = Math.min(count, done + PER_STORE)
    try {
      for (; done < until; done += AT_ONCE) {
        const some = Array.from({ length: Math.min(AT_ONCE, until - done) }, async (_, index) => {
          const random = randomNumbers(seed * 1_000_003 + done + index)
          const text = stream(random, grammar)
          try {
            const ok = await play(place, text, random)
            answered += ok
          } catch (error) {
            throw new Error(`session ${done + index} of seed ${seed}: ${JSON.stringify(text)}`, {
              cause: error,
            })
          }
        })
        const settled = await Promise.allSettled(some)
        for (const each of settled) if (each.status === 'rejected') throw each.reason
      }
      const { findings } = await place.world.store.maintenance.check({ bodies: true })
      assert.deepEqual(findings, [])
    } finally {
      await place.world.remove()
    }
    global.gc?.()
  }
  assert.ok(answered > count, `only ${answered} commands were done: the sessions are too broken to find much`)
  assert.ok(process.memoryUsage().heapUsed < 500_000_000)
})
