import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createServer } from 'node:tls'
import { openMigrationSource } from '#src/app/migration-sources.ts'
import type { TlsVersion } from '#src/base/tls-versions.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { localhostCertificate } from '#test/support/stub-https.ts'

const login = (url: string) => ({
  config: {
    id: 'old',
    kind: 'landbridge' as const,
    url,
    user: null,
    options: { organization: 'corp' },
    anywhere: false,
    changedAt: 1,
  },
  secret: null,
})
const open = (url: string) => openMigrationSource(login(url), undefined as unknown as Spool)

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-source-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const refused = (words: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.reason === 'invalid-configuration' && words.test(error.message)

test('a data folder that is in use is a named fault with what to do, and is free again after it', async (t) => {
  const folder = await temporaryFolder(t)
  const lock = lockDataFolder(folder)
  await assert.rejects(open(folder), refused(/is in use by this very service.*name a backup/))
  lock.release()
  // Now it is looked into, and has no such organisation; nothing stays locked.
  await assert.rejects(open(folder), refused(/no organisation "corp"/))
  lockDataFolder(folder).release()
})

test('a folder that is not there is not made', async (t) => {
  const folder = join(await temporaryFolder(t), 'mistyped')
  await assert.rejects(open(folder), refused(/There is no folder/))
  assert.equal(existsSync(folder), false)
})

/** A server that knows TLS 1.0 alone, as Exchange 2010 may (migration.md 3.2); the versions that were agreed on with it. */
async function oldServer(t: TestContext) {
  const { cert, key } = await localhostCertificate()
  const agreed: (string | null)[] = []
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const server = createServer({ cert, key, ...old }, (socket) => {
    agreed.push(socket.getProtocol())
    socket.on('error', () => undefined).end()
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return { authorities: cert, agreed, port: (server.address() as AddressInfo).port }
}

for (const [kind, urlAt] of [
  ['exchange', (port: number) => `https://localhost:${port}/EWS/Exchange.asmx`],
  ['imap', (port: number) => `imaps://localhost:${port}`],
] as const)
  test(`a server with TLS 1.0 alone is spoken to where somebody says so, and never else: ${kind}`, async (t) => {
    const { authorities, agreed, port } = await oldServer(t)
    const stop = new AbortController()
    t.after(() => stop.abort())
    const ask = async (minVersion?: TlsVersion) => {
      const config = { ...login(urlAt(port)).config, kind, user: 'svc', options: {}, anywhere: true }
      const source = await openMigrationSource(
        {
          config: { ...config, tls: { authorities, ...(minVersion && { minVersion }) } },
          secret: 'geheim',
        },
        undefined as unknown as Spool,
      )
      const lines = await source.check('anna@corp.example', stop.signal)
      await source.close()
      return lines.filter(({ state }) => state === 'failed').map(({ found }) => found)
    }
    const [refused] = await ask()
    assert.match(refused!, /TLS/)
    assert.deepEqual(agreed, [])
    await ask('TLSv1')
    assert.ok(agreed.length > 0)
    assert.deepEqual(new Set(agreed), new Set(['TLSv1']))
  })

test('an IMAP source without a master account is told of the file with the logins', async () => {
  const config = { ...login('imaps://localhost').config, kind: 'imap' as const, options: {} }
  await assert.rejects(
    openMigrationSource({ config, secret: null }, undefined as unknown as Spool),
    refused(/^Source "old" has no user or no password\. Give both, or .* --option logins=FILE/),
  )
})
