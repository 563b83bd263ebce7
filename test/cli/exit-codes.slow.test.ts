import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Command } from 'commander'
import { Cli } from '#src/cli/cli.ts'
import { program } from '#src/cli/program.ts'
import { commandLine, ownIo } from './command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-exit-codes-'))
after(() => rmSync(folder, { recursive: true }))
const data = join(folder, 'data')
const table = join(folder, 'table.csv')
const none = join(folder, 'none')
const run = (args: readonly string[]) => commandLine([...args, '--data', data], { stdin: 'open-Lettuce-1\n' })

before(async () => {
  writeFileSync(table, 'x\n')
  for (const words of [
    'init --org acme',
    'user add anna',
    'user add ben',
    'group add team',
    'group add inner',
    'group join team inner',
    'resource add room1 --type room',
    'contact add paula paula@partner.example',
    'gateway add relay --host relay.example',
    'impersonation add role --allow anna',
    'migrate create move',
    'migrate source move old --url https://exchange.acme.test/EWS/Exchange.asmx --user svc --password-stdin',
    'migrate add move anna@acme.test --batch 1',
  ]) {
    const { exitCode, stderr } = await run(words.split(' '))
    assert.equal(exitCode, 0, `${words}: ${stderr}`)
  }
})

const ews = ['--ews', 'https://mail.corp.example/EWS/Exchange.asmx', '--user', 'u', '--password-stdin']
const bound = ['corp.example', '--bind', 'svc', '--password-stdin']
const plan = ['--mailboxes', table, '--cap', '5', '--out', join(folder, 'plan')]
const long = (count: number) => 'x'.repeat(count)

/** Of each command (its path, then words that fit): options with a value that cannot be theirs, whatever the service holds. */
const wrong: [path: string, fitting: readonly string[], options: Readonly<Record<string, string>>][] = [
  ['org create', ['other', '--key-provider', 'local'], {}],
  ['user list', [], { '--state': 'GONE', '--org': '' }],
  [
    'user add',
    ['zoe'],
    {
      '--email': 'nonsense',
      '--display-name': long(300),
      '--department': long(300),
      '--attribute': '16=x',
      '--photo': none,
      '--certificate': table,
    },
  ],
  [
    'user set',
    ['anna'],
    { '--notes': long(1_100), '--attribute': 'x', '--photo': table, '--certificate': none },
  ],
  ['group add', ['other'], { '--email': 'nonsense' }],
  ['resource add', ['room2', '--type', 'room'], { '--email': 'nonsense', '--description': long(80) }],
  ['resource add', ['room2'], { '--type': 'castle' }],
  [
    'resource set',
    ['room1'],
    {
      '--name': long(30),
      '--type': 'castle',
      '--description': long(80),
      '--auto-accept': 'maybe',
      '--decline-recurring': 'maybe',
      '--decline-conflicting': 'maybe',
    },
  ],
  ['contact add', ['zoe', 'zoe@partner.example'], { '--target': 'nonsense', '--photo': table }],
  ['contact set', ['paula'], { '--email': 'nonsense', '--target': 'nonsense', '--certificate': table }],
  [
    'gal connect',
    bound,
    {
      '--controller': 'a b',
      '--base': 'nonsense',
      '--netbios': long(40),
      '--address-list': 'nonsense',
      '--certificate-name': 'a b',
      '--ca': none,
    },
  ],
  ['gal connect', [], { '--ldif': none }],
  ['gal diff', [], { '--only': 'castles' }],
  ['gal search', ['anna'], { '--limit': '101' }],
  ['alias add', ['anna'], { '--x500': 'nonsense', '--sip': 'non sense' }],
  ['alias remove', ['anna'], {}],
  ['token create', ['anna', 'phone'], { '--days': '0', '--scope': 'castle' }],
  ['gateway add', ['other'], { '--host': 'a b' }],
  [
    'gateway add',
    ['other', '--host', 'h.example'],
    { '--port': '65536', '--tls': 'castle', '--for': 'a b', '--authorities': table },
  ],
  ['gateway set', ['relay'], { '--host': 'a b', '--port': '0', '--tls': 'castle', '--for': 'a b' }],
  ['gateway set', ['relay'], { '--authorities': none }],
  ['gateway test', ['relay'], { '--sender': 'non sense', '--recipient': 'non sense' }],
  ['availability add', ['corp.example', ...ews], { '--min-tls': '9', '--authorities': none }],
  ['availability add', ['corp.example', '--user', 'u', '--password-stdin'], { '--ews': 'nonsense' }],
  ['availability add', ['corp.example'], { '--function': 'nonsense', '--lambda': 'nonsense' }],
  ['availability query', ['ann@corp.example'], { '--days': '63', '--from': 'x', '--zone': 'Mars' }],
  ['impersonation add', ['other'], { '--description': long(300) }],
  ['impersonation update', ['role'], { '--description': long(300), '--name': '<x>' }],
  ['trace', [], { '--id': 'nonsense', '--since': 'x', '--until': 'x' }],
  ['key create-access', [], { '--description': long(300) }],
  [
    'interop check mail',
    ['--domain', 'acme.test'],
    { '--recipient': 'nonsense', '--routing-domain': 'a b', '--domain': 'a b' },
  ],
  ['interop check availability', [], { '--routing-domain': 'a b' }],
  ['migrate create', ['other', '--url', 'https://x.example/'], { '--kind': 'castle', '--option': 'x' }],
  ['migrate create', ['other'], { '--plan': none, '--url': 'nonsense', '--min-tls': '9' }],
  [
    'migrate source',
    ['move', 'old'],
    { '--kind': 'castle', '--url': 'nonsense', '--option': 'castle=1', '--ca': none, '--min-tls': '9' },
  ],
  ['migrate add', ['move', 'ben@acme.test'], { '--batch': '0' }],
  ['migrate add', ['move', 'ben@acme.test', '--batch', '1'], { '--database': '' }],
  [
    'migrate announce',
    ['move', '1', '--yes', '--from', '2100-01-12T20:00'],
    { '--until': '2100-01-12T19:00', '--subject': long(300), '--text': none },
  ],
  ['migrate announce', ['move', '1', '--yes'], { '--from': '2020-01-01T00:00' }],
  [
    'migrate settings',
    ['move'],
    {
      '--window': '25:00-26:00',
      '--cap': 'old=0',
      '--speed': 'old=x',
      '--calls': 'old=0',
      '--lanes': '0',
      '--source-lanes': 'old=0',
      '--per-database': '0',
      '--total-speed': '0',
      '--largest-mb': '0',
      '--deletes': 'maybe',
      '--space-margin': '-1',
      '--delta-minutes': '0',
      '--verification': '4',
      '--rollback-days': '367',
      '--late-hours': '6,1.5',
      '--report-hours': '0',
      '--alert-mail': 'nonsense',
      '--alert-webhook': 'nonsense',
    },
  ],
  [
    'migrate settings',
    ['move', '--window', '22:00-06:00'],
    { '--zone': 'Mars', '--days': 'xxx', '--whole-days': 'xxx', '--holidays': 'x' },
  ],
  ['migrate run', ['move', '1'], { '--by': '' }],
  ['migrate run', ['move'], { '--wave': '' }],
  [
    'migrate wave',
    ['move', 'Berlin'],
    {
      ...{ '--batches': 'x', '--rename': ' ', '--before': 'Berlin', '--responsible': 'a@' },
      ...{ '--start-after': 'x', '--complete-after': '2020-01-01T00:00', '--priority': '0' },
    },
  ],
  ['migrate wave', ['move', 'Berlin'], { '--deletes': 'maybe', '--largest-mb': '0', '--window': 'x' }],
  ['migrate wave', ['move', 'Berlin'], { '--attempts': '21', '--verification': '4' }],
  ['migrate late', ['move'], { '--wave': '' }],
  ['migrate batch', ['move', '1'], { '--deletes': 'maybe', '--largest-mb': '0' }],
  ['migrate batch', ['move', '1'], { '--attempts': '21', '--verification': '4', '--window': 'x' }],
  [
    'migrate batch',
    ['move', '1', '--window', '22:00-06:00'],
    { '--zone': 'Mars', '--days': 'xxx', '--whole-days': 'xxx', '--holidays': 'x' },
  ],
  [
    'migrate mailbox',
    ['move', 'anna@acme.test'],
    {
      '--deletes': 'maybe',
      '--largest-mb': '0',
      '--attempts': '0',
      '--verification': '0',
      '--priority': '10',
      '--start-after': 'x',
    },
  ],
  ['migrate cutover', ['move', '1', '--yes'], { '--at': 'x', '--failing': 'castle' }],
  ['migrate report', ['move'], { '--batch': 'x' }],
  [
    'migrate plan',
    plan,
    {
      '--mailboxes': none,
      '--permissions': none,
      '--ask': none,
      '--groups': none,
      '--ca': none,
      '--announced': none,
      '--rules': none,
      '--cap': '0',
      '--cap-gb': 'x',
      '--cap-server': 'x',
      '--from': 'x',
      '--until': 'x',
      '--days': 'xxx',
      '--holidays': 'x',
      '--hours': 'x',
      '--zone': 'Mars',
      '--per-window': '0',
      '--shared': 'castle',
      '--unbroken': 'castle',
      '--keep-whole': 'castle',
      '--largest-group': 'x',
      '--pilot': '6',
      '--pilot-pause': 'x',
      '--vip-not-before': 'x',
      '--objective': 'castle',
      '--spare-batches': 'x',
      '--today': 'x',
      '--loyalty': 'x',
      '--seed': 'x',
    },
  ],
  ['demo', [], { '--smarthost': '65536', '--directory': 'http://x' }],
]

for (const [path, fitting, options] of wrong) {
  for (const [option, value] of Object.entries(options)) {
    test(`${path} ${option} ${value.slice(0, 20)} is written wrongly: exit code 2`, async () => {
      const { exitCode, stderr } = await run([...path.split(' '), ...fitting, option, value])
      assert.equal(exitCode, 2, stderr)
      assert.match(stderr, /^landbridge: \S[^\n]*\.$/m)
    })
  }
}

const words: readonly (readonly string[])[] = [
  ['org', 'create', 'no good'],
  ['org', 'show', ''],
  ['org', 'dmarc', 'maybe'],
  ['org', 'interop', 'maybe'],
  ['org', 'tag', '=x'],
  ['org', 'tag', `a=${long(300)}`],
  ['domain', 'add', 'nodot'],
  ['domain', 'show', 'a b'],
  ['domain', 'mail-from', 'set', 'acme.test', 'a b'],
  ['user', 'add', 'no good'],
  ['user', 'quota', 'anna', '99999'],
  ['user', 'quota', 'anna', '0'],
  ['user', 'quota', 'anna', 'many'],
  ['user', 'enable', 'anna', 'nonsense'],
  ['group', 'add', long(300)],
  ['contact', 'add', 'zoe', 'nonsense'],
  ['gal', 'approve', 'x'],
  ['alias', 'add', 'anna', 'nonsense'],
  ['alias', 'primary', 'anna', 'nonsense'],
  ['permission', 'set', 'anna', 'ben', 'castle'],
  ['permission', 'folder', 'set', 'anna', 'inbox', 'ben', 'castle'],
  ['queue', 'show', 'nonsense'],
  ['queue', 'retry', 'nonsense'],
  ['queue', 'cancel', 'nonsense', '--yes'],
  ['migrate', 'create', '../move'],
  ['migrate', 'run', 'move', 'x'],
  ['migrate', 'add', 'move', 'nonsense', '--batch', '2'],
  ['migrate', 'announce', 'move', '1', '--yes'],
  ['backup', ''],
  ['restore', ''],
]

for (const args of words) {
  test(`"${args.join(' ').slice(0, 50)}" is written wrongly: exit code 2`, async () => {
    const { exitCode, stderr } = await run(args)
    assert.equal(exitCode, 2, stderr)
  })
}

/** Written rightly, and refused for what the service holds. */
const state: readonly (readonly string[])[] = [
  ['init', '--org', 'other'],
  ['user', 'list', '--org', 'nobody'],
  ['org', 'show', 'nobody'],
  ['org', 'create', 'acme'],
  ['domain', 'show', 'none.example'],
  ['domain', 'remove', 'acme.test', '--yes'],
  ['user', 'add', 'anna'],
  ['user', 'add', 'zoe', '--email', 'zoe@none.example'],
  ['user', 'add', 'zoe', '--manager', 'nobody'],
  ['user', 'quota', 'nobody', '5'],
  ['user', 'delete', 'anna', '--yes'],
  ['group', 'join', 'inner', 'team'],
  ['group', 'join', 'team', 'team'],
  ['resource', 'set', 'room1', '--auto-accept', 'off'],
  ['gal', 'sync'],
  ['alias', 'add', 'anna', 'ben@acme.test'],
  ['permission', 'folder', 'set', 'anna', 'nowhere', 'ben', 'reviewer'],
  ['token', 'delete', 'none'],
  ['gateway', 'show', 'none'],
  ['interop', 'check', 'mail', '--domain', 'none.example'],
  ['interop', 'check', 'mail', '--domain', 'acme.test', '--resident', 'zoe@acme.test'],
  ['interop', 'check', 'mail', '--domain', 'acme.test', '--recipient', 'anna@acme.test'],
  ['migrate', 'run', 'move', '9'],
  ['migrate', 'status', 'none'],
  ['migrate', 'retry', 'move', '--mailbox', 'nobody@acme.test'],
  ['migrate', 'report', 'move', '--folders', 'nobody@acme.test'],
  ['migrate', 'freeze', 'move', '9', join(folder, 'freeze.ps1')],
  ['migrate', 'announce', 'move', '9', '--yes', '--from', '2100-01-12T20:00Z'],
  ['backup', data],
  ['restore', none],
]

for (const args of state) {
  test(`"${args.join(' ').replaceAll(folder, '')}" is refused by state: exit code 1`, async () => {
    const { exitCode, stderr } = await run(args)
    assert.equal(exitCode, 1, stderr)
  })
}

/** Texts without a form of their own, names of what the service holds, files that are made, and settings (exit code 78). */
const free =
  /^--(org|domain|set|admin-port|health-port|hostname|prefix|manager|assistant|bind|user|note|account|owner|source|as|allow|deny|by|script|kept|out|html|csv|items-csv|batches-csv|items|folders|mailbox|recipient|resident|message-id|sender|mail-ports|key-provider|ignore-grantee|first-name|last-name|initials|job-title|company|office|telephone|other-telephone|mobile|home-phone|fax|street|city|region|zip-code|country|website|phonetic-first-name|phonetic-last-name|phonetic-display-name)$/

test('every option that takes a value is in this table, or takes any text', () => {
  const tried = new Set(wrong.flatMap(([, , options]) => Object.keys(options)))
  const left = new Set<string>()
  const look = (command: Command): void => {
    for (const { long, required, optional } of command.options)
      if ((required || optional) && long && !tried.has(long) && !free.test(long)) left.add(long)
    for (const each of command.commands) look(each)
  }
  for (const command of program(new Cli(ownIo)).commands) look(command)
  assert.deepEqual([...left].sort(), [])
})

test('an init whose words cannot be used makes nothing', async () => {
  for (const given of [
    ['--org', ''],
    ['--org', 'no good'],
    ['--org', 'acme', '--domain', 'a b'],
    ['--org', 'acme', '--domain', 'nodot'],
    ['--org', 'acme', '--domain', 'Acme.test'],
    ['--org', 'acme', '--domain', 'a.example', '--domain', 'A.example'],
    ['--org', 'acme', ...['a', 'b', 'c', 'd', 'e', 'f'].flatMap((name) => ['--domain', `${name}.example`])],
    ['--org', 'acme', '--set', 'log.level=loud'],
  ]) {
    const made = join(folder, 'deep', 'made')
    const { exitCode } = await commandLine(['init', ...given, '--admin-port', '9443', '--data', made])
    assert.equal(exitCode, given.includes('--set') ? 78 : 2, given.join(' '))
    assert.equal(existsSync(join(folder, 'deep')), false, given.join(' '))
  }
})
