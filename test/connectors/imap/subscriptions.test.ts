import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stubImapSource } from '#test/support/stub-imap-source.ts'

const { signal } = new AbortController()

test('subscriptions are asked for once a list, and a server that does not tell them is read all the same', async (t) => {
  const { server, source } = await stubImapSource([
    { name: 'INBOX', messages: [] },
    { name: 'Club', messages: [] },
    { name: 'Team', messages: [] },
  ])
  t.after(() => server.close())
  const mailbox = await source.open('ann', signal)
  const told = async () => {
    const folders = await Array.fromAsync(mailbox.folders(signal))
    return Object.fromEntries(folders.map(({ name, subscribed }) => [name, subscribed]))
  }
  assert.deepEqual(await told(), { INBOX: undefined, Club: undefined, Team: undefined })
  let subscribed = ['INBOX']
  const lines = () => subscribed.map((name) => `* LSUB () "/" ${name}\r\n`).join('')
  server.special = (name) => (name === 'LSUB' ? `${lines()}% OK done` : undefined)
  assert.deepEqual(await told(), { INBOX: undefined, Club: undefined, Team: undefined })
  subscribed = ['Team']
  server.commands.length = 0
  assert.deepEqual(await told(), { INBOX: undefined, Club: false, Team: true })
  assert.equal(server.commands.filter(({ text }) => text.startsWith('LSUB')).length, 1)
  await mailbox.close()
  await source.close()
})
