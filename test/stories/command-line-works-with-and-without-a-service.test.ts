import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freshFolder, landbridge, serve } from './service-process.ts'

const data = freshFolder('both', after)

/** Commands that only look, and one that is refused. */
const questions = [
  ['org', 'list'],
  ['org', 'show'],
  ['domain', 'show', 'acme.test'],
  ['user', 'list'],
  ['user', 'show', 'anna'],
  ['group', 'members', 'Sales Team'],
  ['resource', 'show', 'room-1'],
  ['alias', 'list', 'anna'],
  ['permission', 'list', 'anna'],
  ['token', 'list'],
  ['key', 'status'],
  ['check'],
  ['user', 'show', 'nobody'],
]

const ask = async (args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await landbridge([...args, '--data', data]).ended
  return { exitCode, stdout, stderr }
}

async function askAll() {
  const answers: unknown[] = []
  for (const args of questions) {
    answers.push(await ask(args))
    answers.push(await ask([...args, '--json']))
  }
  return answers
}

test('the command line gives the same answers with and without a service', { timeout: 900_000 }, async () => {
  const setUp = [
    ['init', '--org', 'acme'],
    ['user', 'add', 'anna'],
    ['user', 'add', 'ben', '--no-password'],
    ['group', 'add', 'Sales Team', '--email', 'sales@acme.test'],
    ['group', 'join', 'Sales Team', 'anna', 'ben'],
    ['resource', 'add', 'room-1', '--type', 'room', '--email', 'room-1@acme.test'],
  ]
  for (const args of setUp) assert.equal((await ask(args)).exitCode, 0, args.join(' '))
  const service = await serve(data)
  const changes = [
    ['alias', 'add', 'anna', 'anna.ash@acme.test'],
    ['permission', 'set', 'anna', 'ben', 'full', 'send-as'],
    ['token', 'create', 'anna', 'phone'],
    ['key', 'rotate'],
  ]
  for (const args of changes) {
    const { exitCode, stderr } = await ask(args)
    assert.equal(exitCode, 0, `${args.join(' ')}: ${stderr}`)
  }
  assert.match((await ask(['status'])).stdout, /running since/)
  const running = await askAll()
  service.child.kill('SIGTERM')
  await service.ended
  assert.match((await ask(['status'])).stdout, /not running/)
  assert.deepEqual(await askAll(), running)
})
