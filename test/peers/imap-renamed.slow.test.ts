/**
 * Folders that are renamed at an IMAP server between two passes are the same folders here, and nothing in them is listed or read again:
 * Dovecot, which has no OBJECTID, and our own server, which has.
 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { type ExchangeSite, openExchangeSite } from '#test/connectors/exchange/exchange-site.ts'
import { passesBetween } from '#test/connectors/exchange/passes-between.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { sampleMessage, toAppend } from '#test/support/imap-mail.ts'
import { type ImapPlace, openPlace, placeNames } from '#test/support/imap-places.ts'

/** Counts what a source lists and reads. */
function counted(source: MailboxSource): { source: MailboxSource; asked: { listed: number; read: number } } {
  const asked = { listed: 0, read: 0 }
  const open: MailboxSource['open'] = async (...of) => {
    const mailbox = await source.open(...of)
    return {
      ...mailbox,
      async changes(...given) {
        const page = await mailbox.changes(...given)
        asked.listed += page.changes.length
        return page
      },
      items(folder, keys, signal) {
        asked.read += keys.length
        return mailbox.items(folder, keys, signal)
      },
    }
  }
  return { source: { ...source, open }, asked }
}

for (const place of placeNames) {
  const skip = place === 'Dovecot' ? dovecot.skip : false
  describe(`folders renamed at ${place}`, { skip, timeout: 200_000 }, () => {
    let there: ImapPlace
    let here: ExchangeSite
    let people = 0
    let messages = 0
    before(async () => {
      there = await openPlace(place)
      here = await openExchangeSite()
    })
    after(async () => {
      await here?.end()
      await there?.end()
    })

    async function start(folders: Readonly<Record<string, number>>) {
      const { address } = await here.user(`user${++people}`)
      const login = place === 'Dovecot' ? address : await there.user(`user${people}`)
      const session = await there.open(login)
      for (const [name, count] of Object.entries(folders)) {
        await session.create(name)
        for (let no = 0; no < count; no++) await append(session, name, `${name} ${no}`)
      }
      const opened = openImapSource({
        ...{ host: '127.0.0.1', port: there.port },
        tls: { mode: 'implicit', verifyName: 'localhost', ca: await readFile(there.ca, 'utf8') },
        signIn: { kind: 'own', credentialsOf: async () => ({ name: login, password: there.password }) },
      })
      const { source, asked } = counted(opened)
      const passes = await passesBetween(here, source, address)
      const { mailboxes } = here.service.data.store
      /** Numbers of folders, and how much lies in them, by their whole names here. */
      const held = async () => {
        const all = new Map((await mailboxes.listFolders(passes.at)).map((folder) => [folder.no, folder]))
        const pathOf = (no: number): string => {
          const { name, parent, distinguished } = all.get(no as never)!
          return parent === null || distinguished === 'msgfolderroot' ? '' : `${pathOf(parent)}/${name}`
        }
        const own = [...all.values()].filter(
          ({ distinguished, items }) => distinguished === null || items > 0,
        )
        return Object.fromEntries(own.map(({ no, items }) => [pathOf(no), { no, items }]))
      }
      const pass = async () => {
        Object.assign(asked, { listed: 0, read: 0 })
        await passes.pass()
        return { ...asked }
      }
      await pass()
      return { session, pass, held }
    }

    const append = (session: ImapSession, to: string, subject: string) =>
      session.append(to, toAppend(sampleMessage(++messages, subject), []))

    test('one by one, with what lies below, and with a new message and a mark since', async (t) => {
      const { session, pass, held } = await start({ One: 3, Outer: 2, 'Outer/Inner': 3, 'Outer/Empty': 0 })
      t.after(() => session.destroy())
      const before = await held()
      await session.rename('One', 'Uno')
      await session.rename('Outer', 'Else')
      await append(session, 'Uno', 'new')
      await session.select('Else/Inner')
      await session.store(NumberSet.of([2]), 'add', ['\\Flagged'])
      assert.deepEqual(await pass(), { listed: 2, read: 1 })
      assert.deepEqual(await held(), {
        '/Uno': { ...before['/One'], items: 4 },
        '/Else': before['/Outer'],
        '/Else/Inner': before['/Outer/Inner'],
        '/Else/Empty': before['/Outer/Empty'],
      })
      assert.deepEqual(await pass(), { listed: 0, read: 0 })
    })

    test('two that change names, one whose name goes to a new one, and one below a parent that holds nothing', async (t) => {
      const { session, pass, held } = await start({ A: 2, B: 3, Old: 4, 'None/Leaf': 2 })
      t.after(() => session.destroy())
      const before = await held()
      for (const [from, to] of [
        ['A', 'Between'],
        ['B', 'A'],
        ['Between', 'B'],
        ['Old', 'Kept'],
        ['None', 'Nothing'],
      ] as const)
        await session.rename(from, to)
      await session.create('Old')
      await append(session, 'Old', 'in the new one')
      assert.deepEqual(await pass(), { listed: 1, read: 1 })
      const { '/Old': fresh, ...others } = await held()
      assert.deepEqual(others, {
        '/A': before['/B'],
        '/B': before['/A'],
        '/Kept': before['/Old'],
        '/Nothing': before['/None'],
        '/Nothing/Leaf': before['/None/Leaf'],
      })
      assert.equal(fresh!.items, 1)
      assert.deepEqual(await pass(), { listed: 0, read: 0 })
    })

    test('INBOX, whose messages go to the new name and nowhere else', async (t) => {
      const { session, pass, held } = await start({ Other: 1 })
      t.after(() => session.destroy())
      await append(session, 'INBOX', 'first')
      await pass()
      await session.rename('INBOX', 'Former')
      await append(session, 'INBOX', 'second')
      const { read } = await pass()
      assert.equal(read, 1)
      const items = Object.entries(await held()).map(([name, { items }]) => `${name} ${items}`)
      assert.deepEqual(items.sort(), ['/Former 1', '/Inbox 1', '/Other 1'])
    })
  })
}
