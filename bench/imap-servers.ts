/** The servers that `bench/imap.ts` compares, each with ten mailboxes, over TLS on a free port. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { certificateFor } from '#test/support/certificate.ts'
import { startDovecot } from '#test/support/dovecot.ts'
import { startServed } from './served-process.ts'

const KB = 1024
export const USERS = Array.from({ length: 10 }, (_, no) => `box${no}@corp.test`)

export type Contender = {
  name: string
  readonly port: number
  ca: string
  /** Forgets what it has in memory, and with `cache` also what it keeps on disk to be quick. Nobody may be connected. */
  forget(options: { cache: boolean }): Promise<void>
  /** Of all its processes, octets, garbage left out. */
  memory(): Promise<number>
  /** Processor time that all its processes have taken, those that have ended too, in milliseconds. */
  cpuMs(): number
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

/** In ticks of 10 ms: user and system, and both of children that have ended. */
function cpuMsOf(pids: readonly number[]): number {
  let ticks = 0
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      for (const field of fields.slice(11, 15)) ticks += Number(field)
    } catch {
      // It ended in the meantime, and counts with its parent.
    }
  }
  return ticks * 10
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

/** `profile`: folder for the CPU profile. */
export async function landbridge(profile: string | undefined): Promise<Contender> {
  const served = await startServed({
    addresses: USERS,
    listener: 'mail for programs to read',
    settings: { 'imap.connectionsPerUser': 10_000, 'imap.connectionsPerClient': 20_000 },
    profile,
  })
  return {
    name: 'landbridge',
    get port() {
      return served.port
    },
    ca: await readFile(join(served.dataFolder, 'tls', 'self-signed.crt'), 'utf8'),
    forget: () => served.restart(),
    async memory() {
      served.child.kill('SIGUSR2')
      await pause(2_000)
      return memoryOf([served.child.pid!])
    },
    cpuMs: () => cpuMsOf([served.child.pid!]),
    stop: () => served.stop(),
  }
}

/** Dovecot as its documentation has it for many connections, else as Debian does. */
export async function withDovecot(): Promise<Contender> {
  const certificate = await certificateFor(['localhost'])
  const dovecot = await startDovecot({
    certificate,
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
  const processes = () => childrenOf(Number(readFileSync(join(dovecot.folder, 'run', 'master.pid'), 'utf8')))
  return {
    name: 'dovecot',
    port: dovecot.imaps,
    ca: certificate.cert,
    async forget({ cache }) {
      // Each of its sessions is a process of its own, with nothing in memory.
      if (!cache) return
      const mail = join(dovecot.folder, 'mail')
      for (const name of await readdir(mail, { recursive: true }))
        if (name.endsWith('dovecot.index.cache')) await rm(join(mail, name))
    },
    memory: async () => memoryOf(processes()),
    cpuMs: () => cpuMsOf(processes()),
    stop: () => dovecot.stop(),
  }
}
