/** IMAP servers that clients are tried with: Dovecot shows that a test asks for nothing unusual, then ours is judged by it. */
import assert from 'node:assert/strict'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { openMailSite, PASSWORD } from '#test/stories/mail-site.ts'
import { certificateFor } from './certificate.ts'
import { DOVECOT_PASSWORD, startDovecot } from './dovecot.ts'

/** The name in the certificate; it is also what `localhost` answers to. */
const NAME = 'localhost'

export type ImapPlace = {
  /** TLS from the first octet, on 127.0.0.1. */
  port: number
  /** File with the authority to trust, PEM. */
  ca: string
  /** Makes somebody with an empty mailbox; resolves with the name to log in with. */
  user(name: string): Promise<string>
  password: string
  open(login: string): Promise<ImapSession>
  /** Rejects unless everything that is kept fits together. */
  check(): Promise<void>
  end(): Promise<void>
}

export const placeNames = ['Dovecot', 'Landbridge'] as const

export async function openPlace(name: (typeof placeNames)[number]): Promise<ImapPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-imap-place-'))
  const ca = join(folder, 'ca.pem')
  const opened = name === 'Dovecot' ? await dovecotPlace(ca) : await landbridgePlace(folder, ca)
  return {
    ...opened,
    ca,
    async open(login) {
      const tls = { mode: 'implicit', verifyName: NAME, ca: await readFile(ca, 'utf8') } as const
      const credentials = { name: login, password: opened.password }
      return openImapSession({ host: '127.0.0.1', port: opened.port, tls, credentials })
    },
    async end() {
      await opened.end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

type Opened = Omit<ImapPlace, 'ca' | 'open'>

async function dovecotPlace(ca: string): Promise<Opened> {
  const certificate = await certificateFor([NAME])
  await writeFile(ca, certificate.cert)
  const server = await startDovecot({
    certificate,
    settings: ['mail_max_userip_connections = 1000', 'protocol imap {', '  mail_plugins = imap_zlib', '}'],
  })
  return {
    port: server.imaps,
    password: DOVECOT_PASSWORD,
    user: async (name) => `${name}@corp.test`,
    check: async () => {},
    end: () => server.stop(),
  }
}

async function landbridgePlace(folder: string, ca: string): Promise<Opened> {
  const dataFolder = join(folder, 'data')
  const settings = { dataFolder, 'imap.connectionsPerUser': 1_000 }
  const site = await openMailSite({ settings })
  await copyFile(join(dataFolder, 'tls', 'self-signed.crt'), ca)
  return {
    port: site.port('imaps'),
    password: PASSWORD,
    user: async (name) => (await site.user(name)).address,
    async check() {
      const { findings } = await site.service.data.store.maintenance.check({ bodies: true })
      assert.deepEqual(findings, [])
    },
    end: () => site.end(),
  }
}
