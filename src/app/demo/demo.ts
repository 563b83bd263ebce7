import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '#src/config/settings.ts'
import { oneTimePassword } from '../one-time-password.ts'
import { bothSides } from './acts/both-sides.ts'
import { joined } from './acts/joined.ts'
import { mail } from './acts/mail.ts'
import { meeting } from './acts/meeting.ts'
import { moved } from './acts/moved.ts'
import { planned } from './acts/planned.ts'
import { settled } from './acts/settled.ts'
import { readCompany } from './company.ts'
import type { Counterpart } from './counterpart.ts'
import type { DemoFault } from './demo-fault.ts'
import { takeFolder } from './demonstration-folder.ts'
import { activeDirectory } from './directory/active-directory.ts'
import { ldifDirectory } from './directory/ldif-directory.ts'
import { farewell } from './farewell.ts'
import type { Scene } from './scene.ts'
import { choosePorts, type Ports, ServiceProcess } from './service-process.ts'
import { requireSmartHost } from './smart-host.ts'
import { Stage, type Voice } from './stage.ts'

const FALLEN_MS = 600
const acts = [bothSides, joined, mail, meeting, planned, moved, settled]

/**
 * The whole job on a company of 200 people: joined, both ways, moved in batches. Tells it to `voice`, then waits until `signal`
 * aborts. Refuses a folder that holds something else; DemoFault for what did not come as it should, and when a process of it ends.
 */
export async function runDemonstration(
  given: string,
  voice: Voice,
  signal: AbortSignal,
  counterpart: Counterpart = {},
): Promise<void> {
  const folder = resolve(given)
  if (counterpart.smartHost !== undefined) await requireSmartHost(counterpart.smartHost)
  const lock = await takeFolder(folder)
  try {
    await runIn(folder, voice, signal, counterpart)
  } finally {
    lock.release()
  }
}

async function runIn(
  folder: string,
  voice: Voice,
  stopped: AbortSignal,
  { directory: place, smartHost }: Counterpart,
): Promise<void> {
  const fallen = new AbortController()
  const signal = AbortSignal.any([stopped, fallen.signal])
  const fell = (fault: DemoFault) => fallen.abort(fault)
  const [there, here] = (await choosePorts(2)) as [Ports, Ports]
  const side = (name: string, ports: Ports, settings: Partial<Config>) =>
    new ServiceProcess({ name, folder: join(folder, name), ports, settings, signal, fell })
  const exchange = side('exchange', takingMailAt(there, smartHost?.exchangePort), {
    ...common,
    // Each side takes its own name for a loop (exchange-interop 4.3).
    'service.hostname': 'exchange.corp.example',
  })
  const landbridge = side('landbridge', takingMailAt(here, smartHost?.landbridgePort), {
    ...common,
    'exchange.host': '127.0.0.1',
    'exchange.port': smartHost?.port ?? exchange.ports['smtp.mxPort'],
    'exchange.tls': smartHost === undefined ? 'never' : 'opportunistic',
  })
  const company = await readCompany()
  const directory =
    place === undefined ? ldifDirectory(join(folder, 'directory.ldf')) : await activeDirectory(place, signal)
  const scene: Scene = {
    stage: new Stage(voice, acts.length),
    signal,
    folder,
    company,
    directory,
    smartHost: smartHost?.port,
    exchange,
    landbridge,
    password: oneTimePassword(),
    tokens: {},
  }
  try {
    for (const act of acts) await act(scene)
    await farewell(scene)
    fallen.signal.throwIfAborted()
  } catch (error) {
    // A process that has ended is known a moment later than what that broke.
    if (!signal.aborted) await pause(FALLEN_MS, undefined, { signal }).catch(() => undefined)
    throw fallen.signal.aborted ? fallen.signal.reason : error
  } finally {
    await Promise.all([exchange.stop(), landbridge.stop(), directory.close()])
  }
}

const common: Partial<Config> = {
  'service.hostname': 'localhost',
  'log.output': 'file',
  'availability.privateAddresses': 'yes',
  'outbound.privateAddresses': 'yes',
  'smtp.verifySenders': 'no',
  // Each trusts the other, as a receive connector that is externally secured does.
  'exchange.addresses': '127.0.0.1',
  // Nobody is asked: the demonstration needs no network.
  'dns.servers': '127.0.0.1:9',
}

const takingMailAt = (ports: Ports, port: number | undefined): Ports =>
  port === undefined ? ports : { ...ports, 'smtp.mxPort': port }
