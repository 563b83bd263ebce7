import assert from 'node:assert/strict'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { TestClient } from './imap-world.ts'

type Known = { uid: number | undefined; flags: string | undefined }

/** A client that believes nothing but what it is told, and fails when two things it is told contradict each other. */
export class ViewingClient {
  readonly client: TestClient
  /** By sequence number, from 0. */
  messages: Known[] = []
  /** Messages that MOVE took to another folder. */
  movedAway = 0
  /** UIDs that it was told of as recent. */
  readonly recent = new Set<number>()

  constructor(client: TestClient) {
    this.client = client
  }

  async select(name: string): Promise<void> {
    this.messages = []
    await this.command(`SELECT ${name}`)
  }

  /** Sends a command, takes in all that is told with its answer, and gives the answer's line. */
  async command(text: string): Promise<string> {
    const lines = (await this.client.command(text)).split('\r\n').slice(0, -1)
    const byUid = /^UID /.test(text)
    const keepsNumbers = /^(?:FETCH|STORE|SEARCH) /.test(text)
    if (/ OK /.test(lines.at(-1)!)) this.#changeInSilence(text)
    if (/^MOVE \d+ (?!INBOX)/.test(text) && lines.some((line) => line.includes('[COPYUID '))) this.movedAway++
    for (const line of lines.slice(0, -1)) {
      if (keepsNumbers && !byUid)
        assert.doesNotMatch(line, /^\* (?:\d+ EXPUNGE|VANISHED)/, `${text}: ${line}`)
      this.take(line)
    }
    return lines.at(-1)!
  }

  take(line: string): void {
    const numbered = /^\* (\d+) (EXISTS|EXPUNGE|FETCH)(?: \((.*)\))?$/.exec(line)
    const vanished = /^\* VANISHED ([\d:,]+)$/.exec(line)
    if (vanished !== null) this.#vanish(NumberSet.ofBounds(boundsOf(vanished[1]!)))
    if (numbered === null) return
    const number = Number(numbered[1])
    if (numbered[2] === 'EXISTS') this.#grow(number)
    else {
      assert.ok(number >= 1 && number <= this.messages.length, `${line} of ${this.messages.length}`)
      if (numbered[2] === 'EXPUNGE') this.messages.splice(number - 1, 1)
      else this.#fetched(number, numbered[3]!, line)
    }
  }

  /** `STORE 2:3 -FLAGS.SILENT (\\Seen)`: what becomes of it is known without being told. */
  #changeInSilence(text: string): void {
    const match = /^STORE (\d+):(\d+) ([+-])FLAGS\.SILENT \((\S+)\)$/.exec(text)
    if (match === null) return
    const [, from, to, sign, flag] = match as unknown as [string, string, string, string, string]
    for (const message of this.messages.slice(Number(from) - 1, Number(to))) {
      if (message.flags === undefined) continue
      const flags = new Set(message.flags.split(' ').filter((each) => each !== ''))
      if (sign === '+') flags.add(flag)
      else flags.delete(flag)
      message.flags = [...flags].sort().join(' ')
    }
  }

  #grow(count: number): void {
    assert.ok(count >= this.messages.length, `EXISTS ${count} after ${this.messages.length}`)
    while (this.messages.length < count) this.messages.push({ uid: undefined, flags: undefined })
  }

  #vanish(uids: NumberSet): void {
    for (const uid of uids) {
      const known = this.messages.findIndex((message) => message.uid === uid)
      // Of what has just come, UIDs may not be known yet: then it was one of these, in its place.
      const next = this.messages.findIndex((message) => message.uid !== undefined && message.uid > uid)
      const before = (next < 0 ? this.messages.length : next) - 1
      const at = known >= 0 || this.messages[before]?.uid !== undefined ? known : before
      assert.ok(at >= 0, `VANISHED ${uid}, which this client did not know`)
      this.messages.splice(at, 1)
    }
  }

  #fetched(number: number, items: string, line: string): void {
    const message = this.messages[number - 1]!
    const uid = /\bUID (\d+)/.exec(items)?.[1]
    if (uid !== undefined) {
      assert.ok(message.uid === undefined || message.uid === Number(uid), `${line}: it was ${message.uid}`)
      message.uid = Number(uid)
      const below = this.messages[number - 2]?.uid
      if (below !== undefined) assert.ok(below < message.uid, `${line}: not ascending`)
    }
    const flags = /FLAGS \(([^)]*)\)/.exec(items)?.[1]
    if (flags === undefined) return
    const words = flags.split(' ').sort()
    if (words.includes('\\Recent') && message.uid !== undefined) this.recent.add(message.uid)
    message.flags = words.filter((word) => word !== '\\Recent').join(' ')
  }
}

const boundsOf = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [from, to = from] = part.split(':').map(Number)
    return [from!, to!]
  })
