import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import nodemailer from 'nodemailer'
import { freePort } from '#src/app/demo/free-port.ts'
import { command, peer } from './peers.ts'

/** Postfix, when it is installed and may be started (it takes root). */
export const postfix = peer(
  'Postfix',
  () => (process.getuid?.() === 0 ? command('postfix')() : undefined),
  'apt-get install postfix, and run as root',
)

export type Postfix = {
  port: number
  folder: string
  /** Messages that were delivered to an address of its own, as they lie in its Maildir. */
  messagesOf(address: string): Promise<string[]>
  /** Waits until as many have arrived. Rejects after two minutes with what its log says. */
  arrived(address: string, count: number): Promise<string[]>
  /** Somebody on its side sends a message: handed to it as a local program would. */
  send(message: { from: string; to: readonly string[]; subject: string; text?: string }): Promise<void>
  /** Writes a map anew; messages from now on go by it. */
  setMap(name: string, text: string): Promise<void>
  log(): Promise<string>
  stop(): Promise<void>
}

const run = promisify(execFile)

/**
 * Starts a Postfix of its own in a temporary folder on a free port of 127.0.0.1. `mailboxes` are addresses it delivers
 * itself, each into a Maildir; `settings` go into main.cf, and `maps` are written as texts beside it (`FOLDER` in a
 * value is the folder).
 */
export async function startPostfix(options: {
  mailboxes: readonly string[]
  settings?: Readonly<Record<string, string>>
  maps?: Readonly<Record<string, string>>
}): Promise<Postfix> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-postfix-'))
  const port = await freePort()
  const uid = Number((await run('id', ['-u', 'postfix'])).stdout)
  // Its daemons change to the user postfix, which must be able to come through.
  await chmod(folder, 0o755)
  await mkdir(join(folder, 'spool'))
  for (const own of ['data', 'mail']) {
    await mkdir(join(folder, own))
    await chown(join(folder, own), uid, uid)
  }
  for (const [name, text] of Object.entries(options.maps ?? {})) await writeFile(join(folder, name), text)
  const boxes = options.mailboxes.map((address) => `${address} ${address}/\n`).join('')
  await writeFile(join(folder, 'mailboxes'), boxes)
  const domains = [...new Set(options.mailboxes.map((address) => address.split('@')[1]!))]
  await writeFile(join(folder, 'main.cf'), mainOf(folder, uid, domains, options.settings ?? {}))
  await writeFile(join(folder, 'master.cf'), masterOf(port))
  await run('postfix', ['-c', folder, 'start'])

  const started: Postfix = {
    port,
    folder,
    async messagesOf(address) {
      const box = join(folder, 'mail', address, 'new')
      const names = await readdir(box).catch(() => [])
      return Promise.all(names.map((name) => readFile(join(box, name), 'utf8')))
    },
    async arrived(address, count) {
      for (let tries = 0; tries < 1_200; tries++) {
        const messages = await started.messagesOf(address)
        if (messages.length >= count) return messages
        await wait(100)
      }
      const seen = (await started.messagesOf(address)).length
      throw new Error(
        `${seen} of ${count} messages for ${address} arrived. Postfix says:\n${await started.log()}`,
      )
    },
    async send({ from, to, subject, text = 'x' }) {
      const world = nodemailer.createTransport({ host: '127.0.0.1', port, ignoreTLS: true })
      await world.sendMail({ envelope: { from, to: [...to] }, from, to: [...to], subject, text })
      world.close()
    },
    async setMap(name, text) {
      await writeFile(join(folder, name), text)
      await run('postfix', ['-c', folder, 'reload'])
    },
    log: () => readFile(join(folder, 'data', 'log'), 'utf8').catch(() => ''),
    async stop() {
      await run('postfix', ['-c', folder, 'stop']).catch(() => undefined)
      await rm(folder, { recursive: true, force: true })
    },
  }
  return started
}

function mainOf(
  folder: string,
  uid: number,
  domains: readonly string[],
  settings: Readonly<Record<string, string>>,
): string {
  const all: Record<string, string> = {
    compatibility_level: '3.6',
    queue_directory: join(folder, 'spool'),
    data_directory: join(folder, 'data'),
    maillog_file: join(folder, 'data', 'log'),
    maillog_file_prefixes: folder,
    myhostname: 'exchange.corp.example',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '127.0.0.0/8',
    local_transport: 'error:no local users',
    alias_maps: '',
    smtp_dns_support_level: 'disabled',
    smtp_host_lookup: 'native',
    virtual_mailbox_domains: domains.join(' '),
    virtual_mailbox_base: join(folder, 'mail'),
    virtual_mailbox_maps: `texthash:${join(folder, 'mailboxes')}`,
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${uid}`,
    virtual_minimum_uid: '1',
    minimal_backoff_time: '2s',
    maximal_backoff_time: '4s',
    queue_run_delay: '2s',
    message_size_limit: '41943040',
    virtual_mailbox_limit: '0',
    smtpd_recipient_restrictions: 'permit_mynetworks, reject_unauth_destination',
    ...settings,
  }
  const lines = Object.entries(all).map(
    ([name, value]) => `${name} = ${value.replaceAll('FOLDER', folder)}\n`,
  )
  return lines.join('')
}

function masterOf(port: number): string {
  const services = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'local unix - n n - - local',
    'virtual unix - n n - - virtual',
    'lmtp unix - - n - - lmtp',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ]
  return services.map((line) => `${line}\n`).join('')
}
