import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openImapSource } from '#connectors/imap/imap-source.ts'
import { type ImapScript, scriptedImap } from '#test/support/scripted-imap.ts'

const { signal } = new AbortController()

const scripts = {
  CAPABILITY: { command: () => '* CAPABILITY IMAP4rev1' },
  EXAMINE: {
    command: (name) => (name === 'EXAMINE' ? '* 3 EXISTS\r\n* OK [UIDVALIDITY 7] as ever' : undefined),
  },
} satisfies Record<string, ImapScript>

describe('a server that answers and never ends its answers', { concurrency: true }, () => {
  for (const [command, script] of Object.entries(scripts))
    test(`is named at once when the pre-flight waits for ${command}`, async (t) => {
      const server = await scriptedImap(script)
      t.after(() => server.close())
      const source = openImapSource({
        ...{ host: '127.0.0.1', port: server.port, tls: { mode: 'clear' } },
        signIn: { kind: 'own', credentialsOf: async (name) => ({ name, password: 'Correct-horse-9' }) },
        // Long enough for what the server says on the busiest machine.
        deadlines: { silenceMs: 4_000, stallMs: 4_000 },
      })
      const { name, state, transient, found, remedy } = (await source.check('ann', signal)).at(-1)!
      const step = command === 'EXAMINE' ? 'read' : 'connection'
      // It is not asked again, which would take as long once more.
      assert.deepEqual([name, state, transient], [step, 'failed', undefined])
      assert.match(found, new RegExp(`behind the answer, before the end of ${command}\\.$`))
      assert.match(remedy, /^It answers and never says that the answer is whole: look there/)
    })
})
