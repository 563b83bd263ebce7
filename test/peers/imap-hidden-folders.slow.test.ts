/** Folders that Dovecot keeps from us, and folders that are deleted there: what may only be hidden is never deleted here. */
import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { DOVECOT_PASSWORD, type Dovecot, dovecot, startDovecot } from '#test/support/dovecot.ts'
import { sampleMessage, toAppend } from '#test/support/imap-mail.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'

const { signal } = new AbortController()
const ANNA = 'anna@source.example'
const FOLDERS = ['Alone', 'Above', 'Above/Below', 'Ended', 'Ended/Below', 'Gone']

describe('Dovecot with ACL', { skip: dovecot.skip, timeout: 120_000 }, () => {
  let server: Dovecot
  let open: () => Promise<ImapSession>
  let session: ImapSession
  let mailbox: MigratedMailbox

  before(async () => {
    server = await startDovecot({
      settings: [
        'mail_max_userip_connections = 1000',
        'mail_plugins = acl',
        'protocol imap {',
        '  mail_plugins = acl imap_acl',
        '}',
        'plugin {',
        '  acl = vfile',
        '}',
      ],
    })
    const place = { host: '127.0.0.1', port: server.imap, tls: { mode: 'clear' } as const }
    const credentials = { name: ANNA, password: DOVECOT_PASSWORD }
    open = () => openImapSession({ ...place, credentials }, signal)
    session = await open()
    for (const [index, name] of FOLDERS.entries()) {
      await session.create(name)
      await session.append(name, toAppend(sampleMessage(index, 'one')))
    }
    const credentialsOf = async (name: string) => ({ name, password: DOVECOT_PASSWORD })
    const source = openImapSource({ ...place, signIn: { kind: 'own', credentialsOf } })
    mailbox = await migratedMailbox(source, { settings: { deletesHere: true } })
    await mailbox.pass()
  })
  after(async () => {
    session?.destroy()
    await mailbox?.remove()
    await server?.stop()
  })

  /** Nobody but the server may do anything with these folders; undefined: everything as it was. */
  const rights = async (...hidden: string[]) => {
    const root = join(server.folder, 'mail', ANNA, 'mail', 'mailboxes')
    await rm(join(root, 'dovecot-acl-list'), { force: true })
    for (const name of FOLDERS) {
      const file = join(root, name, 'dbox-Mails', 'dovecot-acl')
      if (!hidden.includes(name)) await rm(file, { force: true })
      else if ((await readdir(dirname(file)).catch(() => undefined)) !== undefined)
        await writeFile(file, 'owner\n')
    }
  }
  const here = async () => Object.keys(await mailbox.picture()).sort()
  const named = async () =>
    (await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')).flatMap(({ losses }) =>
      losses.map(({ property, reason }) => `${property}: ${/"(.*)"/.exec(reason)![1]}`),
    )
  const all = FOLDERS.map((name) => `/${name}`).sort()

  it('folders that may not be looked up any more keep what came from them, and are named', async () => {
    const hidden = ['Alone', 'Above']
    await rights(...hidden)
    const other = await open()
    const shown = (await other.folders()).map(({ name }) => name)
    other.destroy()
    assert.deepEqual(shown.sort(), [...FOLDERS, 'INBOX'].filter((name) => !hidden.includes(name)).sort())
    for (const same of [false, true, false]) {
      await mailbox.pass({ same })
      assert.deepEqual(await here(), all)
      assert.deepEqual((await named()).sort(), ['folder not shown: Above', 'folder not shown: Alone'])
    }
  })

  it('those that are shown again are read again, nothing comes twice, and nothing is named', async () => {
    await rights()
    await session.append('Above', toAppend(sampleMessage(50, 'two')))
    await mailbox.pass()
    const picture = await mailbox.picture()
    assert.deepEqual(Object.keys(picture).sort(), all)
    assert.deepEqual([picture['/Above']!.length, picture['/Alone']!.length], [2, 1])
    assert.deepEqual(await named(), [])
  })

  it('those that are deleted there are deleted here, also above others', async () => {
    await session.delete('Gone')
    await session.delete('Ended')
    await mailbox.pass()
    assert.deepEqual(
      await here(),
      all.filter((path) => path !== '/Gone' && path !== '/Ended'),
    )
    assert.deepEqual(await named(), [])
  })
})
