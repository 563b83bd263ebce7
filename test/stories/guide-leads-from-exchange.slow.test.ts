/**
 * Every command of docs/guide/from-exchange.md, in its order, on a fresh service beside an Exchange full of people; then those of
 * the pages that are read while it runs.
 */
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { companyFiles, readCompany } from '#src/app/demo/company.ts'
import { ldifDirectory } from '#src/app/demo/directory/ldif-directory.ts'
import { sizesFile } from '#src/app/demo/mailbox-sizes.ts'
import { choosePorts, type Ports, ServiceProcess } from '#src/app/demo/service-process.ts'
import { makeStandIn } from '#src/app/demo/stand-in.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { formatSettings } from '#src/config/settings-file.ts'
import { commandLine, type Outcome } from '#test/cli/command-line.ts'
import { namedCommands } from '#test/house/guide-commands.ts'
import { startDnsServer, type ZoneEntry } from '#test/support/dns-server.ts'
import { landbridge } from './service-process.ts'

const pages = ['from-exchange', 'jobs-and-windows', 'reading-reports', 'operations']
const folder = mkdtempSync(join(tmpdir(), 'lb-guide-'))
const password = 'Never-in-a-guide-7'
const ended = new AbortController()
const dns = await startDnsServer({ 'mail.corp.example': { A: ['127.0.0.1'] } })
const [ports, exchangePorts] = (await choosePorts(2)) as [Ports, Ports]
const common: Partial<Config> = {
  'log.output': 'file',
  'availability.privateAddresses': 'yes',
  'outbound.privateAddresses': 'yes',
  'smtp.verifySenders': 'no',
  'exchange.addresses': '127.0.0.1',
  'dns.servers': dns.address,
}
const exchange = new ServiceProcess({
  name: 'exchange',
  folder: join(folder, 'exchange'),
  ports: exchangePorts,
  settings: { ...common, 'service.hostname': 'localhost' },
  signal: ended.signal,
  fell: (fault) => ended.abort(fault),
})
const data = join(folder, 'data')
const company = await readCompany()
const directory = ldifDirectory(join(folder, 'directory.ldf'))

let service: ReturnType<typeof landbridge> | undefined
after(async () => {
  ended.abort()
  await Promise.all([stopService(), exchange.stop(), dns.close()])
  rmSync(folder, { recursive: true, force: true })
})

const environment = {
  LANDBRIDGE_DATA: data,
  // In the place of an authority that both trust.
  NODE_EXTRA_CA_CERTS: join(folder, 'authorities.pem'),
}
/** In this process, which is in the folder that files of the guide lie in: of a hundred processes most is their start. */
const run = (words: readonly string[], stdin = ''): Promise<Outcome> =>
  commandLine(words, { stdin, environment })
/** On the other side. */
async function there(words: readonly string[], stdin = ''): Promise<void> {
  const { exitCode, stderr } = await run([...words, '--data', exchange.folder], stdin)
  assert.equal(exitCode, 0, stderr)
}

async function json<T>(...words: string[]): Promise<T> {
  const { exitCode, stdout, stderr } = await run([...words, '--json'])
  assert.equal(exitCode, 0, `${words.join(' ')}: ${stdout}${stderr}`)
  return JSON.parse(stdout) as T
}

async function startService(settings: Partial<Config> = {}): Promise<void> {
  const url = `https://localhost:${ports['web.port']}`
  const exchangeSide: Partial<Config> = {
    'exchange.host': '127.0.0.1',
    'exchange.port': exchange.ports['smtp.mxPort'],
    'exchange.tls': 'never',
  }
  writeFileSync(
    join(data, 'landbridge.yaml'),
    formatSettings({
      ...{ dataFolder: '.', 'service.hostname': 'mail.corp.example', 'web.url': url },
      ...{ ...ports, ...common, ...exchangeSide, ...settings },
    }),
    { mode: 0o600 },
  )
  service = landbridge(['serve'], { environment, cwd: folder })
  while (!service.said().includes('Stop it with Ctrl-C.')) {
    assert.equal(service.child.exitCode, null, service.said())
    await pause(50)
  }
}

/** Each side trusts what the other has signed for itself. Read when a process starts. */
function trustEachOther(): void {
  const files = [exchange.certificateFile, join(data, 'tls', 'self-signed.crt')]
  writeFileSync(environment.NODE_EXTRA_CA_CERTS, files.map((file) => readFileSync(file, 'utf8')).join('\n'))
}

async function stopService(): Promise<void> {
  service?.child.kill('SIGTERM')
  await service?.ended
}

/** Puts the records that the program asks for into the DNS. */
async function publish(domain: string, wanted: (type: string) => boolean = () => true): Promise<void> {
  const { Records } = await json<{ Records: { Type: string; Hostname: string; Value: string }[] }>(
    'domain',
    'show',
    domain,
  )
  for (const { Type, Hostname, Value } of Records.filter((record) => wanted(record.Type))) {
    const name = Hostname.replace(/\.$/, '').toLowerCase()
    dns.zone.set(name, { ...dns.zone.get(name), ...recordOf(Type, Value) })
  }
}

function recordOf(type: string, value: string): ZoneEntry {
  const words = value.split(' ').map((word) => word.replace(/\.$/, ''))
  if (type === 'MX') return { MX: [[Number(words[0]), words[1]!]] }
  if (type === 'CNAME') return { CNAME: words[0]! }
  if (type === 'SRV') return { SRV: [[Number(words[0]), Number(words[1]), Number(words[2]), words[3]!]] }
  assert.equal(type, 'TXT', value)
  return { TXT: [value] }
}

const anna = 'anna.mueller@corp.example'
const eve = 'max.mueller@corp.example'
/** What stands in the guide as an example, with what is there instead. */
const instead: Readonly<Record<string, string>> = {
  '/var/lib/landbridge': data,
  '/backup/2026-11-22': join(folder, 'backup'),
  '/backup/2026-11-22-keys': join(folder, 'backup-with-keys'),
  '/srv/mail': join(folder, 'restored'),
  'https://exchange.corp.example/EWS/Exchange.asmx': exchange.ewsUrl,
  'CORP\\svc': 'svc@corp.example',
  'CORP\\svc-migration': 'svc-migration@corp.example',
  'anna@corp.example': anna,
  'eve@corp.example': eve,
  'plan-2/plan.json': 'plan/plan.json',
  '…': 'mueller',
}

/** Named in passing: what they need stands where they are named again. */
const mentioned = new Set([
  ...['interop check', 'domain check', 'backup …', 'migrate …', 'migrate report', 'migrate status'],
  ...['migrate plan --out plan', 'migrate create --plan', 'migrate report MOVE --losses'],
  // test/peers/softhsm.test.ts types it
  'init --org acme --domain acme.example',
])

/** Commands that ask whether they are meant. */
const asking = new Set(['migrate cutover move 1', 'availability remove corp.example', 'org interop off'])

/** Commands that are another test's, by how they begin. */
const elsewhere: Readonly<Record<string, string>> = {
  'gal connect corp.example': 'test/peers/directory-sync-samba.slow.test.ts',
  'gal approve': 'test/stories/address-book-is-filled-by-hand.test.ts',
  'migrate create other': 'test/connectors/landbridge',
  'migrate source other': 'test/connectors/landbridge',
  'migrate add other': 'test/connectors/landbridge',
  'migrate run other': 'test/connectors/landbridge',
  'migrate create archive': 'test/connectors/pst/pst-source.slow.test.ts',
  'migrate source archive': 'test/connectors/pst/pst-source.slow.test.ts',
  'migrate add archive': 'test/connectors/pst/pst-source.slow.test.ts',
  'migrate run archive': 'test/connectors/pst/pst-source.slow.test.ts',
  'migrate cutover archive': 'test/connectors/pst/pst-source.slow.test.ts',
  'migrate announce move 1': 'test/cli/migrate-freeze.slow.test.ts',
  'migrate freeze move 1': 'test/cli/migrate-freeze.slow.test.ts',
  'migrate directory': 'test/peers/write-directory-samba.slow.test.ts',
  'key status --org acme': 'test/peers/softhsm.test.ts',
  'key rotate --org acme': 'test/peers/softhsm.test.ts',
  'key disable --org acme': 'test/peers/softhsm.test.ts',
  'org create acme --key-provider pkcs11': 'test/peers/softhsm.test.ts',
}

/** What the reader does before a command that begins so: the first time, the second, and so on. */
const before: Readonly<Record<string, (() => Promise<void>)[]>> = {
  'domain check corp.example': [
    () => publish('corp.example', (type) => type === 'TXT'),
    async () => {
      await publish('corp.example')
      await stopService()
      await startService({ 'exchange.mailExchanger': 'landbridge' })
    },
  ],
  'domain check lb.corp.example': [() => publish('lb.corp.example')],
  'gal sync --dry-run': [connectDirectory],
  'interop check mail': [makeSendConnector],
  'availability add': [() => serviceAccount('svc', 'availability')],
  'interop check availability': [setExchangePassword],
  'migrate plan --mailboxes': [exportTables],
  'gal sync': [async () => {}, async () => {}, disableMailboxes],
  'migrate create': [() => serviceAccount('svc-migration', 'impersonation')],
  'migrate cutover': [() => batchIs('synced')],
  'migrate report': [() => batchIs('done')],
}

/** What a command says, by how it begins: the first time, the second, and so on. */
const says: Readonly<Record<string, readonly RegExp[]>> = {
  'domain check corp.example': [
    /Ownership +VERIFIED[\s\S]*MISSING +MX/,
    /VERIFIED +MX[\s\S]*VERIFIED +CNAME/,
  ],
  'domain check lb.corp.example': [/Ownership +VERIFIED/],
  'gal sync': [/230 new, 5 changed/, /230 new, 5 changed \(mailbox here\)/, /5 changed \(mailbox here\)/],
  'gal status': [/206 user/],
  'gal why': [/It is in the address book/],
  'interop check mail': [/takes mail for max\.mueller@corp\.example/],
  'interop check availability': [/good +Autodiscover/],
  'availability query': [/# busy/],
  'migrate plan --mailboxes': [/214 mailboxes in \d batches/],
  'migrate run': [/Batch 1 is begun/],
  'migrate report': [/(?:.+moved and verified.*\n){5}/],
  'migrate script': [/Written, with \d+ steps/],
  'gal search': [/No/],
  'migrate report move --html': [/5 of 214 mailboxes have moved/],
  restore: [/./],
  check: [/All is well/],
  'queue list': [/Nothing waits/, /Nothing waits/],
}

async function connectDirectory(): Promise<void> {
  for (const { alias, address } of company.settled) {
    const { exitCode, stderr } = await run(['user', 'add', alias, '--email', address])
    assert.equal(exitCode, 0, stderr)
  }
  const { exitCode, stderr } = await run(['gal', 'connect', '--ldif', 'directory.ldf'])
  assert.equal(exitCode, 0, stderr)
}

async function makeSendConnector(): Promise<void> {
  const server = ['--host', '127.0.0.1', '--port', String(ports['smtp.mxPort']), '--tls', 'opportunistic']
  await there(['gateway', 'add', 'to-landbridge', ...server, '--for', 'lb.corp.example'])
  // Mail users for who is on Landbridge already.
  for (const { alias, address } of company.settled)
    await there(['contact', 'add', alias, address, '--target', `${alias}@lb.corp.example`])
}

async function serviceAccount(name: string, kind: 'availability' | 'impersonation'): Promise<void> {
  await there(['user', 'add', name, '--email', `${name}@corp.example`, '--password-stdin'], password)
  await there([kind, 'account', 'add', name])
}

/** `user add` has printed one; here it is that of everybody. */
async function setExchangePassword(): Promise<void> {
  const { exitCode, stderr } = await run(
    ['user', 'password', 'exchange-service', '--password-stdin'],
    password,
  )
  assert.equal(exitCode, 0, stderr)
}

type Row = { Address: string }

/** What the script of the batch does, as far as the directory shows it. */
async function disableMailboxes(): Promise<void> {
  const rows = await json<Row[]>('migrate', 'report', 'move', '--batch', '1')
  await directory.makeMailUsers(rows.map(({ Address }) => Address.split('@')[0]!))
}

/** The files of Exchange's administrator, by the names that the guide gives them. */
async function exportTables(): Promise<void> {
  const names = { 'folder-permissions.csv': 'folders.csv', 'calendar-processing.csv': 'rooms.csv' }
  for (const file of [companyFiles.mailboxes, ...companyFiles.permissions]) {
    const name = file.slice(file.lastIndexOf('/') + 1)
    copyFileSync(file, join(folder, (names as Record<string, string>)[name] ?? name))
  }
  // Nobody there has rights through a group.
  writeFileSync(join(folder, 'groups.csv'), 'Group,GroupName,Member\r\n')
}

type Status = { Batches: { Number: number; State: string }[] }

async function batchIs(state: string): Promise<void> {
  for (;;) {
    const { Batches } = await json<Status>('migrate', 'status', 'move')
    if (Batches[0]!.State === state) return
    ended.signal.throwIfAborted()
    await pause(200)
  }
}

/** How often something that begins so has come by now. */
const times = new Map<string, number>()

/** What belongs to a line, the how-manieth time it comes; nothing when that is not told. */
function dueNow<T>(table: Readonly<Record<string, readonly T[]>>, line: string, kind: string): T[] {
  const beginnings = Object.keys(table).filter((beginning) => line.startsWith(beginning))
  return beginnings.flatMap((beginning) => {
    const time = times.get(kind + beginning) ?? 0
    times.set(kind + beginning, time + 1)
    return table[beginning]!.slice(time, time + 1)
  })
}

test('the guide leads from Exchange to Landbridge', { timeout: 600_000 }, async () => {
  await exchange.furnish()
  await directory.fill(company, { aliases: [], password })
  const options = { dataFolder: exchange.folder }
  const { config } = loadConfig({ file: undefined, environment: {}, options, optionNames: {} })
  await makeStandIn(config, company, new Map(), {
    sizes: sizesFile(folder),
    progress: () => {},
    signal: ended.signal,
  })
  await exchange.start()
  const commands = pages.flatMap((page) => namedCommands(`docs/guide/${page}.md`, () => false))
  process.chdir(folder)
  for (const { place, words } of commands) await follow(place, words)
})

async function follow(place: string, words: readonly string[]): Promise<void> {
  const line = words.join(' ')
  if (mentioned.has(line) || Object.keys(elsewhere).some((beginning) => line.startsWith(beginning))) return
  for (const work of dueNow(before, line, 'before ')) await work()
  if (line === 'serve') {
    if (service !== undefined) return
    await startService()
    await stopService()
    trustEachOther()
    return startService()
  }
  const given = words.map((word) => instead[word] ?? word).filter((word) => word !== '--watch')
  const typed = () => run(asking.has(line) ? [...given, '--yes'] : given, password)
  let outcome = await typed()
  // A check waits seconds for an answer, which a machine that does much else may take longer to give.
  const again = line.startsWith('interop check') ? 2 : 0
  for (let more = 0; outcome.exitCode !== 0 && more < again; more++) outcome = await typed()
  const { exitCode, stdout, stderr } = outcome
  const told = `${place}: landbridge ${given.join(' ')}\n${stdout}${stderr}`
  assert.equal(exitCode, 0, told)
  for (const wanted of dueNow(says, line, 'says ')) assert.match(stdout + stderr, wanted, told)
}
