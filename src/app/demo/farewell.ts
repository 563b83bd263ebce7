import { once } from 'node:events'
import { join } from 'node:path'
import { planFolder } from './acts/planned.ts'
import { reportFile } from './acts/settled.ts'
import { commandLine } from './command-line.ts'
import { addressOf, cast, type Scene } from './scene.ts'

/** How long each part took, and where everything is; then it stays up until the signal of the scene aborts. */
export async function farewell(scene: Scene): Promise<void> {
  const { stage, landbridge, exchange, folder, password, tokens, signal } = scene
  const total = stage.told.reduce((sum, { seconds }) => sum + seconds, 0)
  const line = (name: string, text: string) => stage.say(`${name.padEnd(20)}${text}`)
  stage.say('')
  for (const { title, seconds } of stage.told) stage.say(`${seconds.toFixed(1).padStart(7)} s  ${title}`)
  stage.say(`${total.toFixed(1).padStart(7)} s  altogether\n`)
  for (const { name, ports, certificateFile, settingsFile } of [landbridge, exchange]) {
    stage.say(`${name} (certificate ${certificateFile}):`)
    line('  IMAP', `imaps://localhost:${ports['imap.tlsPort']}`)
    line('  SMTP', `smtps://localhost:${ports['smtp.submissionsPort']}`)
    line('  EWS', `https://localhost:${ports['web.port']}/EWS/Exchange.asmx`)
    line('  Autodiscover', `https://localhost:${ports['web.port']}/autodiscover/autodiscover.xml`)
    line('  metrics', `http://127.0.0.1:${ports['health.port']}/metrics`)
    line('  serve it again', commandLine(['serve', '--config', settingsFile]))
  }
  stage.say('')
  const hasToken = new Set(Object.keys(tokens))
  const people = [
    [landbridge.name, cast.settled],
    [landbridge.name, cast.head],
    [landbridge.name, cast.assistant],
  ] as const
  const programs = [
    [landbridge.name, cast.availabilityHere],
    [exchange.name, cast.availabilityThere],
    [exchange.name, cast.migration],
  ] as const
  stage.say('Sign in as')
  for (const [where, alias] of people)
    stage.say(
      `  ${where.padEnd(12)}${addressOf(alias).padEnd(34)}${hasToken.has(alias) ? `token ${tokens[alias]}` : `password ${password}`}`,
    )
  stage.say('Programs sign in as (for EWS alone, not for IMAP)')
  for (const [where, alias] of programs)
    stage.say(`  ${where.padEnd(12)}${addressOf(alias).padEnd(34)}password ${password}`)
  stage.say('')
  line('The plan', join(planFolder(folder), 'plan.html'))
  line('The report', reportFile(folder))
  line('Look around', commandLine(['status', '--data', landbridge.folder]))
  stage.say('Stop it with Ctrl-C.')
  if (!signal.aborted) await once(signal, 'abort')
}
