/**
 * Whatever people do here with a mailbox that moved from a Dovecot, in any order and over IMAP, is so on that Dovecot after the way
 * back, or is named.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import {
  certificateOf,
  type ExchangeSite,
  openExchangeSite,
} from '#test/connectors/exchange/exchange-site.ts'
import { type Lost, passesBetween } from '#test/connectors/exchange/passes-between.ts'
import { type Random, randomNumbers } from '#test/fuzz/random.ts'
import { HOST_NAME, PASSWORD } from '#test/stories/mail-site.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { toAppend } from '#test/support/imap-mail.ts'
import { type ImapPlace, openPlace } from '#test/support/imap-places.ts'
import { mailboxThere } from '#test/support/imap-truth.ts'
import { randomImapMailbox } from '#test/support/random-imap-mailbox.ts'
import { stageBytes } from '#test/support/store.ts'

const SEED = Number(process.env.LANDBRIDGE_SEED ?? 20_261_123)
const MAILBOXES = Number(process.env.LANDBRIDGE_MAILBOXES ?? 3)
const MESSAGES = 25
const CHANGES = 40

/** Names that both sides have for what is for the same. */
const uses: Readonly<Record<string, string>> = {
  Sent: 'Sent Items',
  Trash: 'Deleted Items',
  Junk: 'Junk Email',
}
const BIN = 'Deleted Items'

const isRefused = (error: unknown) => {
  if (!(error instanceof ImapFailure) || error.kind !== 'refused') throw error
}

type Shown = { folders: Map<string, string[]>; subscribed: Set<string> }

/** Folders by names that both sides have, each with what lies in it. */
async function shown(session: ImapSession): Promise<Shown> {
  const listed = await session.folders({ subscribed: true })
  const held = listed.filter(
    ({ attributes }) => !attributes.some((each) => /^\\(noselect|nonexistent)$/i.test(each)),
  )
  const lines = await mailboxThere(
    session,
    held.map(({ name }) => name),
  )
  const known = (name: string) => {
    const [first, ...below] = name.split('/')
    return [uses[first!] ?? first, ...below].join('/')
  }
  return {
    folders: new Map(held.map(({ name }) => [known(name), lines[name]!])),
    subscribed: new Set(held.flatMap(({ name, subscribed }) => (subscribed ? [known(name)] : []))),
  }
}

const isBinned = (name: string) => name === BIN || name.startsWith(`${BIN}/`)
const isOurs = (name: string) => /^(?:Drafts|Sent Items|Junk Email|Archive|Outbox|Deleted Items)$/.test(name)

/** What differs: folders, what lies in them and who subscribed to them. What is deleted here may lie there among the deleted items. */
function differences(here: Shown, there: Shown, fresh: ReadonlySet<string> = new Set()): string[] {
  const told: string[] = []
  for (const [name, lines] of here.folders) {
    const found = there.folders.get(name)
    if (found === undefined) {
      if (!isOurs(name) || lines.length > 0) told.push(`folder ${name}: is not there`)
      continue
    }
    const left = [...found]
    for (const line of lines) {
      const at = left.indexOf(line)
      if (at === -1) told.push(`folder ${name}: lacks ${line}`)
      else left.splice(at, 1)
    }
    if (!isBinned(name)) told.push(...left.map((line) => `folder ${name}: has ${line} besides`))
    // One that was made here is subscribed to there.
    if (!isOurs(name) && name !== 'INBOX' && !fresh.has(name))
      if (here.subscribed.has(name) !== there.subscribed.has(name))
        told.push(`folder ${name}: subscribed here ${here.subscribed.has(name)}`)
  }
  for (const name of there.folders.keys())
    if (!here.folders.has(name) && !isBinned(name)) told.push(`folder ${name}: is there besides`)
  return told
}

/** Names of folders here, by their numbers. */
async function namesOf({ service }: ExchangeSite, at: MailboxRef): Promise<Map<number, string>> {
  const all = new Map((await service.data.store.mailboxes.listFolders(at)).map((each) => [each.no, each]))
  const nameOf = (no: FolderNo): string => {
    const { parent, name } = all.get(no)!
    const above = parent === null ? undefined : all.get(parent)
    return above === undefined || above.distinguished === 'msgfolderroot'
      ? name
      : `${nameOf(above.no)}/${name}`
  }
  return new Map([...all.keys()].map((no) => [no, nameOf(no)]))
}

async function change(session: ImapSession, { service }: ExchangeSite, at: MailboxRef, random: Random) {
  const { store } = service.data
  const some = <T>(of: readonly T[]): T => of[random(of.length)]!
  const words = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', '\\Deleted', '$Forwarded', 'Work', 'a.b']
  const marks = () => words.filter(() => random(4) === 0)
  for (let no = 0; no < CHANGES; no++) {
    const names = (await session.folders())
      .filter(({ attributes }) => !attributes.some((each) => /^\\(noselect|nonexistent)$/i.test(each)))
      .map(({ name }) => name)
    const own = names.filter((name) => name !== 'INBOX' && !isOurs(name))
    const from = some(names)
    const to = some(names)
    const fresh = `new ${no}`
    const octets = Buffer.from(
      `Message-ID: <${random(1_000_000)}@here>\r\nSubject: ${fresh}\r\n\r\nText ${fresh}\r\n`,
    )
    const date = { epochMs: 1_700_000_000_000 + random(1_000_000) * 1000, zoneMinutes: 0 }
    await session.select(from)
    const uids = [...((await session.search({ key: 'all' })).all ?? [])]
    const chosen = NumberSet.of(uids.filter(() => random(4) === 0))
    const below = (name: string) =>
      (random(2) === 0 ? '' : `${some(own.length === 0 ? ['INBOX'] : own)}/`) + name
    const one = own.length === 0 ? undefined : some(own)
    const edit = async () => {
      const all = await store.mailboxes.listFolders(at)
      const folder = some(all.filter(({ class: kind, items }) => kind === 'message' && items > 0))
      const { rows } = await store.mailboxes.listItems(at, folder.no, { order: 'uid', limit: 100 })
      const item = some(rows)
      const body = await stageBytes(store, at, octets)
      await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
        mailboxes.changeItem(at, item.no, { body, summary: { subject: fresh } }),
      )
    }
    const append = () => session.append(to, { ...toAppend(octets, marks()), date })
    const changes: (() => Promise<unknown>)[] = [
      append,
      edit,
      async () => chosen.isEmpty || session.store(chosen, some(['set', 'add', 'remove']), marks()),
      async () => chosen.isEmpty || session.store(chosen, some(['set', 'add', 'remove']), marks()),
      async () => chosen.isEmpty || session.copy(chosen, to),
      async () => chosen.isEmpty || from === to || session.move(chosen, to),
      // As programs delete, and as those that keep drafts edit.
      async () => {
        if (chosen.isEmpty) return
        if (random(2) === 0) await append()
        await session.store(chosen, 'add', ['\\Deleted'])
        await session.expunge(chosen)
      },
      () => session.create(below(`made ${no}`)),
      async () => one && session.rename(one, below(`renamed ${no}`)),
      async () => one && session.delete(one),
      async () => session[some(['subscribe', 'unsubscribe'] as const)](some(names)),
    ]
    await some(changes)().catch(isRefused)
  }
}

/** Whether what differs is among what was told: a folder by its name, and as many messages as items were named. */
function areNamed(differences: readonly string[], lost: readonly Lost[]): boolean {
  const names = lost.flatMap(({ property }) => /^folder "(.*)"$/s.exec(property)?.[1] ?? [])
  const items = new Set(
    lost.flatMap(({ title, property, reason }) =>
      names.some((name) => property === `folder "${name}"`) ? [] : `${title} ${reason}`,
    ),
  )
  const others = differences.filter(
    (each) =>
      !names.some((name) =>
        each
          .split(':')[0]!
          .split('/')
          .some((level) => level.endsWith(name)),
      ),
  )
  return others.every((each) => /: (?:lacks|has) /.test(each)) && others.length <= 2 * items.size
}

describe('a random way back to Dovecot', { skip: dovecot.skip, timeout: 580_000 }, () => {
  let there: ImapPlace
  let here: ExchangeSite
  before(async () => {
    there = await openPlace('Dovecot')
    here = await openExchangeSite()
  })
  after(async () => {
    await here?.end()
    await there?.end()
  })

  for (let no = 0; no < MAILBOXES; no++)
    test(`of the mailbox with seed ${SEED + no}`, async (t) => {
      const random = randomNumbers(SEED + no)
      const { address } = await here.user(`user${no}`)
      const session = await there.open(address)
      t.after(() => session.destroy())
      const made = randomImapMailbox(session, random, { path: (...levels) => levels.join('/'), emoji: true })
      await session.create('Trash')
      await made.fill(MESSAGES)
      for (const levels of made.folders) if (random(3) > 0) await session.subscribe(levels.join('/'))
      const source: MailboxSource = openImapSource({
        ...{ host: '127.0.0.1', port: there.port },
        tls: { mode: 'implicit', verifyName: 'localhost', ca: await readFile(there.ca, 'utf8') },
        signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: there.password }) },
      })
      const passes = await passesBetween(here, source, address)
      await passes.pass()
      await passes.flip()
      const ours = await openImapSession({
        ...{ host: '127.0.0.1', port: here.port('imaps') },
        tls: { mode: 'implicit', verifyName: HOST_NAME, ca: await certificateOf(here.port('imaps')) },
        credentials: { name: address, password: PASSWORD },
      })
      t.after(() => ours.destroy())
      assert.deepEqual(differences(await shown(ours), await shown(session)), [], 'after the copy')
      const before = await namesOf(here, passes.at)
      await change(ours, here, passes.at, random)
      const wanted = await shown(ours)
      const after = await namesOf(here, passes.at)
      const fresh = new Set([...after].flatMap(([no, name]) => (before.has(no) ? [] : name)))
      const lost = await passes.back()
      const other = differences(wanted, await shown(session), fresh)
      if (!areNamed(other, lost)) assert.deepEqual(other, [], JSON.stringify(lost))
      await passes.anew()
      await passes.pass()
      const again = await shown(ours)
      const twice = differences(wanted, again)
      assert.deepEqual(twice, [], `once more: ${JSON.stringify({ lost, other })}`)
    })
})
