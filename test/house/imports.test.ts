/** Who knows whom: docs/architecture.md in tables, and the test that every import of src, connectors and jobs obeys them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cycles, type House, violations } from './import-rules.ts'
import { importStatements } from './import-statements.ts'
import { codeFiles, read } from './tree.ts'

const house: House = {
  mayKnow: {
    // starts the process; whatever it needs to know, app knows for it
    main: ['cli', 'app', 'config', 'platform', 'base'],
    // the only code that knows every concrete part, the store among them
    app: 'everything',
    // the command line: asks app for a connection, then calls the same actions as everybody
    cli: ['app', 'config', 'clients', 'wire', 'platform', 'base'],
    // how the world is reached
    connectors: ['clients', 'wire', 'domain', 'formats', 'platform', 'base'],
    jobs: ['domain', 'formats', 'platform', 'base'],
    protocols: ['wire', 'domain', 'formats', 'platform', 'base'],
    clients: ['wire', 'formats', 'platform', 'base'],
    store: ['domain', 'formats', 'platform', 'base'],
    // a client like any other: speaks JMAP, never touches the domain
    web: ['wire', 'formats', 'base'],
    // what the service is; knows what a message is, not what IMAP is
    domain: ['formats', 'base'],
    wire: ['formats', 'base'],
    formats: ['base'],
    platform: ['base'],
    // the domain declares what a key provider is, and these are the ones without a company behind them
    'platform/keys': ['domain', 'base'],
    config: ['base'],
    base: [],
    // may look at all of it, so only the rules of spelling, packages and cycles are left for them
    test: 'everything',
    scripts: 'everything',
    bench: 'everything',
  },

  // files directly in src/protocols or connectors are what all of them share
  strangersWithin: ['protocols', 'connectors'],

  inOrder: {
    // from what a project is to what runs one
    'src/domain/migration/engine': [
      ...['project', 'pace', 'ledger', 'items', 'settings', 'grants', 'flip', 'folders', 'pass', 'verify'],
      ...['preflight', 'return', 'mailbox', 'steer', 'progress'],
    ],
  },

  pure: {
    areas: ['base', 'formats', 'wire', 'domain'],
    // net is not among them: its isIP and BlockList are pure
    withoutModules: [
      'fs',
      'tls',
      'dns',
      'http',
      'https',
      'http2',
      'dgram',
      'child_process',
      'worker_threads',
    ],
  },

  packageHomes: {
    'better-sqlite3': ['store', 'test', 'bench'],
    ldapts: ['connectors', 'test', 'bench'],
  },
}

const sources = new Map(codeFiles().map((path) => [path, read(path)]))

test('every import obeys the tables', () => {
  assert.ok(sources.size > 0, 'no source files were found')
  assert.deepEqual(violations(house, sources), [])
})

/** Cycles of running code decide by load order who is undefined; cycles that need a type only show two files that are one. */
const running = ['value', 'lazy'] as const
const inWords = (found: string[][]): string[] => found.map((cycle) => cycle.join(' → '))

test('no file imports itself by way of others', () => {
  assert.deepEqual(inWords(cycles(sources, running)), [])
})

/** Each rule broken once, in a source that does not exist, with a word of the complaint it must raise. */
const broken: [rule: string, path: string, source: string, complaint: RegExp][] = [
  [
    'domain knows wire',
    'src/domain/a.ts',
    `import { b } from '#src/wire/imap/b.ts'`,
    /domain may not know wire/,
  ],
  ['by type', 'src/domain/a.ts', `import type { B } from '#src/store/b.ts'`, /domain may not know store/],
  ['by re-export', 'src/base/a.ts', `export * from '#src/formats/b.ts'`, /base may not know formats/],
  ['lazily', 'jobs/a.ts', `await import('#src/store/b.ts')`, /jobs may not know store/],
  ['in a type', 'src/base/a.ts', `type B = import('#src/domain/b.ts').B`, /base may not know domain/],
  [
    'as a thread',
    'src/wire/a.ts',
    `new Worker(new URL('../store/b.ts', import.meta.url))`,
    /wire may not know store/,
  ],
  ['formats know domain', 'src/formats/a.ts', `import '#src/domain/b.ts'`, /formats may not know domain/],
  [
    'protocol knows store',
    'src/protocols/imap/a.ts',
    `import '#src/store/b.ts'`,
    /protocols may not know store/,
  ],
  [
    'client knows domain',
    'src/clients/imap/a.ts',
    `import '#src/domain/b.ts'`,
    /clients may not know domain/,
  ],
  ['main knows store', 'src/main.ts', `import '#src/store/b.ts'`, /main may not know store/],
  ['store knows app', 'src/store/a.ts', `import '#src/app/b.ts'`, /store may not know app/],
  ['src knows test', 'src/store/a.ts', `import '#test/support/b.ts'`, /store may not know test/],
  ['connector knows store', 'connectors/x/a.ts', `import '#src/store/b.ts'`, /connectors may not know store/],
  ['domain knows jobs', 'src/domain/a.ts', `import '#jobs/b.ts'`, /domain may not know jobs/],
  ['protocol knows protocol', 'src/protocols/imap/a.ts', `import '../smtp/b.ts'`, /do not know each other/],
  ['common ground knows one', 'src/protocols/a.ts', `import './smtp/b.ts'`, /do not know each other/],
  ['connector knows connector', 'connectors/x/a.ts', `import '#connectors/y/b.ts'`, /do not know each other/],
  [
    'a folder out of order',
    'src/domain/migration/engine/pace/a.ts',
    `import '../pass/b.ts'`,
    /pace comes before pass/,
  ],
  [
    'a folder without a place',
    'src/domain/migration/engine/attic/a.ts',
    `import '../pass/b.ts'`,
    /attic has no place/,
  ],
  ['a new area', 'src/cellar/a.ts', `import '#src/base/b.ts'`, /cellar is not in the table/],
  ['../ across areas', 'src/store/a.ts', `import '../domain/b.ts'`, /write '#src\/domain\/b\.ts'/],
  ['# to a neighbour', 'src/store/a.ts', `import '#src/store/b.ts'`, /a neighbour is '\.\/b\.ts'/],
  [
    'SQLite elsewhere',
    'src/app/a.ts',
    `import Database from 'better-sqlite3'`,
    /only store.* better-sqlite3/,
  ],
  ['SQLite by require', 'jobs/a.ts', `const D = require('better-sqlite3')`, /only store.* better-sqlite3/],
  ['SQLite by subpath', 'jobs/a.ts', `import 'better-sqlite3/lib/x.js'`, /only store.* better-sqlite3/],
  ['I/O in a codec', 'src/wire/imap/a.ts', `import { open } from 'node:fs/promises'`, /wire is pure/],
  ['a computed import', 'src/app/a.ts', `await import('.//' + name)`, /import\(\) of an expression/],
  ['a template import', 'src/app/a.ts', 'await import(`./$' + '{name}.ts`)', /import\(\) of an expression/],
]

for (const [rule, path, source, complaint] of broken) {
  test(`a broken rule is seen: ${rule}`, () => {
    const found = violations(house, new Map([[path, source]]))
    assert.equal(found.length, 1, found.join('\n'))
    assert.match(found[0]!, complaint)
    assert.ok(found[0]!.startsWith(`${path}:1 `), found[0]!)
  })
}

test('what the tables allow raises no complaint', () => {
  const allowed = new Map([
    ['src/main.ts', `import '#src/base/node-version.ts'\nawait import('#src/app/start.ts')`],
    ['src/app/start.ts', `import { openStore } from '#src/store/index.ts'\nimport '#jobs/expire.ts'`],
    ['src/store/a.ts', `import Database from 'better-sqlite3'\nimport type { B } from '#src/domain/b.ts'`],
    [
      'src/protocols/imap/commands/move.ts',
      `import '../session.ts'\nimport './copy.ts'\nimport '../../reply.ts'`,
    ],
    ['src/domain/mailbox/a.ts', `import '#src/domain/directory/b.ts'\nimport '../directory/c.ts'`],
    ['connectors/exchange/a.ts', `import '#src/clients/ews/b.ts'\nimport { connect } from 'node:net'`],
  ])
  assert.deepEqual(violations(house, allowed), [])
})

test('a cycle is reported with its whole way', () => {
  const round = new Map([
    ['src/base/a.ts', `import { b } from './b.ts'`],
    ['src/base/b.ts', `import type { C } from './c.ts'`],
    ['src/base/c.ts', `export { a } from './a.ts'`],
    ['src/base/d.ts', `import './a.ts'\nnew Worker(new URL('./e.ts', import.meta.url))`],
    ['src/base/e.ts', `import './d.ts'`],
  ])
  assert.deepEqual(cycles(round, running), [])
  assert.deepEqual(cycles(round, [...running, 'type']), [
    ['src/base/a.ts', 'src/base/b.ts', 'src/base/c.ts', 'src/base/a.ts'],
  ])
})

test('the reader of imports sees each form and is not fooled by text', () => {
  const template = ['`import no from "no4" $', '{await import("n")} import("no5")`'].join('')
  const source = `
    import a from 'a'
    import b, { c as d, type e } from "b"
    import * as f from 'f'
    import type { g } from 'g'
    import type from 'h'
    import {
      i, // import no from 'no1'
    } from 'i' with { type: 'json' }
    export { j } from 'j'
    export * as k from 'k'
    export type { l } from 'l'
    import 'm'
    /* import no from 'no2' */
    const text = 'import no from "no3"', more = ${template}
    const pattern = /[/'"]import("no6")/u, quotient = 1 / 2 / 3
    export const from = 'no7'
    export { text }
    const p = import.meta.url; object.import('no8'); const q = "it's"
    type R = typeof import('r')
  `
  const seen = importStatements(source).map(({ kind, specifier }) => `${kind} ${specifier}`)
  const value = ['a', 'b', 'f'].map((name) => `value ${name}`)
  assert.deepEqual(seen, [
    ...value,
    ...['type g', 'value h', 'value i', 'value j', 'value k', 'type l', 'value m', 'lazy n', 'lazy r'],
  ])
  assert.equal(importStatements('\n\nimport "x"')[0]!.line, 3)
})
