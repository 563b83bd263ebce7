/** Faults of what is here for mailboxes, of a batch as a whole, and of DNS. */
import { newMailboxId } from '#src/base/ids.ts'
import { registerMailDomain } from '#src/domain/directory/mail-domains.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import { exchangeUser } from '#test/support/migration-site.ts'
import { ANNA, DAY_MS, everywhere, fault, type Planted, type Stand } from '#test/support/planted-faults.ts'
import { changeAnna, changeMember, changeSettings, withMember } from '#test/support/planted-members.ts'
import { appendMessage } from '#test/support/store.ts'

/** Anna has a mailbox here already, with a quota and one message in it. */
async function mailboxHere(stand: Stand, quotaBytes: number): Promise<MailboxRef> {
  const { store, organization } = stand.site
  const at = { organization, mailbox: newMailboxId() }
  await store.transact({ organization, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(at, { quotaBytes, folders: distinguishedFolders }),
  )
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!.no
  await appendMessage(store, { ...at, inbox, archive: inbox, trash: inbox }, 'here', 10)
  await changeAnna(stand, { mailbox: at.mailbox })
  return at
}

const sized = ['pst', 'landbridge'] as const

const NAME = '/o=Corp/ou=Exchange/cn=Recipients/cn=ben'
const grant = (grantee: string) => ({
  ...{ owner: ANNA, grantee, right: 'full-access' as const, folder: null },
})
const told = (stand: Stand, name: string, value: string, ttlSeconds: number) =>
  void stand.dns.set(name, { values: [value], ttlSeconds })

export const faultsHere: readonly Planted[] = [
  fault('a quota that is too small', sized, (stand) => mailboxHere(stand, 2 ** 20), [
    'warning',
    'quota',
    /^Its (2|13) MB do not fit into a quota of 1 MB/,
    /landbridge user quota/,
  ]),
  fault(
    'a disk that is too small',
    everywhere,
    async (stand) => {
      await changeMember(stand, { expected: { items: 1, bytes: 2 ** 33 } })
      stand.freeBytes = 9 * 2 ** 30
    },
    ['failed', 'free space', /^9 GB are free; 8 GB come over, with a margin of 25 % 10 GB\./, /Make room/],
  ),
  fault(
    'a disk that is full',
    everywhere,
    (stand) => {
      stand.freeBytes = 2 ** 21
    },
    [
      'failed',
      'free space',
      /^2 MB are free; .* Nothing comes over while less than 64 MB are free\./,
      /Make room/,
    ],
  ),
  fault('an item above the limit', sized, (stand) => changeSettings(stand, { largestItemBytes: 1_000 }), [
    'warning',
    'items over the limit',
    /larger than 1 KB and would be left behind/,
    /--largest-mb/,
  ]),
  fault('nobody here of that name', everywhere, (stand) => withMember(stand, 'ghost', { isThere: false }), [
    'failed',
    'target',
    /^Nobody in the directory has the address ghost@corp\.example/,
    /migrate add/,
  ]),
  fault(
    'two mailboxes for one person',
    everywhere,
    (stand) => withMember(stand, 'anna.old', { isThere: false, owner: 'anna' }),
    ['failed', 'target', /^anna@corp\.example goes to anna as well\.$/, /owner of its own/],
  ),
  fault(
    'an owner who was deleted',
    everywhere,
    (stand) => changeAnna(stand, { state: 'DELETED', deletedAt: 1, purgeAt: 2 }),
    ['failed', 'target', /^anna is deleted\.$/, /Make the user anew/],
  ),
  fault('an owner who has a mailbox here already', everywhere, (stand) => mailboxHere(stand, 2 ** 40), [
    'warning',
    'target',
    /^anna has a mailbox here already, with 1 item: what comes over is added to it\.$/,
    /migrate add/,
  ]),
  fault(
    'a mailbox that another source has filled',
    everywhere,
    async (stand) => {
      const at = await mailboxHere(stand, 2 ** 40)
      const { site } = stand
      const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
      await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ migration }) =>
        migration.putLedgerFolder(at, {
          ...{ source: 'old', key: 'f1', target: inbox.no, name: 'Inbox', parent: null, placed: null },
          ...{ cursor: null, pass: 1, listing: 1, isListing: false, gone: false, losses: [] },
          from: { project: 'another' as ProjectId, kind: 'imap', url: 'imaps://other.example' },
        }),
      )
    },
    [
      'failed',
      'source',
      /An earlier migration filled this mailbox from imap imaps:\/\/other\.example/,
      /name of its own/,
    ],
  ),
  fault(
    'an address that somebody else has',
    everywhere,
    async (stand) => {
      const { site } = stand
      await changeAnna(stand, { addresses: [] })
      await site.store.transact({ organization: site.organization }, async ({ directory }) => {
        const ben = exchangeUser('ben')
        const addresses = [...ben.addresses, { kind: 'alias' as const, address: ANNA }]
        await directory.createEntry(site.organization, { ...ben, addresses })
      })
      await changeMember(stand, { entry: site.entries.get('anna')! })
    },
    ['failed', 'target', /anna@corp\.example is an address of ben\./, /^$/],
  ),
  fault(
    'no X500 name',
    ['exchange'],
    (stand) => changeAnna(stand, { addresses: [{ kind: 'primary', address: ANNA }] }),
    ['warning', 'x500', /^No X500 name of anna is known: .* 5\.1\.1 IMCEAEX/, /legacyExchangeDN/],
  ),
  fault(
    'an X500 name that somebody else has',
    everywhere,
    async (stand) => {
      const { site } = stand
      await site.store.transact({ organization: site.organization }, ({ directory }) =>
        directory.createEntry(site.organization, exchangeUser('ben')),
      )
      await changeMember(stand, { x500: [NAME] })
    },
    ['failed', 'x500', /cn=ben is one of ben\.$/, /^Take it from ben or from the plan/],
  ),
  fault(
    'rights of people who are not known',
    everywhere,
    ({ site }) => addGrants(site.steering(), [grant('CORP\\gone')]),
    ['warning', 'rights', /whom nobody here is called: "corp\\gone"\.$/, /migrate report --rights/],
  ),
  fault(
    'rights that lead out of the batch',
    everywhere,
    async ({ site }) => {
      await site.store.transact({ organization: site.organization }, ({ directory }) =>
        directory.createEntry(site.organization, exchangeUser('ben')),
      )
      await addGrants(site.steering(), [grant('ben@corp.example')])
    },
    [
      'warning',
      'rights apart',
      /^1 right between anna@corp\.example and who does not move with it does not work until they have moved too: ben@corp\.example\.$/,
      /one batch/,
    ],
  ),
  fault(
    'no routing domain',
    ['exchange'],
    async ({ site }) => {
      await site.store.transact({ organization: site.organization }, async ({ directory }) => {
        const now = await directory.settings(site.organization)
        await directory.putSettings(site.organization, { ...now, routingDomain: null })
      })
    },
    ['warning', 'routing domain', /No routing domain is set/, /--routing/],
  ),
  fault(
    'a routing domain that was added only',
    ['exchange'],
    async ({ site }) => {
      const domain = { name: 'only-added.corp.example', use: 'routing' } as const
      await registerMailDomain(site.store, site.organization, domain, Date.now())
      await site.store.transact({ organization: site.organization }, async ({ directory }) => {
        const now = await directory.settings(site.organization)
        await directory.putSettings(site.organization, { ...now, routingDomain: null })
      })
    },
    [
      'warning',
      'routing domain',
      /only-added\.corp\.example is to be the routing domain, and is not yet proven/,
      /landbridge domain check only-added\.corp\.example, and landbridge domain routing only-added\.corp\.example/,
    ],
  ),
  fault(
    'an MX that others remember for long',
    everywhere,
    (stand) => told(stand, 'MX corp.example', 'mx.old.example', 86_400),
    [
      'warning',
      'DNS',
      /MX of corp\.example leads to mx\.old\.example, which others remember for 86400 s/,
      /TTL to 300 s/,
    ],
  ),
  fault(
    'Autodiscover that others remember for long',
    everywhere,
    (stand) => told(stand, 'CNAME autodiscover.corp.example', 'owa.old.example', 3_600),
    ['warning', 'DNS', /^autodiscover\.corp\.example leads to owa\.old\.example.*3600 s/, /TTL to 300 s/],
  ),
  fault(
    'an SPF record that does not name us',
    everywhere,
    (stand) => told(stand, 'TXT corp.example', 'v=spf1 -all', 300),
    ['warning', 'DNS', /SPF record of corp\.example does not name this service/, /Add a:mail\.lb\.example/],
  ),
  fault('name servers that are silent', everywhere, (stand) => void stand.dns.set('MX corp.example', null), [
    'warning',
    'DNS',
    /DNS does not answer about the MX of corp\.example/,
    /dns\.servers/,
  ]),
  fault(
    'a window that never opens',
    everywhere,
    (stand) =>
      changeSettings(stand, {
        window: {
          ...{ begin: '22:00', end: '06:00', zone: 'UTC', weekdays: [7] },
          holidays: Array.from({ length: 200 }, (_, week) =>
            new Date(Date.UTC(2026, 10, 29) + week * 7 * DAY_MS).toISOString().slice(0, 10),
          ),
        },
      }),
    ['failed', 'duration', /No window of the project opens any more/, /migrate settings --window/],
  ),
  fault(
    'a move before anything begins',
    everywhere,
    (stand) => {
      const now = stand.site.clock.now()
      stand.batch = { startAfter: now + 2 * DAY_MS, completeAfter: now + DAY_MS }
    },
    [
      'warning',
      'duration',
      /^It is to move at .*, and nothing of it begins before /,
      /--start-after and --complete-after/,
    ],
  ),
  fault('a batch without mailboxes', everywhere, ({ site }) => removeMember(site.steering(), ANNA), [
    'failed',
    'members',
    /^The batch has no mailboxes\.$/,
    /migrate add/,
  ]),
]
