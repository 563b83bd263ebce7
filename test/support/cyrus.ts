import { execFile } from 'node:child_process'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '#src/app/demo/free-port.ts'
import { openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { command, firstFile, peer } from './peers.ts'
import {
  IMAP_PASSWORD,
  type ImapServerProcess,
  serverFolder,
  startServer,
  UNPACKED,
} from './unpacked-imap.ts'

const place = join(UNPACKED, 'cyrus/usr')

/** Cyrus IMAP, unpacked as `.ci/run` does it. */
export const cyrus = peer(
  'Cyrus IMAP',
  () =>
    command('saslpasswd2')() === undefined ? undefined : firstFile(join(place, 'lib/cyrus/bin/master'))(),
  'unpack cyrus-common and cyrus-imapd and install what they need, as .ci/run does',
)

/** Its administrator, who may act as everybody. */
export const CYRUS_ADMIN = 'cyrus'

export type Cyrus = ImapServerProcess & {
  /** Makes somebody with an empty mailbox; resolves with the name to log in with. */
  user(name: string): Promise<string>
  /** Signed in as the administrator, acting as this one; as itself where nobody is named. */
  open(actAs?: string): Promise<ImapSession>
}

const run = promisify(execFile)

/** Starts a Cyrus of its own. `settings` are those of imapd.conf that are otherwise. */
export async function startCyrus(settings: Readonly<Record<string, string>> = {}): Promise<Cyrus> {
  const folder = await serverFolder('cyrus')
  const port = await freePort()
  const owner = await processOwner()
  const folders = [
    'spool',
    'config',
    ...['proc', 'db', 'log', 'socket', 'msg', 'user'].map((each) => `config/${each}`),
  ]
  for (const each of folders) await mkdir(join(folder, each))
  const bin = join(place, 'lib/cyrus/bin')
  const config = join(folder, 'imapd.conf')
  const services = join(folder, 'cyrus.conf')
  const all = { ...configuration(folder, owner.username), ...settings }
  const lines = Object.entries(all)
  await writeFile(config, lines.map(([name, value]) => `${name}: ${value}\n`).join(''))
  await writeFile(
    services,
    [
      'START {',
      `  recover cmd="${bin}/ctl_cyrusdb -C ${config} -r"`,
      '}',
      'SERVICES {',
      `  imap cmd="${bin}/imapd -C ${config}" listen="127.0.0.1:${port}" prefork=0`,
      '}',
      '',
    ].join('\n'),
  )
  const secrets = join(folder, 'sasldb2')
  const addSecret = (name: string) => {
    const [user, domain = 'corp.test'] = name.split('@') as [string, string?]
    const said = run('saslpasswd2', ['-p', '-c', '-u', domain, '-f', secrets, user])
    said.child.stdin!.end(IMAP_PASSWORD)
    return said
  }
  await addSecret(CYRUS_ADMIN)
  if (process.getuid?.() === 0) await run('chown', ['-R', `${owner.uid}:${owner.gid}`, folder])
  const server = await startServer({
    name: 'Cyrus IMAP',
    port,
    folder,
    command: [join(bin, 'master'), '-D', '-C', config, '-M', services, '-p', join(folder, 'pid')],
    env: { LD_LIBRARY_PATH: await librariesOf(place) },
  })
  const open = (actAs = '') =>
    openImapSession({
      host: '127.0.0.1',
      port,
      tls: server.tls,
      credentials: { name: CYRUS_ADMIN, password: IMAP_PASSWORD, actAs },
    })
  return {
    ...server,
    open,
    async user(name) {
      const login = `${name}@corp.test`
      await addSecret(login)
      if (process.getuid?.() === 0) await chown(secrets, owner.uid, owner.gid)
      const admin = await open()
      await admin.create(`user${all.unixhierarchysep === 'yes' ? '/' : '.'}${login}`)
      await admin.logout()
      return login
    },
  }
}

/** Cyrus refuses to be root. */
async function processOwner(): Promise<{ username: string; uid: number; gid: number }> {
  if (process.getuid?.() !== 0) return userInfo()
  const [uid, gid] = await Promise.all(['-u', '-g'].map((of) => run('id', [of, 'mail'])))
  return { username: 'mail', uid: Number(uid!.stdout), gid: Number(gid!.stdout) }
}

async function librariesOf(usr: string): Promise<string> {
  const { stdout } = await run('find', [join(usr, 'lib'), '-name', 'libcyrus.so.*', '-printf', '%h\\n'])
  return stdout.split('\n')[0]!
}

function configuration(folder: string, user: string): Record<string, string> {
  return {
    configdirectory: `${folder}/config`,
    'partition-default': `${folder}/spool`,
    defaultpartition: 'default',
    cyrus_user: user,
    admins: CYRUS_ADMIN,
    proxyservers: CYRUS_ADMIN,
    sasl_pwcheck_method: 'auxprop',
    sasl_auxprop_plugin: 'sasldb',
    sasl_sasldb_path: `${folder}/sasldb2`,
    sasl_mech_list: 'PLAIN',
    allowplaintext: 'no',
    virtdomains: 'userid',
    defaultdomain: 'corp.test',
    servername: 'corp.test',
    unixhierarchysep: 'yes',
    altnamespace: 'yes',
    expunge_mode: 'immediate',
    delete_mode: 'immediate',
    sync_log: 'no',
    tls_server_cert: `${folder}/certificate.pem`,
    tls_server_key: `${folder}/certificate.pem`,
    idlesocket: `${folder}/config/socket/idle`,
    notifysocket: `${folder}/config/socket/notify`,
    lmtpsocket: `${folder}/config/socket/lmtp`,
  }
}
