import assert from 'node:assert/strict'
import { ImapFailure, type ImapFailureKind } from '#src/clients/imap/failure.ts'
import { type ImapServer, openImapSession } from '#src/clients/imap/open-session.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { FetchAttribute } from '#src/wire/imap/fetch.ts'
import { type ImapScript, type ScriptedImap, scriptedImap } from '#test/support/scripted-imap.ts'

export const WHOLE: FetchAttribute = {
  item: 'BODY[]',
  section: { path: '', text: 'all', names: [] },
  peek: true,
}

const opened: { session?: ImapSession; server: ScriptedImap }[] = []

/** A scripted server and how to reach it, in clear. */
export async function scripted(script: ImapScript = {}): Promise<{ server: ScriptedImap; at: ImapServer }> {
  const server = await scriptedImap(script)
  opened.push({ server })
  const credentials = { name: 'ann', password: 'Correct-horse-9' }
  return {
    server,
    at: { host: '127.0.0.1', port: server.port, tls: { mode: 'clear' }, credentials, attempts: 1 },
  }
}

/** A session with a scripted server. */
export async function scriptedSession(
  script: ImapScript = {},
  more: Partial<ImapServer> = {},
): Promise<{ server: ScriptedImap; session: ImapSession }> {
  const { server, at } = await scripted(script)
  const session = await openImapSession({ ...at, ...more })
  opened.push({ session, server })
  return { server, session }
}

/** For `afterEach`: ends what was opened. */
export function endAll(): void {
  for (const { session, server } of opened.splice(0)) {
    session?.destroy()
    server.close()
  }
}

/** The failure of this kind that it ends with. */
export async function fails(promise: Promise<unknown>, kind: ImapFailureKind): Promise<ImapFailure> {
  const error: unknown = await promise.then(
    () => assert.fail('it did not fail'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof ImapFailure, String(error))
  assert.equal(error.kind, kind, error.message)
  return error
}
