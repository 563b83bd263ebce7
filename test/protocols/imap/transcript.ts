import { isUtf8 } from 'node:buffer'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { FolderProfile } from '#src/domain/directory/folder-permission.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { putFolderPermission } from '#src/domain/directory/folder-permissions.ts'
import { MailboxRight, putMailboxPermissions } from '#src/domain/directory/mailbox-permission.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { PASSWORD } from '#test/domain/directory/furnished.ts'
import { unescaped } from '#test/support/unescaped.ts'
import { deliver, type ImapWorld, mailboxOf, NOW, TestClient } from './imap-world.ts'

/** A transcript read: lines as they stand, answers left out; `news` is how many answers stand before each line that asks for news. */
export type Transcript = {
  path: string
  source: readonly string[]
  news: readonly number[]
  expected: string
}

const said = /^(?:S\d?: |-- closed)/
const fromClient = /^C(\d?)([:>]) (.*)$/
const DAY_MS = 86_400_000

export function readTranscript(path: string): Transcript {
  const expected = readFileSync(path, 'utf8')
  const source: string[] = []
  const news: number[] = []
  let answers: string[] = []
  for (const line of expected.trimEnd().split('\n')) {
    if (said.test(line)) {
      answers.push(line)
      continue
    }
    const number = /^-- news (\d*)$/.exec(line)?.[1]
    news.push(number === undefined ? 0 : answers.filter((each) => each.startsWith(`S${number}: `)).length)
    source.push(line)
    answers = []
  }
  return { path, source, news, expected }
}

export function rewrite({ path }: Transcript, text: string): void {
  writeFileSync(path, text)
}

/** Plays the client's lines and gives the transcript with the answers that came. */
export async function play(world: ImapWorld, { path, source, news }: Transcript): Promise<string> {
  const stage = await Stage.open(world, basename(path, '.txt'))
  let out = ''
  try {
    for (let at = 0; at < source.length; ) {
      const line = source[at]!
      const first = fromClient.exec(line)
      if (first === null) {
        if (line.startsWith('! ')) await stage.set(line.slice(2).split(' '))
        if (line.startsWith('-- news ')) out += await stage.news(line.slice(8), news[at]!)
        out += `${line}\n`
        at++
        continue
      }
      out += await stage.greeting(first[1]!)
      const group: string[] = []
      const octets: Buffer[] = []
      while (at < source.length) {
        const match = fromClient.exec(source[at]!)
        if (match === null || match[1] !== first[1]) break
        group.push(source[at++]!)
        octets.push(stage.octetsOf(match[3]!, match[2] === '>'))
      }
      out += `${group.join('\n')}\n${await stage.say(first[1]!, Buffer.concat(octets))}`
    }
    return `${(out + (await stage.end())).trimEnd()}\n`
  } finally {
    await stage.close()
  }
}

/** What a transcript is played on: an organisation of its own, with users and clients by number. */
class Stage {
  readonly #world: ImapWorld
  readonly #organization: OrganizationId
  readonly #domain: string
  readonly #users = new Map<string, User>()
  readonly #clients = new Map<string, TestClient>()
  readonly #closed = new Set<string>()
  readonly #emailIds = new Map<string, string>()
  readonly #limits: Record<string, number> = {}
  #isClear = false
  #messages = 0

  private constructor(world: ImapWorld, organization: OrganizationId, alias: string) {
    this.#world = world
    this.#organization = organization
    this.#domain = `${alias}.example`
  }

  static async open(world: ImapWorld, name: string): Promise<Stage> {
    const alias = `t-${name}`
    return new Stage(world, await world.organization(alias), alias)
  }

  async set([name, ...words]: string[]): Promise<void> {
    const [one, two, three] = words as [string, string, string]
    if (name === 'user') this.#users.set(one, await this.#world.user(this.#organization, one, this.#domain))
    else if (name === 'messages') for (let left = Number(two); left > 0; left--) await this.#deliver(one)
    else if (name === 'message') await this.#deliver(one, readFileSync(`fixtures/messages/${two}`))
    else if (name === 'full-access') await this.#fullAccess(one, two)
    else if (name === 'share') await this.#share(one, two, three as FolderProfile)
    else if (name === 'quota') await this.#setQuota(one, Number(two))
    else if (name === 'limit') this.#limits[one] = Number(two)
    else if (name === 'clear') this.#isClear = true
    else throw new Error(`a transcript has no setting ${name}`)
  }

  /** What a client hears before it says anything. */
  async greeting(number: string): Promise<string> {
    if (this.#clients.has(number)) return ''
    const { tls, ...rest } = this.#world.options()
    const startTls = async (stream: TestClient['stream']) => ({ stream, tls: tls! })
    const options = this.#isClear ? { ...rest, startTls: startTls as never } : { ...rest, tls: tls! }
    const client = new TestClient(options, this.#limits)
    this.#clients.set(number, client)
    await client.until((output) => output.endsWith('\r\n'))
    return this.#collect(number)
  }

  octetsOf(text: string, raw: boolean): Buffer {
    const filled = text.replaceAll('PASSWORD', PASSWORD).replaceAll('DOMAIN', this.#domain)
    return raw ? unescaped(filled) : Buffer.from(`${filled}\r\n`)
  }

  async say(number: string, octets: Buffer): Promise<string> {
    const client = this.#clients.get(number)!
    const text = octets.toString('latin1')
    const tags = [...text.matchAll(/(?:^|\r\n)([a-z]\d+) /g)].map((match) => match[1]!)
    const tag = tags.at(-1)
    client.send(octets)
    await client.until(
      (output) =>
        /(?:^|\r\n)\+ [^\r]*\r\n$/.test(output) ||
        (tag === undefined
          ? /(?:^|\r\n)[a-z]\d+ (?:OK|NO|BAD)/.test(output)
          : new RegExp(`(?:^|\\r\\n)${tag} (?:OK|NO|BAD)[^\\r]*\\r\\n$`).test(output)),
      // What follows STARTTLS in clear is never answered.
      5_000,
    )
    // Who hears BYE is closed to at once.
    if (/(?:^|\r\n)\* BYE/.test(client.output)) await client.until(() => false)
    return this.#collect(number)
  }

  /** As many lines as are known to come, and what comes beside them in a moment. */
  async news(number: string, lines: number): Promise<string> {
    await this.#clients.get(number)!.until((output) => output.split('\r\n').length > lines)
    await delay(20)
    return this.#collect(number)
  }

  async end(): Promise<string> {
    let out = ''
    for (const [number, client] of this.#clients) {
      await client.close()
      out += this.#collect(number, true)
    }
    return out
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.connection.destroy()
    await Promise.all([...this.#clients.values()].map((client) => client.done))
  }

  /** What does not differ from run to run; ids of mails are numbered in the order they are told. */
  #collect(number: string, last = false): string {
    const client = this.#clients.get(number)!
    const text = client
      .taken()
      .replace(/(F\d+)-[0-9a-f-]{36}/g, '$1-mailbox')
      .replace(/EMAILID \((M\d+)\)/g, (_, id: string) => {
        if (!this.#emailIds.has(id)) this.#emailIds.set(id, `M${this.#emailIds.size + 1}`)
        return `EMAILID (${this.#emailIds.get(id)})`
      })
      .replaceAll(this.#domain, 'DOMAIN')
    const lines = text.split('\r\n').slice(0, -1)
    let out = lines.map((line) => `S${number}: ${readable(line)}\n`).join('')
    if (client.ended && !last && !this.#closed.has(number)) {
      this.#closed.add(number)
      out += '-- closed\n'
    }
    return out
  }

  async #deliver(to: string, octets?: Uint8Array): Promise<void> {
    const no = ++this.#messages
    const text = [
      `From: Sender ${no} <sender${no}@partner.example>`,
      `To: ${to}@corp.example`,
      `Subject: Message ${no}`,
      `Date: Sat, ${no} Nov 2026 09:00:00 +0100`,
      `Message-ID: <${no}@partner.example>`,
      '',
      `Text of message ${no}.`,
      '',
    ]
    const at = mailboxOf(this.#organization, this.#users.get(to)!)
    const flags = no % 2 === 0 ? Flag.seen : 0
    await deliver(this.#world.store, at, octets ?? Buffer.from(text.join('\r\n')), {
      flags,
      receivedAt: NOW - 20 * DAY_MS + no * DAY_MS,
    })
  }

  async #fullAccess(owner: string, grantee: string): Promise<void> {
    await putMailboxPermissions(this.#world.store, this.#organization, {
      owner: this.#users.get(owner)!.id,
      grantee: this.#users.get(grantee)!.id,
      rights: MailboxRight.fullAccess,
    })
  }

  async #setQuota(name: string, octets: number): Promise<void> {
    const at = mailboxOf(this.#organization, this.#users.get(name)!)
    const scope = { organization: at.organization, mailboxes: [at.mailbox] }
    await this.#world.store.transact(scope, ({ mailboxes }) => mailboxes.setQuota(at, octets))
  }

  /** `ann/inbox`: the folder by its distinguished name. */
  async #share(folder: string, grantee: string, profile: FolderProfile): Promise<void> {
    const [owner, distinguished] = folder.split('/') as [string, string]
    const user = this.#users.get(owner)!
    const at = mailboxOf(this.#organization, user)
    const { no } = (await this.#world.store.mailboxes.findFolder(at, { distinguished }))!
    await putFolderPermission(
      this.#world.store,
      this.#organization,
      { owner: user.id, mailbox: at.mailbox, folder: no },
      {
        grantee: grantee === 'default' ? grantee : this.#users.get(grantee)!.id,
        rights: rightsOfProfile(profile),
      },
    )
  }
}

/** UTF-8 as it is; other octets, and those nobody sees, as `\\xff`. */
function readable(line: string): string {
  const octets = Buffer.from(line, 'latin1')
  const text = isUtf8(octets) ? octets.toString('utf8') : line.replace(/[\x80-\xff]/g, hex)
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, hex)
}

const hex = (char: string) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
