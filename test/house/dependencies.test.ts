/** What package.json, package-lock.json and docs/dependencies.md promise each other. */
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { read, root } from './tree.ts'

type Manifest = Partial<Record<(typeof kinds)[number], Record<string, string>>> & {
  allowScripts?: Record<string, boolean>
}
type Lockfile = { packages: Record<string, LockedPackage> }
type LockedPackage = { version?: string; integrity?: string; resolved?: string; hasInstallScript?: boolean }

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const
const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/

const named = (manifest: Manifest): [string, string][] =>
  kinds.flatMap((kind) => Object.entries(manifest[kind] ?? {}))

function inexact(manifest: Manifest): string[] {
  return named(manifest).flatMap(([name, version]) => (exact.test(version) ? [] : [`${name} ${version}`]))
}

/** Rows of the document are `| package | version | why | … |`; a reason is a cell with some words in it. */
function unexplained(manifest: Manifest, document: string): string[] {
  const rows = document.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  return named(manifest).flatMap(([name, version]) => {
    const row = rows.find((cells) => cells[1] === `\`${name}\``)
    if (!row) return [`${name} has no row`]
    if (row[2] !== version) return [`${name} is ${version} and its row says ${row[2]}`]
    return (row[3] ?? '').split(/\s+/).length < 3 ? [`${name} has no reason`] : []
  })
}

/** A row for a package that is gone misleads as much as a missing one. */
function leftOver(manifest: Manifest, document: string): string[] {
  const known = new Set(named(manifest).map(([name]) => name))
  const rows = [...document.matchAll(/^\| `([^`]+)` \| \d/gm)].map((match) => match[1]!)
  return rows.filter((name) => !known.has(name))
}

function badlyLocked({ packages }: Lockfile, allowed: Record<string, boolean>): string[] {
  return Object.entries(packages).flatMap(([path, locked]) => {
    if (path === '') return []
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return [
      ...(locked.integrity?.startsWith('sha512-') ? [] : [`${path} has no integrity`]),
      // Without `resolved` each machine asks the registry it is set up for.
      ...(locked.resolved === undefined ? [] : [`${path} is tied to ${locked.resolved}`]),
      ...(locked.hasInstallScript && !(name in allowed)
        ? [`${path} has an install script not in allowScripts`]
        : []),
    ]
  })
}

/** What package.json asks for and the lockfile does not hold in that version. */
function unlocked(manifest: Manifest, { packages }: Lockfile): string[] {
  return named(manifest).flatMap(([name, version]) =>
    packages[`node_modules/${name}`]?.version === version ? [] : [`${name} ${version}`],
  )
}

const manifest = JSON.parse(read('package.json')) as Manifest
const lockfile = JSON.parse(read('package-lock.json')) as Lockfile
const document = read('docs/dependencies.md')
const allowed = manifest.allowScripts ?? {}

test('versions are exact', () => {
  assert.ok(named(manifest).length > 0)
  assert.deepEqual(inexact(manifest), [])
})

test('docs/dependencies.md says why for each package, and for no other', () => {
  assert.deepEqual(unexplained(manifest, document), [])
  assert.deepEqual(leftOver(manifest, document), [])
})

test('the lockfile holds each package with its hash, and no machine of its own', () => {
  assert.ok(Object.keys(lockfile.packages).length > 1)
  assert.deepEqual(badlyLocked(lockfile, allowed), [])
  assert.deepEqual(unlocked(manifest, lockfile), [])
})

test('no installed package runs a script that allowScripts has not judged', () => {
  // The lockfile does not flag the implicit `node-gyp rebuild` of a package with a binding.gyp, so look at the packages.
  const scripted = installedPackages(join(root, 'node_modules')).filter((folder) => {
    const { scripts = {} } = JSON.parse(read(`${folder}/package.json`)) as {
      scripts?: Record<string, string>
    }
    const gyp = statSync(join(root, folder, 'binding.gyp'), { throwIfNoEntry: false })
    return gyp !== undefined || ['preinstall', 'install', 'postinstall'].some((script) => script in scripts)
  })
  assert.deepEqual(
    scripted.map((folder) => folder.slice('node_modules/'.length)).filter((name) => !(name in allowed)),
    [],
  )
})

test('each promise can be broken', () => {
  for (const version of ['^1.2.3', '~1.2.3', '1.x', 'latest', '>=1.2.3', '1.2', '']) {
    assert.deepEqual(inexact({ devDependencies: { a: version } }), [`a ${version}`])
  }
  const one = { optionalDependencies: { a: '1.2.3' } }
  assert.deepEqual(unexplained(one, '| `a` | 1.2.3 | reads a thing |'), [])
  assert.deepEqual(unexplained(one, '| `b` | 1.2.3 | reads a thing |'), ['a has no row'])
  assert.deepEqual(unexplained(one, '| `a` | 1.2.4 | reads a thing |'), ['a is 1.2.3 and its row says 1.2.4'])
  assert.deepEqual(unexplained(one, '| `a` | 1.2.3 | |'), ['a has no reason'])
  assert.deepEqual(leftOver(one, '| `a` | 1.2.3 | x |\n| `c` | 2.0.0 | x |'), ['c'])
  const locked = {
    packages: { '': {}, 'node_modules/a': { version: '1.2.3', hasInstallScript: true, resolved: 'x' } },
  }
  assert.equal(badlyLocked(locked, {}).length, 3)
  assert.equal(badlyLocked(locked, { a: false }).length, 2)
  assert.deepEqual(unlocked({ dependencies: { a: '1.2.4' } }, locked), ['a 1.2.4'])
})

function installedPackages(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(folder, name)).map((part) => `${name}/${part}`) : [name],
    )
    .map((name) => `node_modules/${name}`)
}
