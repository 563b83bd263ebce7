/** docs/architecture.md: every folder is named in it, and whatever it names is there. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeFiles, read, root } from './tree.ts'

const page = read('docs/architecture.md')
const named = [...page.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name!)

const foldersIn = (place: string): string[] =>
  readdirSync(join(root, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${place}/${name}`)

/** Places whose folders are each a subject of their own. */
const places = [
  ...['src/domain', 'src/formats', 'src/platform', 'src/wire', 'src/protocols', 'src/clients', 'connectors'],
]

test('every subject is found from the page', () => {
  const unnamed = places.flatMap(foldersIn).filter((folder) => !named.includes(folder))
  assert.deepEqual(unnamed, [])
})

test('every job is in its table', () => {
  const jobs = readdirSync(join(root, 'jobs')).map((file) => file.replace(/\.ts$/, ''))
  assert.deepEqual(
    jobs.filter((job) => !page.includes(`| \`${job}\` |`)),
    [],
  )
})

test('folders and files that the page names are there', () => {
  const files = codeFiles()
  const isThere = (name: string) =>
    existsSync(join(root, name)) ||
    existsSync(join(root, 'src', name)) ||
    files.some((file) => file.endsWith(`/${name}`))
  const paths = named.filter((name) =>
    /^(src|connectors|jobs|test|bench|scripts)\/[\w./-]+$|^[\w./-]+\.ts$/.test(name),
  )
  assert.ok(paths.length > 100)
  assert.deepEqual(
    paths.filter((name) => !isThere(name)),
    [],
  )
})
