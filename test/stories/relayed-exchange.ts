/** A Landbridge that plays the Exchange server, with a line before it that tests cut, and a service as a process of its own that copies from there. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { socketClient } from '#src/clients/admin/http-client.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { type EwsSite, openEwsSite } from '#test/protocols/ews/ews-site.ts'
import { localhostCertificate, type Pair } from '#test/support/stub-https.ts'
import { PASSWORD } from './mail-site.ts'
import { landbridge, type Running, serve } from './service-process.ts'
import { run } from './two-landbridges.ts'

export const ANNA = 'anna@corp.test'

/** What the line does with a request, whose body is `text`: passes it on, or answers in its place. */
export type Answering = (text: string, response: ServerResponse) => boolean

export type Relay = {
  readonly url: string
  readonly port: number
  /** The certificate that it shows, as its own authority. */
  readonly certificate: string
  /** Whether connections are refused. */
  isCut: boolean
  /** Answers instead of the server; true: it did. */
  answering: Answering | undefined
  /** Ends every connection. */
  drop(): void
  /** Another certificate, of another authority, from the next connection on. */
  changeCertificate(): void
  close(): Promise<void>
}

/** A line to the server at that port of this machine, with TLS of its own. */
async function openRelay(to: number): Promise<Relay> {
  let pair: Pair = await localhostCertificate()
  const other = await localhostCertificate()
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  const open = new Set<Socket>()
  const pass = async (asked: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(asked)
    if (relay.answering?.(body.toString(), response)) return
    const { method, url, headers } = asked
    const there = request({ host: '127.0.0.1', port: to, method, path: url, headers, agent })
    // Whoever went away needs no answer.
    response.once('close', () => there.destroy())
    there.end(body)
    const [answer] = (await once(there, 'response')) as [IncomingMessage]
    response.writeHead(answer.statusCode!, answer.headers)
    await pipeline(answer, response)
  }
  const server = createServer(pair, (asked, response) => {
    pass(asked, response).catch(() => response.destroy())
  })
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined).once('close', () => open.delete(socket))
    if (relay.isCut) socket.destroy()
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const relay: Relay = {
    url: `https://localhost:${port}/EWS/Exchange.asmx`,
    port,
    isCut: false,
    answering: undefined,
    get certificate() {
      return pair.cert
    },
    drop() {
      for (const socket of open) socket.destroy()
    },
    changeCertificate() {
      pair = other
      server.setSecureContext(pair)
    },
    async close() {
      relay.drop()
      agent.destroy()
      server.close()
    },
  }
  return relay
}

/** Whether a request asks for the octets of items. */
export const asksForItems = (text: string): boolean => /GetItem>/.test(text) && /MimeContent>/.test(text)

export type RelayedExchange = {
  source: EwsSite
  /** Anna's mailbox there. */
  at: MailboxRef
  relay: Relay
  end(): Promise<void>
}

/** The Exchange side, with an account that may read all mailboxes and Anna's empty one. */
export async function openRelayedExchange(): Promise<RelayedExchange> {
  const source = await openEwsSite()
  for (const name of ['anna', 'mover']) await source.user(name)
  await source.call('PutImpersonationAccount', { UserId: 'mover', Enabled: true })
  const relay = await openRelay(source.port('web'))
  return {
    ...{ source, relay, at: await source.mailboxAt(ANNA) },
    async end() {
      await relay.close()
      await source.end()
    },
  }
}

export type Copying = {
  service: Running
  /** Of the mailbox, as people see it. */
  member(): Promise<{ State: string; Copied: number; Skipped: number; Cause?: string }>
  batch(): Promise<{ State: string; Cause?: string }>
  /** Waits; after ten minutes fails with where it stands. */
  until(what: string, is: () => boolean | Promise<boolean>): Promise<void>
  /** What was said to administrators. */
  alerts(): string[]
  /** `migrate source` with the certificate and password of now. */
  renewSource(relay: Relay): Promise<void>
  call(operation: string, input?: Record<string, unknown>): Promise<Record<string, unknown>>
}

/** A process that copies Anna's mailbox into the data folder `here`, from the pre-flight on. */
export async function startCopy(
  here: string,
  relay: Relay,
  settings: Record<string, unknown>,
): Promise<Copying> {
  const { OrganizationId } = await run(here, 'init', '--org', 'corp')
  await run(here, 'user', 'add', 'anna', '--no-password')
  const ca = join(dirname(here), 'ca.pem')
  const source = async (...command: readonly string[]) => {
    writeFileSync(ca, relay.certificate)
    const args = ['--user', 'mover@corp.test', '--password-stdin', '--ca', ca, '--data', here]
    const { exitCode, stderr } = await landbridge([...command, ...args], { stdin: PASSWORD }).ended
    assert.equal(exitCode, 0, stderr)
  }
  await source('migrate', 'create', 'move', '--url', relay.url)
  await run(here, 'migrate', 'add', 'move', ANNA, '--batch', '1', '--owner', 'anna')
  const service = await serve(here)
  const client = socketClient(join(here, 'admin.sock'))
  const call = (operation: string, input: Record<string, unknown> = {}) =>
    client.call(operation, { OrganizationId, ProjectId: 'move', ...input } as never) as Promise<
      Record<string, unknown>
    >
  await call('UpdateMigrationSettings', { Settings: settings })
  await call('StartMigrationBatch', { BatchNumber: 1 })
  const copying: Copying = {
    service,
    call,
    member: async () => ((await call('ListMigrationMailboxes')).Mailboxes as never[])[0]!,
    batch: async () => ((await call('DescribeMigration')).Batches as never[])[0]!,
    async until(what, is) {
      const late = Date.now() + 600_000
      while (!(await is())) {
        if (Date.now() > late)
          assert.fail(`${what}: ${JSON.stringify([await copying.batch(), await copying.member()])}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    alerts: () => [...service.logged().matchAll(/"msg":"(ALERT: [^"]*)/g)].map(([, said]) => said!),
    renewSource: () => source('migrate', 'source', 'move', 'old'),
  }
  return copying
}
