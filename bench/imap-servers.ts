/** The servers that `bench/imap.ts` compares, each with ten mailboxes, over TLS on a free port. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generate } from 'selfsigned'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { startService } from '#src/app/serve.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { startDovecot } from '#test/support/dovecot.ts'
import { freePorts } from '#test/support/free-ports.ts'

const KB = 1024
/** Everybody's. */
export const PASSWORD = 'Correct-horse-9'
export const USERS = Array.from({ length: 10 }, (_, no) => `box${no}@corp.test`)

export type Contender = {
  name: string
  port: number
  ca: string
  /** Of all its processes, octets, garbage left out. */
  memory(): Promise<number>
  stop(): Promise<void>
}

/** Proportional share of memory of processes, octets. */
function memoryOf(pids: readonly number[]): number {
  let sum = 0
  for (const pid of pids) {
    try {
      const text = execFileSync('cat', [`/proc/${pid}/smaps_rollup`], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      sum += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * KB
    } catch {
      // It ended in the meantime.
    }
  }
  return sum
}

function childrenOf(pid: number): number[] {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = [...table.matchAll(/(\d+)\s+(\d+)/g)].map(([, child, parent]) => [
    Number(child),
    Number(parent),
  ])
  const found = [pid]
  for (const each of found) for (const [child, parent] of pairs) if (parent === each) found.push(child!)
  return found
}

/** This service as a process of its own; `profile`: folder for its CPU profile. */
export async function landbridge(profile: string | undefined): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const options = {
    dataFolder: join(folder, 'data'),
    ...freePorts,
    'imap.connectionsPerUser': 10_000,
    'imap.connectionsPerClient': 20_000,
    'log.output': 'file',
  }
  const profiled =
    profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile, '--enable-source-maps']
  const args = [
    '--expose-gc',
    ...profiled,
    fileURLToPath(import.meta.url),

    JSON.stringify(options),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await portFrom(child)
  return {
    name: 'landbridge',
    port,
    ca: await readFile(join(folder, 'data', 'tls', 'self-signed.crt'), 'utf8'),
    async memory() {
      child.kill('SIGUSR2')
      await pause(2_000)
      return memoryOf([child.pid!])
    },
    async stop() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function portFrom(child: ChildProcess): Promise<number> {
  let said = ''
  for await (const chunk of child.stdout!) {
    said += chunk
    if (said.endsWith('\n')) return Number(said)
  }
  throw new Error('The service did not start')
}

/** The service as a process of its own: makes its mailboxes, says its port, ends at SIGTERM. */
async function serve(options: string): Promise<void> {
  const service = await startService(loadConfig({ environment: {}, options: JSON.parse(options) }))
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = await admin.call('CreateOrganization', { Alias: 'corp' })
  for (const address of USERS) {
    const [name] = address.split('@') as [string]
    const { UserId } = await admin.call('CreateUser', {
      OrganizationId: OrganizationId!,
      Name: name,
      DisplayName: name,
      Password: PASSWORD,
    })
    const who = { OrganizationId: OrganizationId!, EntityId: String(UserId), Email: address }
    await admin.call('RegisterToWorkMail', who)
  }
  process.on('SIGUSR2', () => globalThis.gc?.())
  process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)))
  const { address } = service.listeners.find(({ name }) => name === 'mail for programs to read')!
  process.stdout.write(`${address.split(':').at(-1)!}\n`)
}

/** Dovecot as its documentation has it for many connections, else as Debian does. */
export async function withDovecot(): Promise<Contender> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  })
  const dovecot = await startDovecot({
    certificate: { cert: pems.cert, key: pems.private },
    settings: [
      'mail_max_userip_connections = 20000',
      'default_client_limit = 30000',
      'default_process_limit = 10000',
      'default_vsz_limit = 2G',
      // As its own documentation has it for many connections.
      'service imap-login {',
      '  service_count = 0',
      '  process_min_avail = 2',
      '}',
      'service imap {',
      '  process_limit = 10000',
      '}',
    ],
  })
  return {
    name: 'dovecot',
    port: dovecot.imaps,
    ca: pems.cert,
    memory: async () =>
      memoryOf(childrenOf(Number(readFileSync(join(dovecot.folder, 'run', 'master.pid'), 'utf8')))),
    stop: () => dovecot.stop(),
  }
}

if (import.meta.main) await serve(process.argv[2]!)
