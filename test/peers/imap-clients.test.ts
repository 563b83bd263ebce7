/** mutt, curl and imapflow bring a mailbox out and in again, whole. LANDBRIDGE_SYNC_MESSAGES says how many messages. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { ImapFlow } from 'imapflow'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { encodeModifiedUtf7 } from '#src/wire/imap/modified-utf7.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { identityOf, sampleMessage, toAppend } from '#test/support/imap-mail.ts'
import { type ImapPlace, openPlace, placeNames } from '#test/support/imap-places.ts'
import { contents, mailboxState } from '#test/support/mailbox-state.ts'
import { Maildir } from '#test/support/maildir.ts'
import { command, peer } from '#test/support/peers.ts'

const count = Number(process.env.LANDBRIDGE_SYNC_MESSAGES ?? 60)
const FOLDER = 'Käse/仕事 & Freizeit'
const mutt = peer('mutt', command('mutt'), 'apt-get install mutt')
/** mutt wants a terminal. */
const terminal = peer('script', command('script'), 'apt-get install bsdutils')
const curl = peer('curl', command('curl'), 'apt-get install curl')
const run = promisify(execFile)
const timeout = 600_000

async function fill(session: ImapSession, folder: string): Promise<void> {
  if (folder !== 'INBOX') await session.create(folder)
  for (let from = 0; from < count; from += 200) {
    const part = Array.from({ length: Math.min(200, count - from) }, (_, no) => from + no)
    const kinds = [['\\Seen'], ['\\Seen', '\\Flagged'], ['\\Seen', '\\Answered']]
    await Promise.all(
      part.map((no) =>
        session.append(folder, toAppend(sampleMessage(no, 'first'), kinds[no % kinds.length])),
      ),
    )
  }
}

for (const placeName of placeNames) {
  const skip = placeName === 'Dovecot' ? dovecot.skip : false
  describe(`${count} messages with ${placeName}`, { skip, timeout: 1_800_000 }, () => {
    let place: ImapPlace
    let folder: string
    let session: ImapSession
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'landbridge-clients-'))
      place = await openPlace(placeName)
    })
    after(async () => {
      session?.destroy()
      await place?.end()
      await rm(folder, { recursive: true, force: true })
    })

    async function filled(user: string, name = 'INBOX') {
      const login = await place.user(user)
      session = await place.open(login)
      await fill(session, name)
      return login
    }
    const stateOf = async (name: string) => (await mailboxState(session)).get(name)!

    it('mutt copies a folder out and another in', { skip: mutt.skip || terminal.skip }, async () => {
      const login = await filled('mutt', FOLDER)
      const rc = join(folder, 'muttrc')
      const lines = [
        `set imap_user="${login}" imap_pass="${place.password}"`,
        `set ssl_ca_certificates_file="${place.ca}" ssl_force_tls=yes`,
        // Where there is none, it asks.
        `set folder="${folder}"`,
        `set certificate_file="${join(folder, 'trusted')}"`,
        'set mbox_type=Maildir confirmcreate=no confirmappend=no quit=yes delete=yes move=no wait_key=no',
        'set copy=no sleep_time=0 mark_old=no read_inc=0 net_inc=0 write_inc=0 auto_tag=no',
        'set charset=utf-8 assumed_charset=utf-8',
      ]
      await writeFile(rc, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
      const url = (name: string) => `imaps://localhost:${place.port}/${name}`
      const copyAll = async (from: string, to: string) => {
        const keys = `push "<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>${to}<enter><quit>"`
        const line = [mutt.found, '-n', '-F', rc, '-f', `'${from}'`, '-e', `'${keys}'`].join(' ')
        const env = {
          PATH: process.env.PATH,
          HOME: folder,
          TERM: 'xterm',
          LANG: 'C.UTF-8',
          LC_ALL: 'C.UTF-8',
        }
        await run(terminal.found, ['-qec', line, '/dev/null'], { timeout, env })
      }
      const local = new Maildir(join(folder, 'mutt-mail'))
      await copyAll(url(FOLDER), local.path)
      const there = contents(await stateOf(FOLDER))
      assert.deepEqual(await local.contents(), there)
      await session.create('Zurück')
      await copyAll(local.path, url('Zurück'))
      assert.deepEqual(contents(await stateOf('Zurück')), there)
      // A second look changes nothing.
      const state = await mailboxState(session)
      await copyAll(url('Zurück'), join(folder, 'mutt-again'))
      assert.deepEqual(await new Maildir(join(folder, 'mutt-again')).contents(), there)
      assert.deepEqual(await mailboxState(session), state)
    })

    it('curl fetches, stores, searches and lists', { skip: curl.skip }, async () => {
      const login = await filled('curl')
      await session.create(FOLDER)
      const at = (rest: string) => `imaps://localhost:${place.port}/${rest}`
      const common = ['--silent', '--show-error', '--fail', '--cacert', place.ca]
      // The password is not for the list of processes.
      const config = join(folder, 'curlrc')
      await writeFile(config, `user = "${login}:${place.password}"\n`, { mode: 0o600 })
      const call = (...args: string[]) =>
        run(curl.found, ['--config', config, ...common, ...args], { timeout, maxBuffer: 2 ** 26 })
      const encoded = encodeURIComponent(encodeModifiedUtf7(FOLDER)).replaceAll('%2F', '/')

      const { stdout: list } = await call(at(''))
      assert.ok(list.includes(encodeModifiedUtf7(FOLDER)), list)
      const out = join(folder, 'curl-mail')
      await mkdir(out)
      const state = await stateOf('INBOX')
      const last = state.messages.at(-1)!.uid
      assert.equal(last - state.messages[0]!.uid + 1, count)
      await call('--output', join(out, '#1'), at(`INBOX;UIDVALIDITY=${state.uidValidity};UID=[1-${last}]`))
      const files = await readdir(out)
      assert.equal(files.length, count)
      for (const { uid, identity } of state.messages)
        assert.equal(identityOf(await readFile(join(out, String(uid)))), identity, `UID ${uid}`)

      for (let no = 0; no < 5; no++)
        await call('--upload-file', join(out, String(state.messages[no]!.uid)), at(encoded))
      const stored = await stateOf(FOLDER)
      assert.deepEqual(
        stored.messages.map(({ identity }) => identity),
        state.messages.slice(0, 5).map(({ identity }) => identity),
      )
      const { stdout: found } = await call(at('INBOX?SUBJECT%20Invoice'))
      const expected = [...Array(count).keys()].filter((no) => no % 5 === 2).map((no) => no + 1)
      assert.deepEqual(
        found
          .trim()
          .replace(/^\* SEARCH /, '')
          .split(' ')
          .map(Number),
        expected,
      )
      const { stdout: header } = await call(at(`INBOX;UID=${last};SECTION=HEADER.FIELDS%20(Message-ID)`))
      assert.match(header, new RegExp(`<${count - 1}\\.first@sender\\.example>`))
    })

    it('imapflow reads all, writes all, and finds what changed', async () => {
      const login = await filled('imapflow', FOLDER)
      const client = new ImapFlow({
        host: '127.0.0.1',
        servername: 'localhost',
        port: place.port,
        secure: true,
        auth: { user: login, pass: place.password },
        tls: { ca: await readFile(place.ca, 'utf8') },
        logger: false,
        qresync: true,
      })
      await client.connect()
      try {
        const paths = (await client.list()).map(({ path }) => path)
        assert.ok(paths.includes(FOLDER), String(paths))
        const opened = await client.mailboxOpen(FOLDER)
        assert.equal(opened.exists, count)
        const there = (await stateOf(FOLDER)).messages
        const sources: { source: Buffer; flags: string[] }[] = []
        for await (const message of client.fetch('1:*', {
          uid: true,
          flags: true,
          source: true,
          envelope: true,
        })) {
          const { identity, uid } = there[sources.length]!
          assert.equal(message.uid, uid)
          assert.equal(identityOf(message.source!), identity)
          assert.match(message.envelope!.messageId!, /\.first@/)
          sources.push({
            source: message.source!,
            flags: [...message.flags!].filter((flag) => flag !== '\\Recent'),
          })
        }
        assert.equal(sources.length, count)
        await client.mailboxCreate('Kopie/ü')
        for (const { source, flags } of sources) await client.append('Kopie/ü', source, flags)
        assert.deepEqual(contents(await stateOf('Kopie/ü')), contents(await stateOf(FOLDER)))

        const { highestModseq } = opened
        assert.ok(highestModseq !== undefined)
        await session.select(FOLDER)
        const touched = there.slice(2, 5).map(({ uid }) => uid)
        await session.store(NumberSet.of(touched), 'add', ['$Touched'])
        await client.mailboxOpen(FOLDER)
        const changed: number[] = []
        const since = client.fetch('1:*', { uid: true, flags: true }, { changedSince: BigInt(highestModseq) })
        for await (const { uid, flags } of since) {
          assert.ok(flags!.has('$Touched'))
          changed.push(uid)
        }
        assert.deepEqual(changed, touched)
        const found = await client.search({ keyword: '$Touched' }, { uid: true })
        assert.deepEqual(found, touched)
        await client.messageMove(touched, 'Kopie/ü', { uid: true })
        const copies = await client.status('Kopie/ü', { messages: true })
        assert.equal(copies ? copies.messages : -1, count + 3)
        await client.messageDelete('1:*')
        const rest = await client.status(FOLDER, { messages: true })
        assert.equal(rest ? rest.messages : -1, 0)
      } finally {
        await client.logout()
      }
      await place.check()
    })
  })
}
