import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as later } from 'node:timers/promises'
import {
  type FreeBusyAnswer,
  type FreeBusyQuestion,
  FreeBusyTrouble,
} from '#src/domain/availability/free-busy-source.ts'
import { REMOTE_LIMITS, RemoteFreeBusy } from '#src/domain/availability/remote-free-busy.ts'

const free = (address: string): FreeBusyAnswer => ({
  address,
  freeBusy: { times: [], workingHours: null, detailed: false },
})
const question = (...addresses: string[]): FreeBusyQuestion => ({
  addresses,
  from: 0,
  to: 1,
  detailed: false,
  requester: null,
})
const reasons = (answers: readonly FreeBusyAnswer[]) =>
  answers.map((answer) => ('failure' in answer ? answer.failure.reason : 'known'))

function scripted(
  ask: (question: FreeBusyQuestion, signal: AbortSignal) => Promise<readonly FreeBusyAnswer[]>,
  deadlineMs = 60_000,
) {
  const asked: string[][] = []
  const clock = { now: 0 }
  const remote = new RemoteFreeBusy(
    {
      name: 'exchange.corp.example',
      ask: (given, signal) => {
        asked.push([...given.addresses])
        return ask(given, signal)
      },
    },
    { ...REMOTE_LIMITS, deadlineMs, addressesAtOnce: 3 },
    () => clock.now,
  )
  return { remote, asked, clock }
}

test('what is asked in one moment is asked together, in batches, each address once', async () => {
  const { remote, asked } = scripted(async ({ addresses }) => addresses.map(free))
  const [one, two] = await Promise.all([
    remote.ask(question('a', 'b', 'A')),
    remote.ask(question('c', 'd', 'b')),
  ])
  assert.deepEqual(
    one.map(({ address }) => address),
    ['a', 'b', 'A'],
  )
  assert.deepEqual(
    two.map(({ address }) => address),
    ['c', 'd', 'b'],
  )
  assert.deepEqual(asked, [['a', 'b', 'c'], ['d']])
})

test('what a system tells one asker is told to no other, where it looks at who asks', async () => {
  for (const personal of [true, false]) {
    const asked: string[] = []
    const remote = new RemoteFreeBusy({
      name: 'function.example',
      personal,
      ask: async ({ addresses, requester }) => {
        asked.push(`${requester?.email} ${addresses.join()}`)
        return addresses.map(free)
      },
    })
    const by = (email: string) => ({ ...question('a'), requester: { email, name: email } })
    await Promise.all([remote.ask(by('ann@x.example')), remote.ask(by('bob@x.example'))])
    await remote.ask(by('Ann@x.example'))
    assert.deepEqual(asked, personal ? ['ann@x.example a', 'bob@x.example a'] : ['ann@x.example a'])
  }
})

test('an answer is fresh for a minute, a failure for half of one', async () => {
  const { remote, asked, clock } = scripted(async ({ addresses }) =>
    addresses.map((address) =>
      address === 'bad' ? { address, failure: { reason: 'unknown-address', message: 'No.' } } : free(address),
    ),
  )
  await remote.ask(question('a', 'bad'))
  clock.now = 29_000
  await remote.ask(question('a', 'bad'))
  clock.now = 31_000
  await remote.ask(question('a', 'bad'))
  clock.now = 61_000
  await remote.ask(question('a'))
  assert.deepEqual(asked, [['a', 'bad'], ['bad'], ['a']])
})

test('an old answer is better than none while the other system fails', async () => {
  let broken = false
  const { remote, clock } = scripted(async ({ addresses }) => {
    if (broken) throw new Error('gone')
    return addresses.map(free)
  })
  await remote.ask(question('a'))
  broken = true
  clock.now = 120_000
  assert.deepEqual(reasons(await remote.ask(question('a', 'b'))), ['known', 'peer-failed'])
  clock.now = 700_000
  assert.deepEqual(reasons(await remote.ask(question('a'))), ['peer-failed'])
})

test('a system that hangs is given up in time', async () => {
  const { remote } = scripted(() => new Promise(() => undefined), 80)
  assert.deepEqual(reasons(await remote.ask(question('a'))), ['timeout'])
})

test('a system that fails again and again is left alone, and tried again later', async () => {
  const { remote, asked, clock } = scripted(async () => {
    throw new FreeBusyTrouble({ reason: 'unreachable', message: 'Connection refused.' })
  })
  for (let at = 0; at < 8; at++) await remote.ask(question(`user${at}`))
  assert.equal(asked.length, 5)
  clock.now = 31_000
  await remote.ask(question('x'))
  assert.equal(asked.length, 6)
})

test('wrong credentials are not tried for each mailbox, and a wish to be left alone is obeyed', async () => {
  let trouble = new FreeBusyTrouble({ reason: 'credentials', message: '401' })
  const { remote, asked, clock } = scripted(async () => {
    throw trouble
  })
  await remote.ask(question('a'))
  assert.deepEqual(reasons(await remote.ask(question('b'))), ['unreachable'])
  assert.equal(asked.length, 1)
  trouble = new FreeBusyTrouble({ reason: 'busy', message: 'Busy.' }, { backOffMs: 300_000 })
  clock.now = 31_000
  await remote.ask(question('c'))
  clock.now = 300_000
  await remote.ask(question('d'))
  assert.equal(asked.length, 2)
})

test('an answer that is missing fails alone, and no more than a few questions run at once', async () => {
  let running = 0
  let most = 0
  const { remote } = scripted(async ({ addresses }) => {
    most = Math.max(most, ++running)
    await later(5)
    running--
    return addresses.slice(0, 2).map(free)
  })
  const addresses = Array.from({ length: 30 }, (_, at) => `u${at}`)
  const told = reasons(await remote.ask(question(...addresses)))
  assert.equal(told.filter((reason) => reason === 'peer-failed').length, 10)
  assert.equal(most, REMOTE_LIMITS.questionsAtOnce)
})
