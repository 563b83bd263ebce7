import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePortOptions } from '#test/support/free-ports.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const startMs = 180_000

export type Ended = { exitCode: number | null; stdout: string; stderr: string }

/** A data folder of its own under the system's temporary folder, removed at the end of the test file. */
export function freshFolder(name: string, after: (work: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), `lb-${name}-`))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

const running = new Set<ChildProcess>()
// A story that fails half-way must not wait for ever for the service it left behind.
after(() => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process of the program; `ended` resolves with all it said. */
export function landbridge(
  args: readonly string[],
  {
    stdin = '',
    environment = {},
    cwd,
  }: { stdin?: string; environment?: NodeJS.ProcessEnv; cwd?: string } = {},
) {
  // Compiled once for all of them: that is three quarters of a short command.
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, HOME, NODE_COMPILE_CACHE, ...environment }
  const child = spawn(process.execPath, [main, ...args], { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  running.add(child)
  child.once('close', () => running.delete(child))
  child.stdin.end(stdin)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended: Promise<Ended> = once(child, 'close').then(([exitCode]) => ({ exitCode, stdout, stderr }))
  return { child, ended, said: () => stderr, logged: () => stdout }
}

export type Running = {
  child: ChildProcess
  ended: Promise<Ended>
  /** By the name of the listener: where it is reached. */
  addresses: Readonly<Record<string, string>>
  said: () => string
  logged: () => string
}

/** Starts a service on free ports and waits until it serves. */
export async function serve(data: string, ...args: readonly string[]): Promise<Running> {
  const started = landbridge(['serve', '--data', data, ...freePortOptions, ...args])
  const late = AbortSignal.timeout(startMs)
  while (!started.said().includes('Stop it with Ctrl-C.')) {
    if (started.child.exitCode !== null) throw new Error(`It ended: ${(await started.ended).stderr}`)
    late.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const found = started.said().matchAll(/^ {2}(\w[\w ]*\w) {2,}(\S+)$/gm)
  const addresses = Object.fromEntries([...found].map(([, name, address]) => [name!, address!]))
  return { ...started, addresses }
}

/** The certificate that a service made for itself. */
export const ownCertificate = (data: string): string =>
  readFileSync(join(data, 'tls', 'self-signed.crt'), 'utf8')
