import { execFile, spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '#src/app/demo/free-port.ts'
import { command, firstFile, type Peer, peer } from './peers.ts'
import {
  IMAP_PASSWORD,
  type ImapServerProcess,
  serverFolder,
  startServer,
  UNPACKED,
} from './unpacked-imap.ts'

const place = join(UNPACKED, 'courier/usr')

/** Its daemon for passwords has its paths from the compiler, so it runs with an /etc and a /run of its own. */
const namespaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child']

const unpacked = peer(
  'Courier IMAP',
  () => (command('openssl')() === undefined ? undefined : firstFile(join(place, 'bin/imapd'))()),
  'unpack courier-imap and its parts and install what they need, as .ci/run does',
)

/** Courier IMAP, unpacked as `.ci/run` does it, where the kernel gives us namespaces. */
export const courier: Pick<Peer, 'skip'> = {
  skip: unpacked.skip === false ? lackOfNamespaces() : unpacked.skip,
}

function lackOfNamespaces(): string | false {
  const args = [...namespaces, 'sh', '-c', 'mount -t tmpfs none /run']
  const { status } = spawnSync('unshare', args, { stdio: 'ignore' })
  return status === 0 ? false : 'the peer Courier IMAP needs namespaces, and the kernel gives us none here'
}

export type Courier = ImapServerProcess & {
  /** Makes somebody with an empty mailbox; resolves with the name to log in with. */
  user(name: string): Promise<string>
  /** The Maildir of a login. */
  maildirOf(login: string): string
}

const run = promisify(execFile)

/** Starts a Courier of its own. */
export async function startCourier(): Promise<Courier> {
  const folder = await serverFolder('courier')
  const port = await freePort()
  const etc = join(folder, 'etc')
  await mkdir(join(etc, 'courier'), { recursive: true })
  await mkdir(join(folder, 'users'))
  for (const file of ['ld.so.cache', 'nsswitch.conf', 'hosts'])
    await copyFile(join('/etc', file), join(etc, file)).catch(() => undefined)
  await writeFile(join(etc, 'passwd'), 'root:x:0:0::/:/bin/sh\ncourier:x:1000:1000::/:/bin/sh\n')
  await writeFile(join(etc, 'group'), 'root:x:0:\ncourier:x:1000:\n')
  await writeFile(join(etc, 'courier/authdaemonrc'), 'authmodulelist="authuserdb"\ndaemons=5\n')
  await chmod(join(folder, 'certificate.pem'), 0o600)
  const { stdout: hash } = await run('openssl', ['passwd', '-1', IMAP_PASSWORD])
  const logins: string[] = []
  const maildirOf = (login: string) => join(folder, 'users', login, 'Maildir')
  const environment = {
    ...settings,
    LD_LIBRARY_PATH: `${place}/lib:${place}/lib/courier-authlib`,
    TLS_CERTFILE: join(folder, 'certificate.pem'),
    COURIERTLS: `${place}/bin/couriertls`,
  }

  /** What it looks names up in is put into place as a whole. */
  async function writeUsers() {
    const make = async (file: string, lines: readonly string[]) => {
      const [temporary, made] = [`${file}.lock`, `${file}.made`].map((name) => join(etc, 'courier', name))
      const program = run(join(place, 'lib/courier/courier-authlib/makedatprog'), ['-', temporary!, made!], {
        env: { ...process.env, ...environment },
      })
      // A point ends the list.
      program.child.stdin!.end([...lines, '.', ''].join('\n'))
      await program
      await rename(made!, join(etc, 'courier', file))
    }
    const placed = (login: string) =>
      `${login}\tuid=1000|gid=1000|home=${join(folder, 'users', login)}|mail=${maildirOf(login)}`
    await make('userdb.dat', logins.map(placed))
    await make(
      'userdbshadow.dat',
      logins.map((login) => `${login}\tsystempw=${hash.trim()}`),
    )
  }

  await writeUsers()
  await writeFile(
    join(folder, 'start.sh'),
    [
      'set -e',
      `mount --bind ${etc} /etc`,
      'mount -t tmpfs none /run',
      'mkdir -p /run/courier/authdaemon',
      `${place}/lib/courier/courier-authlib/authdaemond &`,
      'until [ -S /run/courier/authdaemon/socket ]; do sleep 0.05; done',
      `exec unshare --user --map-user=1000 --map-group=1000 ${place}/sbin/couriertcpd -address=127.0.0.1` +
        ` -maxprocs=100 -maxperip=100 -nodnslookup -noidentlookup ${port}` +
        ` ${place}/lib/courier/courier/imaplogin ${place}/bin/imapd Maildir`,
      '',
    ].join('\n'),
  )
  const server = await startServer({
    name: 'Courier IMAP',
    port,
    folder,
    command: ['unshare', ...namespaces, 'sh', join(folder, 'start.sh')],
    env: environment,
  })
  return {
    ...server,
    maildirOf,
    async user(name) {
      const login = `${name}@corp.test`
      logins.push(login)
      await mkdir(join(folder, 'users', login))
      await run(join(place, 'bin/maildirmake.courier'), [maildirOf(login)])
      await writeUsers()
      return login
    },
  }
}

/** As Debian's /etc/courier/imapd has them, with the words for TLS. */
const settings = {
  IMAP_CAPABILITY:
    'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE',
  IMAP_CAPABILITY_TLS:
    'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE AUTH=PLAIN',
  IMAP_KEYWORDS: '1',
  IMAP_ACL: '1',
  IMAP_IDLE_TIMEOUT: '60',
  IMAP_MAILBOX_SANITY_CHECK: '1',
  IMAP_ULIMITD: '131072',
  IMAP_USELOCKS: '1',
  IMAP_TRASHFOLDERNAME: 'Trash',
  IMAP_EMPTYTRASH: 'Trash:7',
  IMAP_STARTTLS: 'YES',
  IMAP_TLS_REQUIRED: '0',
  TLS_VERIFYPEER: 'NONE',
}
