/** docs/compatibility.md and README: every row of the specification of WorkMail once, and a test for everything that works. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { read, root } from './tree.ts'

/** How many rows each part of the specification has; they are numbered from 01. */
const counts = {
  LIM: 25,
  DIR: 25,
  DOM: 13,
  CLT: 15,
  AUD: 3,
  WEB: 10,
  MOB: 4,
  MDA: 5,
  ACR: 4,
  IMP: 3,
  IDC: 3,
  SEC: 8,
  RUL: 6,
  FLW: 14,
  LAM: 14,
  JRN: 15,
  MIG: 11,
  INT: 13,
  GAL: 6,
  FBI: 6,
  CAP: 5,
  RET: 2,
  EXP: 3,
  MON: 14,
  AUL: 5,
  TRL: 1,
  PRC: 2,
  API: 12,
}
const ids = Object.entries(counts).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, at) => `${part}-${String(at + 1).padStart(2, '0')}`),
)

const text = read('docs/compatibility.md')
const rows = [...text.matchAll(/^\| ([A-Z]{3}-\d{2}) \| (\w+) \| (.+?) \| (.*?) ?\|$/gm)].map(
  ([, id, state, sentence, proof]) => ({
    id: id!,
    state: state!,
    sentence: sentence!,
    tests: [...proof!.matchAll(/`([^`]+)`/g)].map(([, path]) => path!),
  }),
)

test('every row of the specification is there once', () => {
  assert.deepEqual(rows.map(({ id }) => id).sort(), [...ids].sort())
})

const specification = join(root, '../shared/spec/workmail.md')
test('the list of rows is that of the specification', { skip: !existsSync(specification) }, () => {
  const found = readFileSync(specification, 'utf8').matchAll(/^\| ([A-Z]{3}-\d{2}) \|/gm)
  assert.deepEqual([...found].map(([, id]) => id).sort(), [...ids].sort())
})

test('what works names a test, and every test that is named is there', () => {
  const faults = rows.flatMap(({ id, state, sentence, tests }) => [
    ...(['works', 'partly', 'no'].includes(state) ? [] : [`${id}: ${state} is no state`]),
    ...(/[.]$/.test(sentence) ? [] : [`${id}: no sentence`]),
    ...(state === 'works' && tests.length === 0 ? [`${id}: no test`] : []),
    ...(state === 'no' && tests.length > 0 ? [`${id}: a test for what is not there`] : []),
    ...tests
      .filter((path) => !/\.test\.ts$/.test(path) || !existsSync(join(root, 'test', path)))
      .map((path) => `${id}: there is no test/${path}`),
  ])
  assert.deepEqual(faults, [])
})

test('the numbers at the head are those of the rows', () => {
  const count = (state: string) => rows.filter((row) => row.state === state).length
  const sentence = `Of ${rows.length} rows ${count('works')} work, ${count('partly')} work in part and ${count('no')} do not.`
  assert.ok(text.includes(sentence), sentence)
})

test('the tests that README names for clients are there', () => {
  const named = [...read('README.md').matchAll(/`((?:stories|peers)\/[^`]+)`/g)].map(([, path]) => path!)
  assert.ok(named.length > 10)
  assert.deepEqual(
    named.filter((path) => !existsSync(join(root, 'test', path))),
    [],
  )
})
