import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { socketClient } from '#src/clients/admin/http-client.ts'
import { configFileName } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { formatSettings } from '#src/config/settings-file.ts'
import { makeFolder } from '#src/store/make-folder.ts'
import { DemoFault, until } from './demo-fault.ts'
import { freePort } from './free-port.ts'

/** What people type: it finds the Node, with the flags of a service, and becomes it. */
const landbridge = fileURLToPath(new URL('../../../bin/landbridge', import.meta.url))

const portNames = [
  'admin.port',
  'health.port',
  'smtp.mxPort',
  'smtp.submissionsPort',
  'smtp.submissionPort',
  'imap.tlsPort',
  'imap.port',
  'web.port',
] as const
type PortName = (typeof portNames)[number]
export type Ports = Readonly<Record<PortName, number>>

/** Ports of this machine that are free now, one for each listener of so many services: they stay the same when one is started again. */
export async function choosePorts(services: number): Promise<Ports[]> {
  const chosen: Ports[] = []
  for (let service = 0; service < services; service++) {
    const ports: [PortName, number][] = []
    for (const name of portNames) ports.push([name, await freePort()])
    chosen.push(Object.fromEntries(ports) as Ports)
  }
  return chosen
}

type CommandOutcome = { exitCode: number; stdout: string; stderr: string }

type Started = {
  name: string
  folder: string
  ports: Ports
  settings: Partial<Config>
  /** Calls off what is waited for; a stop is possible all the same. */
  signal: AbortSignal
  /** Called when the process ends and nobody asked it to. */
  fell: (fault: DemoFault) => void
}

/** The service itself is gone within `service.stopSeconds`, 10. */
const STOP_MS = 15_000
/** Ctrl-C reaches every process of a terminal, in no order. */
const OWN_SIGNAL_MS = 300
const LAST_WORDS = 3

/** `landbridge serve` as a process of its own, which can be killed and started again. */
export class ServiceProcess {
  readonly name: string
  readonly folder: string
  readonly ports: Ports
  readonly #settings: Partial<Config>
  readonly #signal: AbortSignal
  readonly #fell: (fault: DemoFault) => void
  #child: ChildProcess | undefined
  /** Those under way: one that was called off may still have the data folder. */
  readonly #commands = new Set<ChildProcess>()
  #ending = false

  constructor({ name, folder, ports, settings, signal, fell }: Started) {
    this.name = name
    this.folder = folder
    this.ports = ports
    this.#settings = settings
    this.#signal = signal
    this.#fell = fell
  }

  get admin(): AdminClient {
    return socketClient(join(this.folder, 'admin.sock'))
  }

  get ewsUrl(): string {
    return `https://localhost:${this.ports['web.port']}/EWS/Exchange.asmx`
  }

  get certificateFile(): string {
    return join(this.folder, 'tls', 'self-signed.crt')
  }

  /** Settings with which it can be served again without the demonstration: commands find them in the data folder. */
  get settingsFile(): string {
    return join(this.folder, configFileName)
  }

  /** What it said outside its log. */
  get #output(): string {
    return `${this.folder}.log`
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Makes its data folder, with its settings. */
  async furnish(): Promise<void> {
    makeFolder(this.folder)
    const url = `https://localhost:${this.ports['web.port']}`
    const settings = { dataFolder: '.', ...this.ports, 'web.url': url, ...this.#settings }
    await writeFile(this.settingsFile, formatSettings(settings), { mode: 0o600 })
  }

  /** Starts it and waits until it serves. DemoFault. */
  async start(): Promise<void> {
    const out = openSync(this.#output, 'a', 0o600)
    const child = spawn(landbridge, ['serve', '--data', this.folder], { stdio: ['ignore', out, out] })
    closeSync(out)
    this.#child = child
    this.#ending = false
    const withUs = () => void child.kill('SIGKILL')
    process.once('exit', withUs)
    child.once('error', ({ message }) => this.#ended(child, message))
    child.once('exit', (code, signalName) => {
      process.off('exit', withUs)
      if (!this.#ending)
        setTimeout(() => this.#ended(child, signalName ?? `exit code ${code}`), OWN_SIGNAL_MS)
    })
    const health = `http://127.0.0.1:${this.ports['health.port']}/health`
    await until(
      `That ${this.name} serves`,
      async () => {
        const answer = await fetch(health, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
        return answer?.status === 200 ? true : undefined
      },
      // One that ends is told at once; a start on a busy machine may take long.
      { signal: this.#signal, seconds: 180 },
    )
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#signal.aborted || this.#ending) return
    const said = readFileSync(this.#output, 'utf8').trimEnd().split('\n').slice(-LAST_WORDS).join('\n')
    const log = join(this.folder, 'log', 'landbridge.log')
    this.#fell(
      new DemoFault(
        `The process of the ${this.name} side (${child.pid}) has ended: ${how}. Its log is ${log}; at last it said, in ${this.#output}:\n${said}`,
      ),
    )
  }

  /** A command line on this side, as somebody in another terminal would type it. */
  async command(args: readonly string[], stdin = ''): Promise<CommandOutcome> {
    const child = spawn(landbridge, [...args, '--data', this.folder], {
      stdio: ['pipe', 'pipe', 'pipe'],
      signal: this.#signal,
    })
    this.#commands.add(child)
    child.once('close', () => this.#commands.delete(child))
    child.on('error', () => {})
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    const ended = once(child, 'close')
    const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    this.#signal.throwIfAborted()
    return { exitCode: exitCode as number, stdout, stderr }
  }

  /** A command that nobody sees. DemoFault when it fails. */
  async quietly(args: readonly string[], stdin = ''): Promise<void> {
    const { exitCode, stdout, stderr } = await this.command(args, stdin)
    if (exitCode !== 0)
      throw new DemoFault(
        `"landbridge ${args.join(' ')}" on the ${this.name} side ended with ${exitCode}: ${(stderr || stdout).trim()}`,
      )
  }

  /** SIGKILL, as a power failure would: nothing is said, nothing is finished. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    await Promise.all([...this.#commands].map((child) => ended(child, 'SIGTERM')))
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#ending = true
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    await ended(child, how)
  }
}

async function ended(child: ChildProcess, how: NodeJS.Signals): Promise<void> {
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.kill(how)
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(late)
}
