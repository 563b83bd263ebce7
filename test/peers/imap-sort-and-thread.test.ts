/** SORT, THREAD and what goes with them: the same messages in Dovecot and here, and the same answers. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type ImapWorld, imapWorld, TestClient } from '#test/protocols/imap/imap-world.ts'
import { DOVECOT_PASSWORD, type Dovecot, dovecot, startDovecot } from '#test/support/dovecot.ts'

type Speaker = { command(text: string): Promise<string> }

/** One connection in clear, a command at a time. */
class PlainClient implements Speaker {
  readonly socket: Socket
  #heard = ''
  #tag = 0

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('data', (octets) => (this.#heard += octets.toString('latin1')))
  }

  async command(text: string): Promise<string> {
    const tag = `d${++this.#tag}`
    while (this.#tag === 1 && !this.#heard.includes('\r\n')) await delay(5)
    this.#heard = ''
    this.socket.write(`${tag} ${text}\r\n`, 'latin1')
    const answered = new RegExp(`(^|\\r\\n)${tag} (OK|NO|BAD) [^\\r]*\\r\\n$`)
    for (const late = performance.now() + 100_000; !answered.test(this.#heard); await delay(2))
      assert.ok(performance.now() < late, `no answer to ${text.slice(0, 60)}: ${this.#heard.slice(-200)}`)
    return this.#heard
  }
}

const subjects = [
  'Budget',
  'Re: Budget',
  'RE: Re: budget',
  'Fwd: Budget',
  '[team] Budget',
  'budget (fwd)',
  '=?ISO-8859-1?Q?=C4rger?=',
  'arger',
  '',
  'Re:',
  '=?UTF-8?Q?=C3=84rger?=',
  'zebra',
  'Zebra',
  '[fwd: zebra]',
]
const people = [
  'ann@x.example',
  'Ann <ann@y.example>',
  '"Zoe, A" <zoe@x.example>',
  'bob@x.example',
  '=?UTF-8?B?w4RubmU=?= <a@x.example>',
  'Carl <Bob@z.example>',
  '"" <none@x.example>',
]

/** Messages that answer each other, some of which are missing, or are there twice, or were sent at the same time. */
function made(no: number): string {
  const day = 1 + ((no * 7) % 28)
  const head = [
    `From: ${people[no % people.length]}`,
    `To: ${people[(no * 3 + 1) % people.length]}`,
    ...(no % 4 === 0 ? [`Cc: ${people[(no * 5 + 2) % people.length]}, other@x.example`] : []),
    `Subject: ${subjects[(no * 5) % subjects.length]}`,
    ...(no % 9 === 8 ? [] : [`Date: ${day} Mar 2026 ${String(no % 3).padStart(2, '0')}:00:00 +0${no % 2}00`]),
    ...(no % 11 === 10 ? [] : [`Message-ID: <m${no % 13 === 12 ? no - 1 : no}@x.example>`]),
    ...(no % 3 === 1 ? [`In-Reply-To: <m${no - 1}@x.example>`] : []),
    ...(no % 5 === 2
      ? [`References: <m${no - 2}@x.example> <gone${no % 2}@x.example> <m${no - 1}@x.example>`]
      : []),
  ]
  return `${head.join('\r\n')}\r\n\r\n${'text '.repeat((no * 37) % 50)}\r\n`
}

const fields = ['ARRIVAL', 'CC', 'DATE', 'FROM', 'SIZE', 'SUBJECT', 'TO', 'DISPLAYFROM', 'DISPLAYTO']
const asked = [
  ...fields.flatMap((field) => [`SORT (${field}) UTF-8 ALL`, `UID SORT (REVERSE ${field}) UTF-8 ALL`]),
  'SORT (SUBJECT REVERSE DATE) UTF-8 ALL',
  'SORT (FROM TO SIZE) UTF-8 2:40',
  'SORT RETURN (MIN MAX COUNT) (DATE) UTF-8 ALL',
  'SORT RETURN (ALL) (REVERSE SIZE) US-ASCII SUBJECT budget',
  'THREAD REFERENCES UTF-8 ALL',
  'THREAD ORDEREDSUBJECT UTF-8 ALL',
  'UID THREAD REFERENCES UTF-8 SUBJECT budget',
]

/** Untagged lines of the answer. */
const told = (answer: string) =>
  answer
    .split('\r\n')
    .filter((line) => line.startsWith('* '))
    .map((line) => line.replace(/\(TAG "[^"]*"\) /, ''))

describe('SORT and THREAD as Dovecot answers them', { skip: dovecot.skip, timeout: 300_000 }, () => {
  let server: Dovecot
  let world: ImapWorld
  let theirs: PlainClient
  let ours: TestClient

  before(async () => {
    server = await startDovecot()
    world = await imapWorld()
    const organization = await world.organization('sorted')
    await world.user(organization, 'ann', 'sorted.example')
    theirs = new PlainClient(server.imap)
    await theirs.command(`LOGIN ann@sorted.example ${DOVECOT_PASSWORD}`)
    ours = new TestClient(world.options())
    await ours.signIn('ann@sorted.example')
    const messages = Array.from({ length: 80 }, (_, no) => made(no))
    for (const [no, whole] of messages.entries()) {
      const date = `"${String(1 + ((no * 11) % 28)).padStart(2, '0')}-Apr-2026 10:00:00 +0000"`
      for (const client of [theirs, ours]) {
        const answer = await client.command(`APPEND INBOX ${date} {${whole.length}+}\r\n${whole}`)
        assert.match(answer, / OK /)
      }
    }
    for (const client of [theirs, ours]) await client.command('SELECT INBOX')
  })
  after(async () => {
    theirs?.socket.destroy()
    await ours?.close()
    await world?.remove()
    await server?.stop()
  })

  for (const text of asked) {
    it(text, async () => {
      assert.deepEqual(told(await ours.command(text)), told(await theirs.command(text)))
    })
  }
})
