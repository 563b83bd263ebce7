import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { type Service, startService } from '#src/app/serve.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import type { BodyNo, Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { startDnsServer, type TestDnsServer, type ZoneEntry } from '#test/support/dns-server.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'
import { type ScriptedSmtp, type SmtpScript, scriptedSmtp } from '#test/support/scripted-smtp.ts'
import { readAll } from '#test/support/store.ts'

export const PASSWORD = 'Correct-horse-9'
export const HOST_NAME = 'mx.landbridge.example'

/** A whole service on free ports, a name server that it asks, and the mail server of the rest of the world. */
export type MailSite = {
  service: Service
  organization: OrganizationId
  domain: string
  dataFolder: string
  admin: AdminClient
  dns: TestDnsServer
  /** Where mail to partner.example and sender.example goes. */
  world: ScriptedSmtp
  port(name: 'mx' | 'submissions' | 'submission' | 'imaps' | 'imap' | 'web'): number
  user(name: string): Promise<{ id: EntryId; address: string }>
  call(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>>
  /** nodemailer as that user. */
  as(address: string): ReturnType<typeof nodemailer.createTransport>
  mailboxAt(address: string): Promise<MailboxRef>
  messages(address: string, folder?: string): Promise<{ item: Item; text: string }[]>
  /** Waits until the condition holds; fails after half a minute. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>
  end(): Promise<void>
}

const zone = (world: string): Record<string, ZoneEntry> => ({
  'partner.example': { MX: [[10, 'mx.partner.example']] },
  'sender.example': { MX: [[10, 'mx.partner.example']], TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
  'forged.example': { TXT: ['v=spf1 -all'] },
  '_dmarc.forged.example': { TXT: ['v=DMARC1; p=reject'] },
  'doubtful.example': { TXT: ['v=spf1 -all'] },
  '_dmarc.doubtful.example': { TXT: ['v=DMARC1; p=quarantine'] },
  'mx.partner.example': { A: [world] },
})

export async function openMailSite(
  options: { settings?: Partial<Config>; script?: SmtpScript } = {},
): Promise<MailSite> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-site-'))
  const world = await scriptedSmtp(options.script)
  const dns = await startDnsServer(zone('127.0.0.1'))
  const loaded = loadConfig({
    environment: {},
    options: {
      dataFolder: join(folder, 'data'),
      'service.hostname': HOST_NAME,
      ...freePorts,
      'dns.servers': dns.address,
      'outbound.port': world.port,
      'outbound.privateAddresses': 'yes',
      'log.output': 'file',
      ...options.settings,
    },
  })
  const { dataFolder } = loaded.config
  const service = await startService(loaded)
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = (await admin.call('CreateOrganization', { Alias: 'corp' })) as {
    OrganizationId: OrganizationId
  }
  const names = {
    mx: 'mail from other servers',
    submissions: 'mail from programs',
    submission: 'mail from programs with STARTTLS',
    imaps: 'mail for programs to read',
    imap: 'mail for programs to read with STARTTLS',
    web: 'mail, calendars and contacts for programs',
  }
  const port = (name: keyof typeof names) =>
    Number(
      service.listeners
        .find((each) => each.name === names[name])!
        .address.split(':')
        .at(-1),
    )
  const call: MailSite['call'] = (operation, input) =>
    admin.call(operation, { OrganizationId, ...input } as never) as Promise<Record<string, unknown>>
  const { store } = service.data
  return {
    service,
    organization: OrganizationId,
    domain: 'corp.test',
    dataFolder,
    admin,
    dns,
    world,
    port,
    call,
    async user(name) {
      const { UserId } = await call('CreateUser', { Name: name, DisplayName: name, Password: PASSWORD })
      const address = `${name}@corp.test`
      await call('RegisterToWorkMail', { EntityId: UserId, Email: address })
      return { id: UserId as EntryId, address }
    },
    as: (address) =>
      nodemailer.createTransport({
        host: '127.0.0.1',
        port: port('submissions'),
        secure: true,
        tls: { rejectUnauthorized: false },
        auth: { user: address, pass: PASSWORD },
      }),
    mailboxAt: (address) => mailboxAt(store, OrganizationId, address),
    async messages(address, distinguished = 'inbox') {
      const at = await mailboxAt(store, OrganizationId, address)
      const found = await store.mailboxes.findFolder(at, { distinguished })
      const { rows } = await store.mailboxes.listItems(at, found!.no, {
        order: 'uid',
        limit: 100,
        parts: ['summary'],
      })
      return Promise.all(
        rows.map(async (item) => ({
          item,
          text: (await readAll(store, at, item.body as BodyNo)).toString('latin1'),
        })),
      )
    },
    async until(condition) {
      const late = AbortSignal.timeout(120_000)
      while (!(await condition())) {
        late.throwIfAborted()
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async end() {
      await service.stop()
      world.close()
      await dns.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
