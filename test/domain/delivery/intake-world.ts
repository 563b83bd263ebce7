import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OrganizationId } from '#src/base/ids.ts'
import { trustedRelays } from '#src/domain/authentication/untrusted-hop.ts'
import { mailIntake, type RunningIntake } from '#src/domain/delivery/accept-message.ts'
import {
  type IntakeConnection,
  type IntakeRecipient,
  type IntakeSender,
  MailRefusal,
} from '#src/domain/delivery/intake.ts'
import type { IntakeDeps } from '#src/domain/delivery/intake-deps.ts'
import type { SendingLimits } from '#src/domain/delivery/sending-limits.ts'
import { createContact } from '#src/domain/directory/contacts.ts'
import type { Entry, User } from '#src/domain/directory/entry.ts'
import { associateMember, createGroup } from '#src/domain/directory/groups.ts'
import { newDkimKey } from '#src/domain/directory/mail-domains.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { BodyNo, Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { parseImcea } from '#src/formats/address/imcea.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { CHEAP, domainRecord, NOW, PASSWORD } from '#test/domain/directory/furnished.ts'
import { readAll, type TemporaryStore, temporaryStore } from '#test/support/store.ts'

/** Far from what a test sends (LIM-03, LIM-04, LIM-10). */
export const USUAL_LIMITS: SendingLimits = {
  perUser: 10_000,
  perOrganization: 100_000,
  perAccount: 100_000,
  fromTestDomain: 200,
}

export const HOST = 'mx.landbridge.example'
export const STRANGER: IntakeConnection = {
  role: 'mx',
  clientAddress: '192.0.2.7',
  helo: 'mail.sender.example',
  extended: true,
}
const EXCHANGE_ADDRESS = '10.1.1.1'
export const EXCHANGE: IntakeConnection = {
  ...STRANGER,
  clientAddress: EXCHANGE_ADDRESS,
  helo: 'ex1.corp.example',
}

/** A store with an organisation that has the domains corp.example and lb.corp.example (routing), and an intake on it. */
export type World = TemporaryStore & {
  org: OrganizationId
  deps: IntakeDeps
  intake: RunningIntake
  troubles: string[]
  /** What the clock says. */
  at: number
  /** Makes the intake anew with other parts. */
  with(change: Partial<IntakeDeps>): RunningIntake
  user(name: string, domain?: string): Promise<User>
  /** A group with an address and members. */
  group(name: string, members: readonly Entry[], home?: Entry['home']): Promise<Entry>
  contact(name: string, address: string): Promise<Entry>
  inbox(entry: Entry, folder?: string): Promise<{ item: Item; text: string }[]>
  queue(): Promise<
    { sender: string; text: string; recipients: { address: string; route: unknown }[]; id: string }[]
  >
  end(): Promise<void>
}

export async function openWorld(): Promise<World> {
  const temporary = await temporaryStore({ mailboxes: 0 })
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-intake-'))
  const org = temporary.organization.id
  const { store } = temporary
  for (const [name, use] of [
    ['corp.example', 'mail'],
    ['lb.corp.example', 'routing'],
  ] as const) {
    const { dkim, key } = await newDkimKey()
    await store.transact({ organization: org }, ({ directory }) =>
      directory.createDomain(org, domainRecord(name, { use, dkim }), key),
    )
  }
  await store.transact({ organization: org }, async ({ directory }) => {
    const settings = await directory.settings(org)
    await directory.putSettings(org, {
      ...settings,
      defaultDomain: 'corp.example',
      routingDomain: 'lb.corp.example',
    })
  })
  const spool = await openSpool({
    folder,
    room: new SpoolRoom(500 * 1024 * 1024),
    full: () => new MailRefusal('try-later', '4.3.1', 'The spool is full.'),
  })
  const troubles: string[] = []
  const deps: IntakeDeps = {
    store,
    spool,
    hostName: HOST,
    judges: {
      senders: undefined,
      spam: undefined,
      virus: undefined,
      scanPolicy: { withoutSpamVerdict: 'accept', withoutVirusVerdict: 'defer' },
      trustedRelays: trustedRelays([]),
      trustedSealers: [],
    },
    isExchange: ({ clientAddress }) => clientAddress === EXCHANGE_ADDRESS,
    exchange: true,
    sharedDomain: () => undefined,
    openEncapsulated: parseImcea,
    synchronizedAt: async () => null,
    mailboxStep: async ({ junk }) => ({ folder: junk ? 'junkemail' : 'inbox', redirectTo: [] }),
    keys: { loop: { instance: 'lb-1', secrets: ['loop secret'] }, srsSecrets: ['srs secret'] },
    limits: USUAL_LIMITS,
    postmaster: '',
    trouble: (sentence, error) => {
      troubles.push(`${sentence}: ${error}`)
    },
    now: () => world.at,
    random: () => 0.5,
  }
  const plan = { quotaBytes: 60 * 1024 * 1024, folders: distinguishedFolders }
  const world = {
    ...temporary,
    at: Date.UTC(2026, 10, 21, 12),
    org,
    deps,
    intake: mailIntake(deps),
    troubles,
    with: (change: Partial<IntakeDeps>) => mailIntake({ ...deps, ...change }),
    async user(name: string, domain = 'corp.example') {
      const made = await createUser(
        { store, passwords: CHEAP },
        org,
        { name, displayName: name, password: PASSWORD },
        NOW,
      )
      return (await registerToWorkMail(
        store,
        org,
        { entry: made.id, email: `${name}@${domain}` },
        plan,
        NOW,
      )) as User
    },
    async group(name: string, members: readonly Entry[], home: Entry['home'] = 'local') {
      const made = await createGroup(store, org, { name, home }, NOW)
      for (const member of members) await associateMember(store, org, { group: made.id, member: member.id })
      return registerToWorkMail(store, org, { entry: made.id, email: `${name}@corp.example` }, plan, NOW)
    },
    contact: (name: string, address: string) =>
      createContact(store, org, { name, addresses: [address] }, NOW),
    async inbox(entry: Entry, distinguished = 'inbox') {
      const at: MailboxRef = { organization: org, mailbox: entry.mailbox! }
      const found = await store.mailboxes.findFolder(at, { distinguished })
      const { rows } = await store.mailboxes.listItems(at, found!.no, {
        order: 'uid',
        limit: 100,
        parts: ['summary', 'structure'],
      })
      return Promise.all(
        rows.map(async (item) => ({
          item,
          text: (await readAll(store, at, item.body as BodyNo)).toString('latin1'),
        })),
      )
    },
    async queue() {
      const { rows } = await store.delivery.listQueue(org, { limit: 100 })
      return Promise.all(
        rows.toReversed().map(async (message) => {
          const queued = await store.delivery.findQueued(org, message.id)
          const at: MailboxRef = { organization: org, mailbox: 'transport' as NonNullable<Entry['mailbox']> }
          const [item] = await store.mailboxes.getItems(at, [message.item])
          return {
            id: message.id as string,
            sender: message.sender,
            text: (await readAll(store, at, item!.body as BodyNo)).toString('latin1'),
            recipients: queued!.recipients.map(({ address, route }) => ({ address, route })),
          }
        }),
      )
    },
    async end() {
      await world.intake.idle()
      await temporary.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}

export const asUser = (world: World, user: User): IntakeConnection => ({
  role: 'submissions',
  clientAddress: '198.51.100.4',
  helo: 'laptop',
  extended: true,
  tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' },
  user: { organization: world.org, user, mailbox: user.mailbox, by: 'password' },
})

export type Sent = {
  connection?: IntakeConnection
  from: string
  to: readonly (string | IntakeRecipient)[]
  text: string | readonly Uint8Array[]
  sender?: Partial<IntakeSender>
  intake?: RunningIntake
}

/** Brings a message in as SMTP does. Rejects with what the first refused step was refused for. */
export async function send(
  world: World,
  { connection = STRANGER, from, to, text, sender, intake }: Sent,
): Promise<string> {
  world.at += 1_000
  const running = intake ?? world.intake
  const transaction = await running.begin(connection, {
    address: from,
    eightBit: false,
    utf8: false,
    requireTls: false,
    ...sender,
  })
  try {
    for (const each of to) await transaction.recipient(typeof each === 'string' ? { address: each } : each)
    const chunks = typeof text === 'string' ? [Buffer.from(text, 'latin1')] : text
    for (const chunk of chunks) await transaction.write(chunk)
    const { queueId } = await transaction.finish()
    await running.idle()
    return queueId
  } catch (error) {
    await transaction.abort()
    throw error
  }
}

/** The status and reason of what a promise is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof MailRefusal) return `${error.status} ${error.reason}`
    if (error instanceof Refusal) return error.reason
    throw error
  }
  return 'accepted'
}

export const mail = (header: Record<string, string>, body = 'Hello.\r\n'): string =>
  `${Object.entries(header)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`
