import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Command } from 'commander'
import { Cli } from '#src/cli/cli.ts'
import { program } from '#src/cli/program.ts'
import { settingNames } from '#src/config/settings.ts'
import { commandLine, type Outcome, ownIo } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-json-'))
after(() => rmSync(scratch, { recursive: true }))

/** Every command, with the words that name it. */
function* everyCommand(command: Command, words: string[] = []): Generator<[string[], Command]> {
  yield [words, command]
  for (const each of command.commands) yield* everyCommand(each, [...words, each.name()])
}
const commands = [...everyCommand(program(new Cli(ownIo)))]

function assertJsonOrRefused({ exitCode, stdout, stderr }: Outcome, told: string): void {
  if (exitCode === 0) {
    JSON.parse(stdout)
    return
  }
  assert.equal(stdout, '', told)
  const { error } = JSON.parse(stderr.trimEnd().split('\n').at(-1)!)
  assert.notEqual(error.message, '', told)
  assert.notEqual(error.type, 'InternalFailure', `${told}: ${error.message}`)
}

test('the help of every command is JSON with --json', async () => {
  for (const [words, command] of commands) {
    const { exitCode, stdout } = await commandLine([...words, '--help', '--json'])
    assert.equal(exitCode, 0)
    const text: string = JSON.parse(stdout).Text
    // It is broken into lines as wide as a screen.
    assert.ok(text.replace(/\s+/g, ' ').includes(command.description().replace(/\s+/g, ' ')), words.join(' '))
  }
})

test('every command prints JSON with --json, or refuses in JSON', async () => {
  const none = join(scratch, 'none')
  for (const [words, command] of commands) {
    // It stays until it is stopped; its log is what programs read.
    if (command.name() === 'serve') continue
    const given = command.registeredArguments.filter(({ required }) => required).map(() => join(scratch, 'x'))
    const outcome = await commandLine([...words, ...given, '--json', '--data', none])
    assertJsonOrRefused(outcome, words.join(' '))
    assert.deepEqual(readdirSync(scratch), [], `${words.join(' ')} made something`)
  }
})

test('the settings and the version are JSON with --json', async () => {
  const docs = JSON.parse((await commandLine(['config', 'docs', '--json'])).stdout)
  assert.deepEqual(
    docs.map(({ Name }: { Name: string }) => Name),
    settingNames,
  )
  const pin = docs.find(({ Name }: { Name: string }) => Name === 'keys.pkcs11.pin')
  assert.deepEqual(pin.Environment, ['LANDBRIDGE_KEYS_PKCS11_PIN', 'LANDBRIDGE_KEYS_PKCS11_PIN_FILE'])
  assert.equal(pin.Default, null)
  const { stdout } = await commandLine(['--version', '--json'])
  assert.match(JSON.parse(stdout).Text, /^\d+\.\d+\.\d+/)
})
