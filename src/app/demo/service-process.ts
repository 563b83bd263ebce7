import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { socketClient } from '#src/clients/admin/http-client.ts'
import { DemoFault, until } from './stage.ts'

const main = fileURLToPath(new URL('../../main.ts', import.meta.url))

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
export type PortName = (typeof portNames)[number]
export type Ports = Readonly<Record<PortName, number>>

/** Ports of this machine that are free now, one for each listener: they stay the same when a service is started again. */
export async function choosePorts(): Promise<Ports> {
  const servers = portNames.map(() => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const chosen = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return Object.fromEntries(portNames.map((name, at) => [name, chosen[at]!])) as Ports
}

export type CommandOutcome = { exitCode: number; stdout: string; stderr: string }

/** `landbridge serve` as a process of its own, which can be killed and started again. */
export class ServiceProcess {
  readonly name: string
  readonly folder: string
  readonly ports: Ports
  readonly #settings: Readonly<Record<string, string | number>>
  #child: ChildProcess | undefined

  constructor(
    name: string,
    folder: string,
    ports: Ports,
    settings: Readonly<Record<string, string | number>>,
  ) {
    this.name = name
    this.folder = folder
    this.ports = ports
    this.#settings = settings
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

  get pid(): number | undefined {
    return this.#child?.pid
  }

  async start(signal: AbortSignal): Promise<void> {
    const out = openSync(join(this.folder, '..', `${this.name}.log`), 'a')
    const settings = Object.entries({ ...this.ports, ...this.#settings })
    const child = spawn(
      process.execPath,
      [
        main,
        'serve',
        '--data',
        this.folder,
        '--no-example',
        ...settings.flatMap(([name, value]) => ['--set', `${name}=${value}`]),
      ],
      { stdio: ['ignore', out, out] },
    )
    closeSync(out)
    this.#child = child
    child.once('error', () => {})
    const health = `http://127.0.0.1:${this.ports['health.port']}/health`
    await until(
      `That ${this.name} serves`,
      async () => {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new DemoFault(`${this.name} ended at once: see ${this.folder}.log.`)
        const answer = await fetch(health, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
        return answer?.status === 200 ? true : undefined
      },
      { signal, seconds: 60 },
    )
  }

  /** A command line on this side, as somebody in another terminal would type it. */
  async command(args: readonly string[], stdin = ''): Promise<CommandOutcome> {
    const child = spawn(process.execPath, [main, ...args, '--data', this.folder], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => {})
    child.stdin.end(stdin)
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    const exitCode = child.exitCode ?? ((await once(child, 'close'))[0] as number)
    return { exitCode, stdout, stderr }
  }

  /** SIGKILL, as a power failure would: nothing is said, nothing is finished. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}
