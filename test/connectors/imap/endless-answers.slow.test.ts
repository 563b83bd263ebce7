import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { scriptedImap } from '#test/support/scripted-imap.ts'

const { signal } = new AbortController()

test('the pre-flight tells a server that answers and never ends its answers from one that says nothing', async (t) => {
  const server = await scriptedImap({ command: () => '* CAPABILITY IMAP4rev1' })
  t.after(() => server.close())
  const source = openImapSource({
    ...{ host: '127.0.0.1', port: server.port, tls: { mode: 'clear' } },
    signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: 'Correct-horse-9' }) },
    // Long enough for what the server says on the busiest machine.
    deadlines: { silenceMs: 4_000, stallMs: 4_000 },
  })
  const { name, state, transient, found, remedy } = (await source.check('ann', signal)).at(-1)!
  assert.deepEqual([name, state, transient], ['connection', 'failed', true])
  assert.match(found, /behind the answer, before the end of CAPABILITY/)
  assert.match(remedy, /^It answers and never says that the answer is whole: look there/)
})
