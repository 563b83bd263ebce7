/** This service in a process of its own, with mailboxes, for benches that are its clients. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { startService } from '#src/app/serve.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { nodeProcess } from './node-process.ts'

/** Of every mailbox. */
export const PASSWORD = 'Correct-horse-9'

type Wanted = {
  addresses: readonly string[]
  /** Name of the listener whose port is wanted. */
  listener: string
  settings?: Readonly<Record<string, string | number>>
}

export type ServedProcess = {
  readonly child: ChildProcess
  readonly port: number
  dataFolder: string
  /**
   * Ends it and starts it again with its data: nothing is in its memory then. `startsKilledAfterMs`: before that it is started as
   * often, and killed so long after.
   */
  restart(how?: { signal?: NodeJS.Signals; startsKilledAfterMs?: readonly number[] }): Promise<void>
  /** Ends it; its data stays. */
  halt(): Promise<void>
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

/**
 * Starts the service on free ports, in a data folder of its own. `profile`: folder for its CPU profile. At SIGUSR2 it collects
 * its garbage, so that memory can be compared.
 */
export async function startServed(wanted: Wanted & { profile?: string | undefined }): Promise<ServedProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'))
  const dataFolder = join(folder, 'data')
  const settings = { dataFolder, ...freePorts, 'log.output': 'file', ...wanted.settings }
  const profiled =
    wanted.profile === undefined
      ? []
      : ['--cpu-prof', '--cpu-prof-dir', wanted.profile, '--enable-source-maps']
  const begin = (addresses: readonly string[]) => {
    const own = [fileURLToPath(import.meta.url), JSON.stringify({ ...wanted, addresses, settings })]
    return nodeProcess(['--expose-gc', ...profiled, ...own])
  }
  const start = async (addresses: readonly string[]) => {
    const child = begin(addresses)
    return { child, port: await portFrom(child) }
  }
  let running = await start(wanted.addresses)
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (running.child.exitCode !== null || running.child.signalCode !== null) return
    const ended = once(running.child, 'close')
    running.child.kill(signal)
    await ended
  }
  return {
    get child() {
      return running.child
    },
    get port() {
      return running.port
    },
    dataFolder,
    async restart({ signal, startsKilledAfterMs = [] } = {}) {
      await end(signal)
      for (const ms of startsKilledAfterMs) {
        const child = begin([])
        const ended = once(child, 'close')
        child.stdout.resume()
        await sleep(ms)
        child.kill('SIGKILL')
        await ended
      }
      running = await start([])
    },
    halt: () => end(),
    async stop() {
      await end()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The port that a service in a process of its own says when it listens. */
export async function portFrom(child: ChildProcess): Promise<number> {
  let said = ''
  for await (const chunk of child.stdout!) {
    said += chunk
    if (said.endsWith('\n')) return Number(said)
  }
  throw new Error('The service did not start')
}

async function makeMailboxes(admin: ReturnType<typeof inProcessClient>, addresses: readonly string[]) {
  const { OrganizationId } = await admin.call('CreateOrganization', { Alias: 'corp' })
  const call = (operation: string, input: Record<string, string>) =>
    admin.call(operation, { OrganizationId: OrganizationId!, ...input })
  for (const address of addresses) {
    const [name] = address.split('@') as [string]
    const { UserId } = await call('CreateUser', { Name: name, DisplayName: name, Password: PASSWORD })
    await call('RegisterToWorkMail', { EntityId: String(UserId), Email: address })
  }
}

/** Makes mailboxes if any are wanted, says the port, ends at SIGTERM. */
async function serve({ addresses, listener, settings }: Wanted): Promise<void> {
  const service = await startService(loadConfig({ environment: {}, options: settings ?? {} }))
  if (addresses.length > 0) await makeMailboxes(inProcessClient(service.data.answer), addresses)
  process.on('SIGUSR2', () => globalThis.gc?.())
  process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)))
  const { address } = service.listeners.find(({ name }) => name === listener)!
  process.stdout.write(`${address.split(':').at(-1)!}\n`)
}

type Filling = { count: number; together: number; messageOf: (no: number) => Buffer }

/** Puts `count` messages into an inbox, `together` at a time. */
export const fillInbox = (store: Store, at: MailboxRef, filling: Filling): Promise<void> =>
  fill(store, at, filling, 0)

/** The same, dealt out to the inbox and `folders` new ones beside it. */
export async function fill(
  store: Store,
  at: MailboxRef,
  { count, together, messageOf }: Filling,
  folders: number,
): Promise<void> {
  const [inbox, root] = await Promise.all(
    (['inbox', 'msgfolderroot'] as const).map((distinguished) =>
      store.mailboxes.findFolder(at, { distinguished }),
    ),
  )
  const made = await store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    async ({ mailboxes }) => {
      const numbers = [inbox!.no]
      for (let no = 1; no <= folders; no++)
        numbers.push(
          (await mailboxes.createFolder(at, { parent: root!.no, name: `Folder ${no}`, class: 'message' })).no,
        )
      return numbers
    },
  )
  for (let from = 0; from < count; from += together)
    await Promise.all(
      Array.from({ length: Math.min(together, count - from) }, (_, next) => {
        const no = from + next
        const text = messageOf(no)
        const source = async function* () {
          yield text
        }
        return addMessage(store, at, {
          folder: made[no % made.length]!,
          source: source(),
          sizeBytes: text.length,
        })
      }),
    )
}

if (import.meta.main) await serve(JSON.parse(process.argv[2]!))
