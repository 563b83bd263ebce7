import { readFileSync, writeFileSync } from 'node:fs'
import pino from 'pino'
import type { IntakeRole } from '#src/domain/delivery/intake.ts'
import type { SmtpSessionOptions } from '#src/protocols/smtp/conversation.ts'
import type { SmtpLimits } from '#src/protocols/smtp/limits.ts'
import { SmtpSession } from '#src/protocols/smtp/session.ts'
import { unescaped } from '#test/support/unescaped.ts'
import { MemoryPeer } from './memory-peer.ts'
import { type Script, ScriptedIntake, scriptedAuthenticator } from './scripted-intake.ts'

/** A transcript read: its settings, and what the client sends, one group between two silences. */
export type Transcript = {
  path: string
  /** Lines as they stand, answers left out. */
  source: readonly string[]
  groups: readonly Buffer[]
  settings: Settings
  expected: string
}

type Settings = {
  role: IntakeRole
  tls: boolean
  startTls: boolean
  once: boolean
  newlines: 'refuse' | 'normalize'
  requireTls: boolean
  limits: Partial<SmtpLimits>
  script: Script[]
}

export const silentLog = pino({ level: 'silent' })

/** Reads the format that fixtures/smtp/README.md describes. */
export function readTranscript(path: string): Transcript {
  const text = readFileSync(path, 'utf8')
  const settings: Settings = {
    role: 'mx',
    tls: false,
    startTls: false,
    once: false,
    newlines: 'refuse',
    requireTls: false,
    limits: {},
    script: [],
  }
  const source: string[] = []
  const groups: Buffer[] = []
  let open = false
  for (const line of text.trimEnd().split('\n')) {
    const said = /^(S: |I: |-- closed)/.test(line)
    if (!said) source.push(line)
    if (line.startsWith('! ')) set(settings, line.slice(2).split(' '))
    const octets = line.startsWith('C: ')
      ? Buffer.from(`${line.slice(3)}\r\n`)
      : line.startsWith('C> ')
        ? unescaped(line.slice(3))
        : undefined
    if (octets === undefined) {
      if (said || line.startsWith('-- pause')) open = false
    } else if (open) groups.push(Buffer.concat([groups.pop()!, octets]))
    else {
      groups.push(octets)
      open = true
    }
  }
  return { path, source, groups, settings, expected: text }
}

function set(settings: Settings, [name, ...words]: string[]): void {
  if (name === 'role') settings.role = words[0] as IntakeRole
  else if (name === 'tls') settings.tls = true
  else if (name === 'offer-tls') settings.startTls = true
  else if (name === 'offer-requiretls') settings.requireTls = true
  else if (name === 'once') settings.once = true
  else if (name === 'newlines') settings.newlines = words[0] as 'refuse'
  else if (name === 'limit') Object.assign(settings.limits, { [words[0]!]: Number(words[1]) })
  else if (name === 'intake')
    settings.script.push({ call: words[0]!, argument: words[1]!, outcome: words[2]! })
  else throw new Error(`a transcript has no setting ${name}`)
}

export function optionsFor(settings: Partial<Settings>, intake: ScriptedIntake): SmtpSessionOptions {
  const tls = { protocol: 'TLSv1.3', cipher: 'none' }
  return {
    role: settings.role ?? 'mx',
    hostName: 'mx.corp.example',
    clientAddress: '192.0.2.1',
    ...(settings.tls && { tls }),
    ...(settings.startTls && { startTls: async (stream) => ({ stream, tls }) }),
    intake,
    authenticator: scriptedAuthenticator,
    newlines: settings.newlines ?? 'refuse',
    requireTls: settings.requireTls ?? false,
    limits: { tarpitMs: 0, lingerMs: 5, ...settings.limits },
    now: Date.now,
    log: silentLog,
  }
}

/** The dialogue that comes of it, one text per group and the greeting's first; `cut` says in which pieces octets come. */
export async function play(
  { groups, settings }: Transcript,
  cut: (octets: Buffer) => Iterable<Buffer> = (octets) => [octets],
): Promise<string[]> {
  const intake = new ScriptedIntake(settings.script)
  const peer = new MemoryPeer()
  const running = new SmtpSession(peer.stream, optionsFor(settings, intake)).run()
  const answers: string[] = []
  let noted = 0
  const collect = () => {
    const calls = intake.calls.slice(noted).map((call) => `I: ${call}\n`)
    noted = intake.calls.length
    const lines = peer.taken().split('\r\n').slice(0, -1)
    const said = lines.map((line) => `S: ${line}\n`).join('')
    const closed = peer.ended && !answers.some((answer) => answer.includes('-- closed')) ? '-- closed\n' : ''
    answers.push(calls.join('') + said + closed)
  }
  await peer.settle()
  collect()
  for (const group of groups) {
    for (const piece of cut(group)) {
      peer.send(piece)
      await peer.settle(1)
    }
    await peer.settle()
    collect()
  }
  peer.hangUp()
  await running
  collect()
  return answers
}

/** The transcript with these answers in their places. */
export function written({ source }: Transcript, answers: readonly string[]): string {
  let out = ''
  let next = 0
  let group = false
  let greeted = false
  const flush = () => {
    out += answers[next++] ?? ''
    group = false
  }
  for (const line of source) {
    const fromClient = /^C[:>] /.test(line)
    if (fromClient && !greeted) {
      flush()
      greeted = true
    }
    if (fromClient) group = true
    else if (group) flush()
    out += `${line}\n`
  }
  if (group) flush()
  return `${(out + answers.slice(next).join('')).trimEnd()}\n`
}

export function rewrite(transcript: Transcript, text: string): void {
  writeFileSync(transcript.path, text)
}
