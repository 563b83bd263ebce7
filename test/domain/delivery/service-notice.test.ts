import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { returnPaths } from '#src/domain/delivery/return-path.ts'
import { sendNotice } from '#src/domain/delivery/service-notice.ts'
import { HOST, openWorld, type World } from './intake-world.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.end())

const notify = (to: string, postmaster = '', from?: string) =>
  sendNotice(
    {
      store: world.store,
      hostName: HOST,
      postmaster,
      findWay: returnPaths(world.deps),
      now: () => world.at,
    },
    world.org,
    { to, from, subject: 'Batch 1 is done', text: 'Batch 1 is done, für alle.\n' },
  )

test('a notice goes into a mailbox here, and to anybody else by the queue with the null sender', async () => {
  const ann = await world.user('ann')
  assert.equal(await notify('ann@corp.example'), true)
  const [{ text } = { text: '' }, ...others] = await world.inbox(ann)
  assert.equal(others.length, 0)
  for (const line of [
    /^Subject: Batch 1 is done\r$/m,
    /^Auto-Submitted: auto-generated\r$/m,
    /^To: ann@corp\.example\r$/m,
  ])
    assert.match(text, line)
  assert.deepEqual(await world.queue(), [])

  assert.equal(await notify('ops@partner.example'), true)
  const [queued] = await world.queue()
  assert.deepEqual(
    [queued!.sender, queued!.recipients.map(({ address }) => address)],
    ['', ['ops@partner.example']],
  )
})

test('it comes from whom answers reach: the configured postmaster where it is theirs, else the one of their domain', async () => {
  const bob = await world.user('bob')
  await notify('bob@corp.example')
  await notify('bob@corp.example', 'postmaster@elsewhere.example')
  await notify('bob@corp.example', 'ann@corp.example')
  await notify('bob@corp.example', 'ann@corp.example', 'bob@corp.example')
  assert.deepEqual(
    (await world.inbox(bob)).map(({ text }) => /^From: .*<(.*)>\r$/m.exec(text)?.[1]),
    ['postmaster@corp.example', 'postmaster@corp.example', 'ann@corp.example', 'bob@corp.example'],
  )
})

test('nobody is told at an address that leads nowhere, and what is no address is refused', async () => {
  const queued = (await world.queue()).length
  assert.equal(await notify('nobody@lb.corp.example'), false)
  await assert.rejects(notify('no address'))
  assert.equal((await world.queue()).length, queued)
})
