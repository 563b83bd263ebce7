import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '#src/app/demo/free-port.ts'
import { command, peer } from './peers.ts'

/** Dovecot, when it is installed and may be started (it takes root). */
export const dovecot = peer(
  'Dovecot',
  () => (process.getuid?.() === 0 ? command('dovecot')() : undefined),
  'apt-get install dovecot-core dovecot-lmtpd dovecot-imapd, and run as root',
)

/** The password of everybody. */
export const DOVECOT_PASSWORD = 'Correct-horse-9'

export type Dovecot = {
  /** Path of the socket on which it takes mail by LMTP, for every address. */
  lmtp: string
  /** Port of 127.0.0.1 on which it speaks IMAP, in clear, and with STARTTLS when it has a certificate. */
  imap: number
  /** Port of 127.0.0.1 for IMAP with TLS from the start; 0 without a certificate. */
  imaps: number
  folder: string
  /** How many messages the inbox of an address holds. */
  count(address: string): Promise<number>
  log(): Promise<string>
  stop(): Promise<void>
}

const run = promisify(execFile)

/**
 * Starts a Dovecot of its own in a temporary folder. It knows every address; mailboxes are made by the first message. `format`
 * is how it keeps mail; every write is synced before it answers. `certificate` (PEM) gives it TLS. `settings` are lines for the
 * end of its configuration.
 */
export async function startDovecot(
  options: {
    format?: 'sdbox' | 'maildir'
    certificate?: { cert: string; key: string }
    settings?: readonly string[]
  } = {},
): Promise<Dovecot> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-dovecot-'))
  const { format = 'sdbox', certificate, settings = [] } = options
  const imap = await freePort()
  const imaps = certificate === undefined ? 0 : await freePort()
  const uid = Number((await run('id', ['-u', 'mail'])).stdout)
  // Its processes change to users of their own, which must be able to come through.
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'mail'))
  await chown(join(folder, 'mail'), uid, uid)
  const file = join(folder, 'dovecot.conf')
  if (certificate !== undefined) {
    await writeFile(join(folder, 'cert.pem'), certificate.cert)
    await writeFile(join(folder, 'key.pem'), certificate.key, { mode: 0o600 })
  }
  const lines = [...configuration(folder, { imap, imaps, uid, format }), ...settings]
  await writeFile(file, lines.map((line) => `${line}\n`).join(''))
  // The daemon keeps what it was started with, so a pipe would never end.
  const [code] = await once(spawn('dovecot', ['-c', file], { stdio: 'ignore' }), 'exit')
  if (code !== 0) throw new Error(`Dovecot did not start: ${await readFile(join(folder, 'log'), 'utf8')}`)
  return {
    lmtp: join(folder, 'run', 'lmtp'),
    imap,
    imaps,
    folder,
    async count(address) {
      const { stdout } = await run('doveadm', [
        '-c',
        file,
        'mailbox',
        'status',
        '-u',
        address,
        'messages',
        'INBOX',
      ])
      return Number(/messages=(\d+)/.exec(stdout)![1])
    },
    log: () => readFile(join(folder, 'log'), 'utf8').catch(() => ''),
    async stop() {
      await run('dovecot', ['-c', file, 'stop']).catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configuration(
  folder: string,
  { imap, imaps, uid, format }: { imap: number; imaps: number; uid: number; format: string },
): string[] {
  const tls = [
    'ssl = yes',
    `ssl_cert = <${join(folder, 'cert.pem')}`,
    `ssl_key = <${join(folder, 'key.pem')}`,
  ]
  return [
    `base_dir = ${join(folder, 'run')}`,
    `state_dir = ${join(folder, 'state')}`,
    `log_path = ${join(folder, 'log')}`,
    'protocols = imap lmtp',
    'listen = 127.0.0.1',
    ...(imaps === 0 ? ['ssl = no'] : tls),
    'disable_plaintext_auth = no',
    `mail_location = ${format}:~/mail`,
    'mail_fsync = always',
    'first_valid_uid = 1',
    'passdb {',
    '  driver = static',
    `  args = password=${DOVECOT_PASSWORD}`,
    '}',
    'userdb {',
    '  driver = static',
    `  args = uid=${uid} gid=${uid} home=${join(folder, 'mail', '%u')} allow_all_users=yes`,
    '}',
    'namespace inbox {',
    '  inbox = yes',
    '}',
    // No login waits for others of the same address that failed.
    'service anvil {',
    '  unix_listener anvil-auth-penalty {',
    '    mode = 0',
    '  }',
    '}',
    'service lmtp {',
    '  unix_listener lmtp {',
    '    mode = 0666',
    '  }',
    '}',
    'service imap-login {',
    '  inet_listener imap {',
    `    port = ${imap}`,
    '  }',
    '  inet_listener imaps {',
    `    port = ${imaps}`,
    `    ssl = ${imaps === 0 ? 'no' : 'yes'}`,
    '  }',
    '}',
  ]
}
