/**
 * What one organisation has is nobody else's, by any call of the store. Directories and mailboxes have tests of their own
 * (`directory/isolation.slow.test.ts`, `mailbox/mailbox.test.ts`); here are queue, trace, gateways, directories elsewhere and migrations.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import Database from 'better-sqlite3'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { QueuedMessage } from '#src/domain/delivery/queue.ts'
import { type DeliveryWriter, type Lease, transportMailbox } from '#src/domain/delivery/store.ts'
import type { KnownObject, StagedObject, SyncWriter } from '#src/domain/directory-sync/store.ts'
import type { Gateway } from '#src/domain/gateway/gateway.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Batch, Member, ProjectId, SourceLogin } from '#src/domain/migration/engine/project/project.ts'
import type { LedgerFolder, LedgerItem, MigrationWriter, ReturnRow } from '#src/domain/migration/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store, Writer } from '#src/domain/store.ts'
import { guidOf } from '#test/support/memory-directory.ts'
import { type FullStore, fullStore } from './maintenance/full-store.ts'
import { plainTexts as texts } from './maintenance/full-texts.ts'

/** What the first organisation has, as it would be named to ask for it. */
type Treasure = {
  project: ProjectId
  batch: Batch
  member: Member
  login: SourceLogin
  folder: LedgerFolder
  item: LedgerItem
  returned: ReturnRow
  message: QueuedMessage
  lease: Lease
  gateway: Gateway
  known: KnownObject
  staged: StagedObject
  user: EntryId
  group: EntryId
}
/** `at`: the mailbox of the other one, in the name of `org`. */
type Asker = { org: OrganizationId; at: MailboxRef }
type Try<Part> = (part: Part, asker: Asker, its: Treasure) => Promise<unknown>

const page = { after: null, limit: 100 }
const RUN = 1
const NOW = 1_700_000_000_000

const delivery: Record<keyof DeliveryWriter, Try<DeliveryWriter>> = {
  listQueue: (d, { org }) => d.listQueue(org, page),
  findQueued: (d, { org }, { message }) => d.findQueued(org, message.id),
  // Of the whole service: numbers for whoever runs it.
  queueStatistics: (d) => d.queueStatistics(0),
  findTrace: (d, { org }, { message }) => d.findTrace(org, { traceId: message.id }, page),
  countSent: (d, { org }, { user }) => d.countSent(org, '2023-11-14', user),
  countAccountSending: (d) => d.countAccountSending('2023-11-14'),
  listGateways: (d, { org }) => d.listGateways(org, page),
  countGateways: (d, { org }) => d.countGateways(org),
  findGateway: (d, { org }, { gateway }) => d.findGateway(org, gateway.name),
  findGatewayLogin: (d, { org }, { gateway }) => d.findGatewayLogin(org, gateway.name),
  findGatewayFor: (d, { org }) => d.findGatewayFor(org, ['far.example']),
  createGateway: (d, { org }, { gateway }) => d.createGateway(org, { gateway, password: 'mine' }),
  saveGateway: (d, { org }, { gateway }) => d.saveGateway(org, { ...gateway, port: 25 }, null),
  removeGateway: (d, { org }, { gateway }) => d.removeGateway(org, gateway.name),
  enqueue: (d, { org }, { message, lease }) => d.enqueue({ ...message, organization: org }, lease.recipients),
  settle: (d, { org }, { lease }) => {
    const stolen = { ...lease, message: { ...lease.message, organization: org } }
    return d.settle(stolen, [{ no: 1, outcome: 'delivered', status: '2.0.0', problem: '' } as never], NOW)
  },
  retryQueued: (d, { org }, { message }) => d.retryQueued(org, message.id, 0, 9),
  cancelQueued: (d, { org }, { message }) => d.cancelQueued(org, message.id),
  writeTrace: (d, { org }, { message }) =>
    d.writeTrace([
      {
        organization: org,
        traceId: message.id,
        at: NOW,
        name: 'ROUTED',
        fields: {},
        senders: [texts.sender],
        recipients: [],
      },
    ]),
  countSending: (d, { org }, { user }) =>
    d.countSending(org, { day: '2023-11-14', entry: user, external: 5, fromTestDomain: 0, limits: null }),
}

const directorySync: Record<keyof SyncWriter, Try<SyncWriter>> = {
  findSync: (s, { org }) => s.findSync(org),
  findConnection: (s, { org }) => s.findConnection(org),
  // Of the whole service: the job that asks which directories are due.
  listSynchronized: (s) => s.listSynchronized(null, 9),
  synchronizedAt: (s, { org }) => s.synchronizedAt(org),
  findKnown: (s, { org }, { known }) => s.findKnown(org, { guid: known.guid }),
  findAllKnown: (s, { org }, { known }) => s.findAllKnown(org, [known.guid]),
  knownForms: (s, { org }, { known }) => s.knownForms(org, [{ guid: known.guid, form: '', hasPhoto: false }]),
  findAccount: (s, { org }) => s.findAccount(org, { upn: 'sonja@corp.example' }),
  findLinked: (s, { org }, { known }) => s.findLinked(org, { guid: known.guid }),
  findAllLinked: (s, { org }, { known }) => s.findAllLinked(org, [known.guid]),
  listMarks: (s, { org }) => s.listMarks(org, page),
  listKnown: (s, { org }) => s.listKnown(org, { ...page, state: 'quarantined' }),
  listEntered: (s, { org }) => s.listEntered(org, page),
  countDoubtful: (s, { org }) => s.countDoubtful(org),
  countImported: (s, { org }) => s.countImported(org),
  findStaged: (s, { org }, { staged }) => s.findStaged(org, RUN, staged.guid),
  listStaged: (s, { org }) => s.listStaged(org, RUN, page),
  findDecided: (s, { org }, { staged }) => s.findDecided(org, RUN, staged.guid),
  placeTarget: (s, { org }) => s.placeTarget(org, texts.sourcePlace),
  linksFrom: (s, { org }, { known }) => s.linksFrom(org, known.guid),
  linksTo: (s, { org }) => s.linksTo(org, { ...page, target: guidOf(2), kind: 'manager', notIn: null }),
  hasPlaceLinks: (s, { org }) => s.hasPlaceLinks(org),
  entriesAmong: (s, { org }, { user }) => s.entriesAmong(org, [user]),
  ownersOf: async (s, { org }) => {
    const owners = await s.ownersOf(org, [
      { kind: 'smtp', address: texts.userAddress, primary: true } as never,
    ])
    return owners.filter((owner) => owner !== undefined)
  },
  putConnection: (s, { org }) => s.putConnection(org, null, 0),
  saveSync: (s, { org }) => s.saveSync(org, { applying: RUN }),
  takeLease: (s, { org }) => s.takeLease(org, 'token', 0, NOW),
  freeLease: (s, { org }) => s.freeLease(org, 'token'),
  stage: (s, { org }, { staged }) =>
    s.stage(org, RUN, [
      { guid: staged.guid, changeNumber: '9', place: 'CN=Mine', object: null, reason: null },
    ]),
  stageKnown: (s, { org }, { known }) => s.stageKnown(org, RUN, known.guid, false),
  decide: (s, { org }, { staged }) =>
    s.decide(org, RUN, staged.guid, { decision: 'omit', step: 1, entry: null, note: staged.note }),
  adopt: (s, { org }, { staged }) => s.adopt(org, RUN, staged.guid, { state: 'omitted', entry: null }),
  importNew: (s, { org }) => s.importNew(org, RUN, []),
  hold: (s, { org }, { known }) =>
    s.hold(org, RUN, known.guid, { state: 'imported', entry: null, object: known.object! }),
  setMissing: (s, { org }, { known }) => s.setMissing(org, known.guid, RUN),
  setGone: (s, { org }, { known }) => s.setGone(org, known.guid, NOW),
  setEntry: (s, { org }, { known, user }) => s.setEntry(org, known.guid, user),
  removeKnown: (s, { org }, { known }) => s.removeKnown(org, known.guid),
  forgetGone: (s, { org }) => s.forgetGone(org, NOW * 2, 9),
  replaceLinks: (s, { org }, { known }) => s.replaceLinks(org, known.guid, []),
  addLinks: (s, { org }, { known }) =>
    s.addLinks(org, [{ guid: known.guid, kind: 'owner', target: guidOf(2) }]),
  unstage: (s, { org }, { staged }) => s.unstage(org, RUN, [staged.guid]),
  clearStaged: (s, { org }) => s.clearStaged(org, [], 9),
  setMembers: (s, { org }, { group, user }) => s.setMembers(org, group, [user]),
}

const migration: Record<keyof MigrationWriter, Try<MigrationWriter>> = {
  listProjects: (m, { org }) => m.listProjects(org),
  getProject: (m, { org }, { project }) => m.getProject(org, project),
  listSources: (m, { org }, { project }) => m.listSources(org, project),
  getSourceLogin: (m, { org }, { project }) => m.getSourceLogin(org, project, 'old'),
  listBatches: (m, { org }, { project }) => m.listBatches(org, project),
  getBatch: (m, { org }, { project, batch }) => m.getBatch(org, project, batch.no),
  listMembers: (m, { org }, { project }) => m.listMembers(org, project, { limit: 9 }),
  countMemberStates: (m, { org }, { project }) => m.countMemberStates(org, project),
  listMemberStates: (m, { org }, { project, batch }) => m.listMemberStates(org, project, batch.no),
  getMember: (m, { org }, { project, member }) => m.getMember(org, project, member.no),
  findMember: (m, { org }, { project }) => m.findMember(org, project, texts.migratedAddress),
  listMigrationEvents: (m, { org }, { project }) => m.listMigrationEvents(org, project, { limit: 9 }),
  listGrants: (m, { org }, { project }) => m.listGrants(org, project, { limit: 9 }),
  grantsOf: (m, { org }, { project }) => m.grantsOf(org, project, texts.migratedAddress, ['waiting']),
  listLedgerFolders: (m, { at }) => m.listLedgerFolders(at, 'old'),
  pageLedgerFolders: (m, { at }) => m.pageLedgerFolders(at, 'old', { after: null, limit: 9 }),
  findLedgerFolders: (m, { at }) => m.findLedgerFolders(at, 'old', { nos: [1 as LedgerFolder['no']] }),
  targetsOfOthers: (m, { at }) => m.targetsOfOthers(at, 'another'),
  digestKey: (m, { at }) => m.digestKey(at),
  findLedgerItems: (m, { at }) => m.findLedgerItems(at, 'old', [texts.migratedKey]),
  matchingItems: (m, { at }) => m.matchingItems(at, 'old', texts.migratedKey, 1, 9),
  findLedgerItemOf: (m, { at }, { item }) => m.findLedgerItemOf(at, item.item ?? (1 as ItemNo)),
  listLedgerItems: (m, { at }) => m.listLedgerItems(at, { limit: 9 }),
  unsettledStates: (m, { at }) => m.unsettledStates(at),
  unlistedItems: (m, { at }, { folder }) => m.unlistedItems(at, folder.no, 9, 9),
  countLedger: (m, { at }) => m.countLedger(at),
  countTroubled: (m, { at }) => m.countTroubled(at),
  countLedgerFolders: (m, { at }) => m.countLedgerFolders(at, [1 as LedgerFolder['no']]),
  findReturns: (m, { at }, { returned }) => m.findReturns(at, 'old', [returned.item]),
  listReturns: (m, { at }) => m.listReturns(at, { limit: 9 }),
  countReturns: (m, { at }) => m.countReturns(at, 'old'),
  putProject: async (m, { org }, { project }) =>
    m.putProject({ ...(await m.getProject(org, project)), name: 'Mine' }),
  removeProject: (m, { org }, { project }) => m.removeProject(org, project),
  putSource: (m, { org }, { project, login }) => m.putSource(org, project, { ...login, secret: 'mine' }),
  putBatch: (m, { org }, { batch }) => m.putBatch(org, { ...batch, name: 'Mine' }),
  putMember: (m, { org }, { member }) => m.putMember(org, { ...member, address: 'mine@old.example' }),
  removeMember: (m, { org }, { project, member }) => m.removeMember(org, project, member.no),
  leaseMember: (m, { org }, { project, member }) =>
    m.leaseMember(org, project, member.no, { token: 'mine', now: 0, until: NOW }),
  holdLease: (m, { org }, { project, member }) =>
    m.holdLease(org, project, member.no, { token: 'mine', fence: 0, until: NOW }),
  freeLease: (m, { org }, { project, member }) => m.freeLease(org, project, member.no, 'mine'),
  addEvent: (m, { org }, { project }) =>
    m.addEvent(org, project, { at: NOW, kind: 'made', batch: null, member: null, by: 'x', sentence: 'x' }),
  putGrant: (m, { org }, { project }) =>
    m.putGrant(org, project, {
      no: 1,
      state: 'dropped',
      owner: 'x',
      grantee: 'y',
      right: 'full-access',
      folder: null,
      rights: null,
      brokenFrom: null,
      appliedAt: null,
      cause: '',
    }),
  putLedgerFolder: (m, { at }, { folder }) => m.putLedgerFolder(at, { ...folder, gone: true }),
  putLedgerItem: (m, { at }, { item }) => m.putLedgerItem(at, { ...item, state: 'left' as never }),
  renameLedgerItem: (m, { at }, { item }) => m.renameLedgerItem(at, item, 'mine'),
  removeLedgerItem: (m, { at }) => m.removeLedgerItem(at, 'old', texts.migratedKey),
  noteListed: (m, { at }) => m.noteListed(at, 'old', [texts.migratedKey], 9),
  retrySkipped: (m, { at }) => m.retrySkipped(at, 'old'),
  putReturn: (m, { at }, { returned }) => m.putReturn(at, { ...returned, title: 'mine' }),
  forgetReturns: (m, { at }) => m.forgetReturns(at, 'old', 'left'),
}

/** Answers that are about the whole service, or follow from the question and a key of the asker. */
const SAID_TO_ALL = ['queueStatistics', 'countAccountSending', 'listSynchronized', 'placeTarget']
/** The full store has nothing that they would find. */
const FINDS_NOTHING_HERE = [
  ...[
    'synchronizedAt',
    'knownForms',
    'findAccount',
    'listEntered',
    ...['countDoubtful', 'countImported'],
    'findDecided',
    'hasPlaceLinks',
  ],
  ...['findLedgerItemOf', 'countLedgerFolders', 'unsettledStates'],
]
/** Parts of the store that are tried elsewhere, or are of the service and take no organisation's word for anything. */
const OTHER_PARTS: readonly (keyof Store)[] = [
  ...(['directory', 'mailboxes'] as const),
  ...(['organizations', 'accessKeys', 'maintenance', 'administration', 'queue', 'policies'] as const),
  ...(['transact', 'stageBody', 'watch', 'probe', 'close', 'now'] as const),
]
/** Of the service, by clock: nobody outside can ask for them. */
const OF_JOBS = [
  'listDue',
  'nextDueAt',
  'freeMemberLeases',
  'listMigrating',
  'watch',
  'atOnce',
  'finishBegun',
]

const parts = { delivery, directorySync, migration }
type Part = keyof typeof parts
const tries = (Object.keys(parts) as Part[]).flatMap((part) =>
  Object.entries(parts[part]).map(([name, ask]) => ({ part, name, ask: ask as Try<Writer[Part]> })),
)

let full: FullStore
let owner: Asker
let stranger: Asker
let its: Treasure

before(async () => {
  full = await fullStore()
  const { store, box } = full
  owner = { org: box.organization, at: { organization: box.organization, mailbox: box.mailbox } }
  const { id: org } = await store.organizations.create({ alias: 'stranger' })
  stranger = { org, at: { organization: org, mailbox: box.mailbox } }
  its = await treasureOf(full, owner)
})
after(() => full.remove())

async function treasureOf({ store, user, group }: FullStore, { org, at }: Asker): Promise<Treasure> {
  const project = (await store.migration.listProjects(org))[0]!.id
  const [batch] = await store.migration.listBatches(org, project)
  const [queued] = (await store.delivery.listQueue(org, page)).rows
  const { recipients } = (await store.delivery.findQueued(org, queued!.id))!
  const lease = {
    message: queued!,
    route: { kind: 'internet', domain: 'elsewhere.example' },
    destination: 'elsewhere.example',
    recipients,
    token: 1,
  } as const
  const [member] = (await store.migration.listMembers(org, project, { limit: 1 })).rows
  const [folder] = await store.migration.listLedgerFolders(at, 'old')
  const [item] = (await store.migration.listLedgerItems(at, { limit: 1 })).rows
  const [returned] = (await store.migration.listReturns(at, { limit: 1 })).rows
  const [gateway] = (await store.delivery.listGateways(org, page)).rows
  const known = await store.directorySync.findKnown(org, { guid: guidOf(1) })
  const staged = await store.directorySync.findStaged(org, RUN, guidOf(2))
  const login = await store.migration.getSourceLogin(org, project, 'old')
  const all = {
    project,
    batch,
    member,
    login,
    folder,
    item,
    returned,
    message: queued,
    lease,
    gateway,
    known,
    staged,
  }
  for (const [name, value] of Object.entries(all)) assert.ok(value, name)
  return { ...all, user, group } as Treasure
}

test('every call of these parts is tried, and there is no part besides', async () => {
  const { store } = full
  assert.deepEqual(Object.keys(store).sort(), [...OTHER_PARTS, ...Object.keys(parts)].sort())
  await store.transact({ organization: stranger.org }, async (writer) => {
    for (const part of Object.keys(parts) as Part[]) {
      assert.deepEqual(Object.keys(writer[part]).sort(), Object.keys(parts[part]).sort(), part)
      const readers = Object.keys(store[part]).filter((name) => !OF_JOBS.includes(name))
      for (const name of readers) assert.ok(name in parts[part], `${part}.${name}`)
    }
  })
})

for (const { part, name, ask } of tries) {
  test(`${part}.${name} finds nothing of another organisation, and changes nothing there`, async () => {
    const { store } = full
    const isReader = name in store[part]
    const asked = (asker: Asker) =>
      isReader
        ? ask(store[part] as never, asker, its)
        : store.transact({ organization: asker.org }, (writer) => ask(writer[part], asker, its))
    const was = rowsBeside(stranger.org)
    const answer = await attempt(() => asked(stranger))
    assert.deepEqual(rowsBeside(stranger.org), was)
    if (SAID_TO_ALL.includes(name)) return
    if (isReader) assert.ok(isNothing(answer), JSON.stringify(answer))
    // It would prove nothing if its owner found nothing either.
    if (isReader && !FINDS_NOTHING_HERE.includes(name))
      assert.equal(isNothing(await attempt(() => asked(owner))), false, 'its owner finds it')
  })
}

test('under the name of its owner nobody else writes: a transaction is of one organisation', async () => {
  const { store } = full
  const was = rowsBeside(stranger.org)
  const scopes = [{ mailboxes: [owner.at.mailbox] }, { mailboxes: [transportMailbox] }]
  for (const scope of scopes)
    await assert.rejects(
      store.transact({ organization: stranger.org, ...scope }, async ({ mailboxes }) =>
        mailboxes.setQuota(stranger.at, 1),
      ),
      Refusal,
    )
  assert.deepEqual(rowsBeside(stranger.org), was)
})

async function attempt(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    // LeaseLost too: whoever has no such mailbox holds no lease of it.
    if (error instanceof Error && error.name !== 'TypeError') return error
    throw error
  }
}

/** A refusal, or a value in which nothing is: no rows, no text, no number above 0. */
function isNothing(answer: unknown): boolean {
  if (answer instanceof Error) return answer instanceof Refusal && answer.reason.startsWith('no-such-')
  if (answer instanceof Map || answer instanceof Set) return answer.size === 0
  if (typeof answer === 'object' && answer !== null) return Object.values(answer).every(isNothing)
  return answer === undefined || answer === null || answer === 0 || answer === false || answer === ''
}

/** What all organisations have sent together counts for each (LIM-04). */
const OF_EVERYBODY = ['account_sending']

/** Every row of every table but those of one organisation. */
function rowsBeside(org: OrganizationId): Record<string, unknown[]> {
  const database = new Database(join(full.folder, 'landbridge.sqlite'), { readonly: true })
  try {
    const names = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[]
    return Object.fromEntries(
      names
        .filter((name) => !OF_EVERYBODY.includes(name))
        .map((name) => {
          const columns = database.prepare(`SELECT name FROM pragma_table_info('${name}')`).pluck().all()
          const beside = columns.includes('org') ? `WHERE org <> '${org}'` : ''
          return [name, database.prepare(`SELECT * FROM ${name} ${beside}`).all()]
        }),
    )
  } finally {
    database.close()
  }
}
