import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import { oneTimePassword } from '../one-time-password.ts'
import { bothSides } from './acts/both-sides.ts'
import { joined } from './acts/joined.ts'
import { mail } from './acts/mail.ts'
import { meeting } from './acts/meeting.ts'
import { moved } from './acts/moved.ts'
import { planFolder, planned } from './acts/planned.ts'
import { reportFile, settled } from './acts/settled.ts'
import { companyFiles, readCompany } from './company.ts'
import { addressOf, cast, type Scene } from './scene.ts'
import { choosePorts, ServiceProcess } from './service-process.ts'
import { Stage, type Voice } from './stage.ts'

/** Lies in a folder of the demonstration: only such a folder is emptied. */
const MARK = '.landbridge-demonstration'

const acts = [bothSides, joined, mail, meeting, planned, moved, settled]

/**
 * The whole job on a company of 200 people: joined, both ways, moved in batches. Tells it to `voice`, then waits until `signal`
 * aborts. Refuses a folder that holds something else.
 */
export async function runDemonstration(given: string, voice: Voice, signal: AbortSignal): Promise<void> {
  const folder = await freshFolder(resolve(given))
  const [there, here] = [await choosePorts(), await choosePorts()]
  const common = {
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
  const exchange = new ServiceProcess('exchange', join(folder, 'exchange'), there, common)
  const landbridge = new ServiceProcess('landbridge', join(folder, 'landbridge'), here, {
    ...common,
    'exchange.host': '127.0.0.1',
    'exchange.port': there['smtp.mxPort'],
    'exchange.tls': 'never',
  })
  const stage = new Stage(voice, acts.length)
  const password = oneTimePassword()
  const directory = join(folder, 'directory.ldf')
  await copyFile(companyFiles.directory, directory)
  const company = await readCompany()
  const scene: Scene = {
    stage,
    signal,
    folder,
    company,
    directory,
    exchange,
    landbridge,
    password,
    tokens: {},
  }
  try {
    for (const act of acts) await act(scene)
    await farewell(scene)
  } finally {
    await Promise.all([exchange.stop(), landbridge.stop()])
  }
}

async function freshFolder(folder: string): Promise<string> {
  if (existsSync(folder)) {
    const names = await readdir(folder)
    if (names.length > 0 && !names.includes(MARK))
      throw new Refusal(
        'invalid-parameter',
        `${folder} holds something that is not of a demonstration. Name another folder with --data.`,
      )
    await rm(folder, { recursive: true, force: true })
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(
    join(folder, MARK),
    'Made by landbridge demo, which empties this folder when it is run again.\n',
  )
  return folder
}

/** How long each part took, and where everything is; then it stays up. */
async function farewell({
  stage,
  landbridge,
  exchange,
  folder,
  password,
  tokens,
  signal,
}: Scene): Promise<void> {
  const total = stage.told.reduce((sum, { seconds }) => sum + seconds, 0)
  const line = (name: string, text: string) => stage.say(`${name.padEnd(20)}${text}`)
  stage.say('')
  for (const { title, seconds } of stage.told) stage.say(`${seconds.toFixed(1).padStart(7)} s  ${title}`)
  stage.say(`${total.toFixed(1).padStart(7)} s  altogether\n`)
  for (const { name, ports, certificateFile } of [landbridge, exchange]) {
    stage.say(`${name} (certificate ${certificateFile}):`)
    line('  IMAP', `imaps://localhost:${ports['imap.tlsPort']}`)
    line('  SMTP', `smtps://localhost:${ports['smtp.submissionsPort']}`)
    line('  EWS', `https://localhost:${ports['web.port']}/EWS/Exchange.asmx`)
    line('  Autodiscover', `https://localhost:${ports['web.port']}/autodiscover/autodiscover.xml`)
    line('  metrics', `http://127.0.0.1:${ports['health.port']}/metrics`)
  }
  stage.say('')
  line('Sign in as', `${addressOf(cast.settled)} with the password ${password}`)
  for (const [alias, token] of Object.entries(tokens)) line('', `${addressOf(alias)} with the token ${token}`)
  line('The plan', join(planFolder(folder), 'plan.html'))
  line('The report', reportFile(folder))
  line('Look around', `landbridge status --data ${landbridge.folder}`)
  stage.say('Stop it with Ctrl-C.')
  if (!signal.aborted) await once(signal, 'abort')
}
