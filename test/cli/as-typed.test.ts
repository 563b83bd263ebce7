import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { shellWord } from '#src/base/shell-word.ts'
import { asTyped } from '#src/cli/as-typed.ts'
import { Cli } from '#src/cli/cli.ts'
import { program } from '#src/cli/program.ts'
import { ownIo } from './command-line.ts'

const root = program(new Cli(ownIo))
const commandOf = (words: string): Command =>
  words.split(' ').reduce((at, word) => at.commands.find((each) => each.name() === word)!, root)

const typed = (words: string, args: readonly unknown[], options = {}) => ({
  ...{ command: commandOf(words), args, options },
})

test('a command that is suggested has what was typed before it', () => {
  const run = typed('migrate run', ['move', '3'], { data: '/srv/a b', org: 'acme' })
  const behind = "--org acme --data '/srv/a b'"
  for (const [told, expected] of [
    ['"landbridge migrate status" shows it', `"landbridge migrate status move ${behind}" shows it`],
    ['"landbridge migrate rollback"', `"landbridge migrate rollback move 3 ${behind}"`],
    ['"landbridge migrate remove"', `"landbridge migrate remove move <address> ${behind}"`],
    ['"landbridge migrate report --rights"', `"landbridge migrate report move --rights ${behind}"`],
    ['"landbridge migrate status other"', `"landbridge migrate status other ${behind}"`],
    ['"landbridge migrate list"', `"landbridge migrate list ${behind}"`],
    ['"landbridge serve"', `"landbridge serve --data '/srv/a b'"`],
    ['"landbridge user enable"', `"landbridge user enable ${behind}"`],
    [
      '"landbridge migrate status move --org other"',
      `"landbridge migrate status move --org other --data '/srv/a b'"`,
    ],
    ['"landbridge gal"', '"landbridge gal"'],
    ['"landbridge of the sea"', '"landbridge of the sea"'],
    ['landbridge migrate list', 'landbridge migrate list'],
  ] as const)
    assert.equal(asTyped(told, run), expected)
})

test('a command that is suggested to whoever named a wave is about that wave', () => {
  const run = typed('migrate run', ['move'], { wave: 'Berlin 2' })
  for (const [told, expected] of [
    ['"landbridge migrate rollback"', `"landbridge migrate rollback move --wave 'Berlin 2'"`],
    ['"landbridge migrate rollback move 3"', '"landbridge migrate rollback move 3"'],
    ['"landbridge migrate list"', '"landbridge migrate list"'],
  ] as const)
    assert.equal(asTyped(told, run), expected)
})

test('what means something to a shell is quoted, and nothing is added where nothing was given', () => {
  const create = typed('migrate create', ["o'brien; x"])
  assert.equal(asTyped('"landbridge migrate status"', create), `"landbridge migrate status 'o'\\''brien; x'"`)
  assert.equal(asTyped('"landbridge user list"', create), '"landbridge user list"')
  // A name may have the marks in it between which a command stands, and those that begin a word.
  for (const name of ['the "east"', `o'brien "and" o'neil`]) {
    const said = `"landbridge migrate run ${shellWord(name)} 1"`
    const run = typed('migrate run', [name, '1'], { data: '/srv' })
    assert.equal(asTyped(`${said}, then ${said}.`, run).split(`${said.slice(0, -1)} --data /srv"`).length, 3)
  }
  assert.equal(asTyped('"landbridge user list"', undefined), '"landbridge user list"')
})
