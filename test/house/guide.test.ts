/** The guide and README: every command they name is one that the program takes, every failure by name is in them. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import type { Command } from 'commander'
import { exitCodes } from '#src/app/exit-codes.ts'
import { Cli } from '#src/cli/cli.ts'
import { program } from '#src/cli/program.ts'
import { commandsOf, faultOf, namedCommands } from './guide-commands.ts'
import { read, root } from './tree.ts'

const nobody = { write: () => true }
const cli = new Cli({
  stdin: Readable.from([]),
  stdout: nobody,
  stderr: nobody,
  environment: {},
  signal: new AbortController().signal,
})
const landbridge = program(cli, { json: true })
const names = new Set(landbridge.commands.map((each) => each.name()))
const pages = ['README.md', ...readdirSync(`${root}/docs/guide`).map((name) => `docs/guide/${name}`)]

test('every command that the pages for people name is one that the program takes', () => {
  const named = pages.flatMap((page) => namedCommands(page, (word) => names.has(word)))
  assert.ok(named.length > 120, String(named.length))
  const faults = named.flatMap((each) => {
    const fault = faultOf(landbridge, each)
    return fault === undefined ? [] : [`${each.place}: ${fault}`]
  })
  assert.deepEqual(faults, [])
})

test('a command that is not there, and options and arguments that it does not take, are found', () => {
  for (const [line, fault] of [
    ['gal synchronise', /no command "gal synchronise"/],
    ['gal sync --slowly', /has no option --slowly/],
    ['user add', /needs 1 arguments, not 0/],
    ['status now', /takes 0 arguments, not 1/],
  ] as const)
    assert.match(faultOf(landbridge, { place: '', words: line.split(' '), whole: true })!, fault)
  assert.equal(
    faultOf(landbridge, { place: '', words: ['gal', 'sync', '--dry-run'], whole: true }),
    undefined,
  )
})

/** Every command with the text of its help. */
function* helps(command: Command, path: string): Generator<{ path: string; help: string }> {
  const before = cli.told.length
  command.outputHelp()
  yield { path, help: cli.told.slice(before) }
  const below = command.commands.filter((each) => each.name() !== 'help')
  for (const each of below) yield* helps(each, `${path} ${each.name()}`)
}

test('the help of every command has an example of it, and the program takes all of them', () => {
  const told = [...helps(landbridge, 'landbridge')]
  assert.ok(told.length > 160, String(told.length))
  for (const { path, help } of told) {
    const [, text] = /\nExamples:\n((?: {2}.*\n)+)/.exec(help) ?? []
    assert.ok(text, `${path} has no examples`)
    // What an example does may be said behind it.
    const lines = text.trimEnd().split('\n')
    const commands = lines.flatMap((line) => commandsOf(line.trim().replace(/ {2,}.*$/, ''), path))
    assert.ok(
      commands.some(({ words }) => `landbridge ${words.join(' ')} `.startsWith(`${path} `)),
      `${path}: none of its examples is of it`,
    )
    for (const each of commands)
      assert.equal(faultOf(landbridge, each), undefined, `${path}: ${each.words.join(' ')}`)
    assert.equal(path !== 'landbridge', help.includes('--json and --yes go with every command'), path)
  }
})

const failures = read('docs/guide/failures-by-name.md')
const namesUnder = (heading: string): string[] => {
  const section = failures.split(/^## /m).find((each) => each.startsWith(`${heading}\n`))
  assert.ok(section, heading)
  const cells = [...section.matchAll(/^\| (`[^|]+) \|/gm)].map(([, cell]) => cell!)
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
}

/** The members of a union of texts, or of a list `as const`, as they are written. */
function namesIn(file: string, name: string): string[] {
  const declared = new RegExp(`(?:type|const) ${name} =([\\s\\S]*?)(?:\\n\\n|\\n\\] as const)`).exec(
    read(file),
  )
  assert.ok(declared, `${name} in ${file}`)
  return [...declared[1]!.replaceAll(/\/\*\*.*?\*\//g, '').matchAll(/'([^']+)'/g)].map(([, each]) => each!)
}

/** Errors that end a command with a sentence of their own: those that `knownFailure` and the command line tell apart. */
const endings = () => {
  const told = read('src/app/failure.ts') + read('src/cli/main.ts')
  const found = [...told.matchAll(/instanceof ([A-Z]\w+)/g)].map(([, name]) => name!)
  return [...found, 'InternalFailure'].filter(
    (name) => !['Error', 'AdminFault', 'CommanderError'].includes(name),
  )
}

for (const [heading, names] of [
  ['Commands that do not succeed', endings],
  [
    'What the service refuses',
    () =>
      namesIn('src/protocols/admin/exceptions.ts', 'ExceptionName').filter(
        (name) => name !== 'InternalFailure',
      ),
  ],
  ['The address book', () => namesIn('src/domain/directory-sync/source.ts', 'SourceFailureKind')],
  ['Somebody is not let in', () => namesIn('src/domain/directory/login/authenticator.ts', 'LoginFailure')],
  [
    'When people are free',
    () => namesIn('src/domain/availability/free-busy-source.ts', 'FreeBusyFailureReason'),
  ],
  ['Migration', () => namesIn('src/domain/migration/source-failure.ts', 'failureKinds')],
  [
    'Other servers',
    () => [
      ...namesIn('src/clients/smtp/failure.ts', 'SmtpFailureKind'),
      ...namesIn('src/clients/imap/failure.ts', 'ImapFailureKind'),
      ...namesIn('src/clients/https/https-failure.ts', 'HttpsFailureKind'),
    ],
  ],
] as const)
  test(`failures by name: ${heading}`, () => {
    const known = [...new Set(names())].toSorted()
    assert.ok(known.length > 4, String(known))
    assert.deepEqual(namesUnder(heading).toSorted(), known)
  })

test('exit codes are all explained', () => {
  const codes = Object.values(exitCodes).filter((code) => code !== 0)
  const told = [...read('docs/guide/when-things-go-wrong.md').matchAll(/^\| (\d{1,3}) \|/gm)].map(
    ([, code]) => Number(code),
  )
  assert.deepEqual(
    told.toSorted((one, other) => one - other),
    codes.toSorted((one, other) => one - other),
  )
})
