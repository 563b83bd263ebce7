/**
 * IMAP servers of Debian that cannot be installed beside Dovecot (package imap-server): unpacked into a folder of their own, started from there
 * without being root, in a temporary folder, on a port of their own.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ImapTls } from '#src/clients/imap/connect.ts'
import { certificateFor } from './certificate.ts'

/** Where `.ci/run` unpacks them. */
export const UNPACKED = '/usr/local/lib/landbridge-peers'

/** The password of everybody. */
export const IMAP_PASSWORD = 'Correct-horse-9'

/** The name in the certificate. */
const NAME = 'localhost'
const STARTS_WITHIN_MS = 60_000

export type ImapServerProcess = {
  /** Of 127.0.0.1: clear text and STARTTLS. */
  port: number
  tls: ImapTls
  /** File with the authority to trust, PEM. */
  ca: string
  folder: string
  log(): Promise<string>
  /** `kill -9` of all of it; what it keeps stays. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes its folder. */
  end(): Promise<void>
}

export type ImapServerParts = {
  name: string
  port: number
  folder: string
  /** What is started; it ends with its process group. */
  command: readonly [program: string, ...args: string[]]
  env?: Readonly<Record<string, string>>
}

/** A temporary folder with `certificate.pem`, which holds a certificate for `localhost` and its key, and `ca.pem`. */
export async function serverFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `landbridge-${name}-`))
  const { cert, key } = await certificateFor([NAME])
  await writeFile(join(folder, 'ca.pem'), cert)
  await writeFile(join(folder, 'certificate.pem'), `${key}\n${cert}`)
  return folder
}

/** Resolves when it greets. */
export async function startServer(parts: ImapServerParts): Promise<ImapServerProcess> {
  const { port, folder, name } = parts
  const ca = join(folder, 'ca.pem')
  const logFile = join(folder, 'log')
  let child: ChildProcess | undefined
  const log = () => readFile(logFile, 'utf8').catch(() => '')

  async function start() {
    const [program, ...args] = parts.command
    const output = await open(logFile, 'a')
    child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: { ...process.env, ...parts.env },
    })
    await output.close()
    const until = Date.now() + STARTS_WITHIN_MS
    while (!(await greets(port))) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > until)
        throw new Error(`${name} did not start: ${await log()}`)
      await pause(50)
    }
  }
  async function kill() {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    process.kill(-child.pid!, 'SIGKILL')
    await ended
    while (await greets(port)) await pause(20)
  }

  await start()
  return {
    port,
    ca,
    folder,
    tls: { mode: 'starttls', verifyName: NAME, ca: await readFile(ca, 'utf8') },
    log,
    kill,
    start,
    async end() {
      await kill()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(5_000, () => done(false))
    socket.once('data', () => done(true))
    socket.once('error', () => done(false))
    socket.once('end', () => done(false))
  })
}
