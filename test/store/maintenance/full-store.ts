import { createHash, randomUUID } from 'node:crypto'
import { type EntryId, newEntryId, newMailboxId, newResourceId } from '#src/base/ids.ts'
import { transportMailbox } from '#src/domain/delivery/store.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import type { MailDomain } from '#src/domain/directory/mail-domain.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { StagedBody } from '#src/domain/mailbox/store.ts'
import { type ProjectId, usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { aBatch, aMember } from '#test/support/migrated-mailbox.ts'
import { queueMessage } from '#test/support/queue.ts'
import { stageBytes, type TemporaryStore, type TestMailbox, temporaryStore } from '#test/support/store.ts'
import { plainTexts, type Texts } from './full-texts.ts'

export type FullStore = TemporaryStore & {
  box: TestMailbox
  user: EntryId
  group: EntryId
  projects: FolderNo
}

/** A store that has something of everything: items of all classes, large and small, shared bodies, a directory. */
export async function fullStore(texts: Texts = plainTexts, now?: () => number): Promise<FullStore> {
  const temporary = await temporaryStore({ mailboxes: 2, folders: distinguishedFolders, ...(now && { now }) })
  const box = temporary.mailboxes[0]!
  const projects = await fillMailbox(temporary, box, texts)
  await temporary.store.accessKeys.create({
    organization: temporary.organization.id,
    description: texts.accessKeyName,
  })
  const { user, group } = await fillDirectory(temporary, box, projects, texts)
  await fillDelivery(temporary, user, texts)
  await fillSource(temporary, texts)
  await fillMigration(temporary, box, texts)
  return Object.assign(temporary, { box, user, group, projects })
}

/** A migration with a source, a mailbox, a grant that waits, and something in the ledger. */
async function fillMigration(
  { store, organization: { id: organization } }: TemporaryStore,
  { mailbox, inbox }: TestMailbox,
  texts: Texts,
): Promise<void> {
  const project = randomUUID() as ProjectId
  const at = { organization, mailbox }
  await store.transact({ organization, mailboxes: [mailbox] }, async ({ migration }) => {
    await migration.putProject({
      organization,
      id: project,
      name: texts.migrationName,
      createdAt: 1,
      settings: usualSettings,
    })
    const config = {
      id: 'old',
      kind: 'exchange',
      url: `https://${texts.migratedAddress}`,
      user: texts.migratedAddress,
      options: {},
      anywhere: false,
      changedAt: 1,
    } as const
    await migration.putSource(organization, project, { config, secret: texts.migrationSecret })
    await migration.putBatch(organization, { ...aBatch(project), name: texts.migrationName })
    await migration.putMember(organization, aMember(project, texts.migratedAddress))
    await migration.addEvent(organization, project, {
      at: 1,
      kind: 'made',
      batch: null,
      member: null,
      by: texts.migratedAddress,
      sentence: texts.migrationEvent,
    })
    await migration.putGrant(organization, project, {
      state: 'waiting',
      owner: texts.migratedAddress,
      grantee: texts.recipient,
      right: 'full-access',
      folder: texts.folderName,
      rights: null,
      brokenFrom: null,
      appliedAt: null,
      cause: '',
    })
    const folder = await migration.putLedgerFolder(at, {
      source: 'old',
      key: texts.migratedKey,
      target: inbox,
      name: texts.folderName,
      parent: null,
      placed: null,
      cursor: texts.migratedKey,
      pass: 1,
      listing: 1,
      isListing: false,
      gone: false,
      losses: [],
    })
    await migration.putLedgerItem(at, {
      source: 'old',
      key: texts.migratedKey,
      folder: folder.no,
      item: null,
      state: 'skipped',
      version: '1',
      match: texts.migratedKey,
      attempts: 1,
      modseq: 0,
      listing: 1,
      pass: 1,
      sizeBytes: 1,
      hash: null,
      title: texts.migratedTitle,
      code: 'ErrorItemCorrupt',
      problem: texts.problem,
      losses: [{ property: 'item', reason: texts.problem, weight: 'content' }],
    })
    await migration.putReturn(at, {
      item: 1 as ItemNo,
      state: 'left',
      attempts: 1,
      sizeBytes: 1,
      source: 'old',
      folder: texts.migratedKey,
      mark: '',
      title: texts.migratedTitle,
      code: 'too-large',
      problem: texts.problem,
      losses: [],
    })
  })
}

/** A directory elsewhere: how to get there, somebody who came from it, and a run that waits. */
async function fillSource({ store, organization: { id: org } }: TemporaryStore, texts: Texts): Promise<void> {
  const person = {
    ...mailboxObject(7_001, 'sonja', { displayName: texts.sourcePerson, place: texts.sourcePlace }),
    changeNumber: '1',
    certificate: null,
  }
  const staged = { changeNumber: '1', place: texts.sourcePlace }
  const note = { reason: texts.sourceReason, name: texts.sourcePerson, address: null, class: 'user' } as const
  await store.transact({ organization: org }, async ({ directorySync: sync }) => {
    await sync.putConnection(
      org,
      {
        kind: 'active-directory',
        domains: [{ name: 'corp.example', controllers: [], base: null }],
        security: 'ldaps',
        certificateName: null,
        authorities: null,
        bindName: texts.userAddress,
        password: texts.bindPassword,
      },
      0,
    )
    for (const [run, guid] of [1, 2].entries()) {
      await sync.stage(org, run, [
        { ...staged, guid: guidOf(guid), object: { ...person, guid: guidOf(guid) }, reason: null },
      ])
      await sync.decide(org, run, guidOf(guid), { decision: 'quarantine', step: 2, entry: null, note })
    }
    await sync.adopt(org, 0, guidOf(1), { state: 'quarantined', entry: null })
    await sync.replaceLinks(org, guidOf(1), [{ kind: 'manager', target: guidOf(2) }])
  })
}

/** A message that waits, the trace of another, and a count of what was sent. */
async function fillDelivery(
  { store, organization: { id: org } }: TemporaryStore,
  entry: EntryId,
  texts: Texts,
): Promise<void> {
  const now = 1_700_000_000_000
  await queueMessage(store, org, {
    sender: texts.sender,
    recipients: [{ address: texts.recipient }],
    octets: Buffer.from(`Subject: ${texts.subject}\r\n\r\n${texts.smallBody}`),
    now,
  })
  const terms = { now, untilMs: now + 1, limit: 1, perRoute: 1, busy: new Map() }
  const [lease] = await store.queue.lease(terms)
  await store.transact({ organization: org, mailboxes: [transportMailbox] }, async ({ delivery }) => {
    const problem = { status: '4.0.0', problem: texts.problem, nextAttemptAt: now + 1_000 }
    await delivery.settle(lease!, [{ no: 1, outcome: 'postponed', ...problem }], now)
    const traced = {
      organization: org,
      traceId: lease!.message.id,
      name: 'OUTGOING_EMAIL_DELAYED',
      fields: { reason: texts.traced },
      senders: [texts.sender],
      recipients: [texts.recipient],
    } as const
    await delivery.writeTrace([
      { ...traced, at: now },
      { ...traced, at: now + 1_000 },
    ])
    await delivery.countSending(org, {
      day: '2023-11-14',
      entry,
      external: 1,
      fromTestDomain: 0,
      limits: null,
    })
    const gateway = {
      name: texts.gateway,
      host: 'smtp.relay.example',
      port: 587,
      tls: 'required',
      authorities: null,
      user: texts.gatewayUser,
      recipients: ['far.example'],
    } as const
    await delivery.createGateway(org, { gateway, password: texts.gatewayPassword })
  })
}

async function fillMailbox({ store }: TemporaryStore, box: TestMailbox, texts: Texts): Promise<FolderNo> {
  const at = { organization: box.organization, mailbox: box.mailbox }
  const bodies: StagedBody[] = []
  for (const body of [
    `Subject: ${texts.subject}\r\n\r\n${texts.smallBody}`,
    `Subject: ${texts.subject}\r\n\r\n${`${texts.largeBody}\r\n`.repeat(10_000)}`,
    `Subject: ${texts.subject}\r\n\r\n${`${texts.largeBody}\r\n`.repeat(10_000)}`,
  ])
    bodies.push(await stageBytes(store, at, Buffer.from(body)))
  return store.transact(
    { organization: box.organization, mailboxes: [box.mailbox] },
    async ({ mailboxes }) => {
      const folder = await mailboxes.createFolder(at, {
        parent: box.inbox,
        name: texts.folderName,
        class: 'message',
      })
      const messages: ItemNo[] = []
      for (const body of bodies) {
        const { no } = await mailboxes.appendItem(at, {
          folder: box.inbox,
          class: 'message',
          flags: Flag.flagged,
          keywords: [texts.keyword],
          receivedAt: 1_700_000_000_000,
          body,
          summary: {
            subject: texts.subject,
            preview: `${texts.preview} ${texts.senderName} ${texts.sender}`,
            attachmentNames: [texts.attachment],
          },
          properties: { 'String:0x1234': texts.property },
        })
        messages.push(no)
      }
      const [gone, ...kept] = messages
      await mailboxes.copyItems(at, { items: messages, to: folder.no })
      await mailboxes.moveItems(at, { items: kept, to: box.archive })
      await mailboxes.removeItems(at, [gone!])
      const contents = {
        event: {
          '@type': 'Event',
          title: texts.eventTitle,
          uid: texts.eventUid,
          start: '2023-11-14T22:13:20',
          duration: 'PT1H',
          timeZone: 'Etc/UTC',
        },
        contact: { '@type': 'Card', name: { full: texts.contactName } },
        note: { text: texts.noteText },
        task: { '@type': 'Task', title: texts.eventTitle },
      } as const
      for (const [name, content] of Object.entries(contents)) {
        await mailboxes.appendItem(at, {
          folder: folder.no,
          class: name as keyof typeof contents,
          receivedAt: 1_700_000_000_000,
          summary: { subject: texts.eventTitle },
          content,
          ...(name === 'event' && { event: { ...hour, uid: texts.eventUid } }),
        })
      }
      const subjects = (await mailboxes.getItems(at, messages)).map(({ no, modseq }) => ({
        no,
        modseq,
        value: texts.subject,
      }))
      await mailboxes.keepDigests(at, { name: 'subject', version: '1' }, subjects)
      await mailboxes.putConfiguration(at, folder.no, texts.configurationName, { text: texts.configuration })
      return folder.no
    },
  )
}

const hour = {
  fromMs: 1_700_000_000_000,
  toMs: 1_700_003_600_000,
  busy: 'busy',
  series: false,
  floating: false,
  private: false,
} as const

async function fillDirectory(
  { store, organization: { id: org } }: TemporaryStore,
  box: TestMailbox,
  folder: FolderNo,
  texts: Texts,
): Promise<{ user: EntryId; group: EntryId }> {
  const common = {
    displayName: texts.displayName,
    state: 'ENABLED',
    home: 'local',
    hidden: false,
    addresses: [],
    target: null,
    details: {},
    photo: null,
    certificate: null,
    mailbox: null,
    createdAt: 1,
    enabledAt: 1,
    disabledAt: null,
    deletedAt: null,
    purgeAt: null,
  } as const
  const user: NewEntry = {
    ...common,
    id: newEntryId(),
    kind: 'user',
    role: 'USER',
    identityProviderUserId: texts.userName,
    name: texts.userName,
    addresses: [
      { kind: 'primary', address: texts.userAddress },
      { kind: 'x500', address: texts.x500 },
    ],
    details: { telephone: texts.phone, notes: texts.noteText },
    mailbox: box.mailbox,
    photo: {
      type: 'image/png',
      sizeBytes: Buffer.byteLength(texts.photo),
      digest: createHash('sha256').update(texts.photo).digest('hex'),
    },
  }
  const group: NewEntry = { ...common, id: newEntryId(), kind: 'group', name: texts.groupName }
  const resource: NewEntry = {
    ...common,
    id: newResourceId(),
    kind: 'resource',
    name: `room of ${texts.groupName}`,
    type: 'ROOM',
    description: texts.noteText,
    bookingOptions: {
      autoAcceptRequests: true,
      autoDeclineRecurringRequests: false,
      autoDeclineConflictingRequests: true,
    },
    capacity: 8,
  }
  const domain: Omit<MailDomain, 'version'> = {
    name: 'corp.example',
    use: 'mail',
    isTest: false,
    createdAt: 1,
    ownership: 'VERIFIED',
    ownershipToken: randomUUID(),
    verifiedAt: 1,
    checkedAt: null,
    dkim: { selector: 'lb-1', publicKey: 'QUJD' },
    mailFrom: null,
    records: {},
  }
  await store.transact({ organization: org }, async ({ directory }) => {
    await directory.createDomain(org, domain, { selector: 'lb-1', privateKey: texts.dkimKey })
    await directory.putSettings(org, {
      defaultDomain: 'corp.example',
      routingDomain: null,
      authenticationMode: 'DIRECTORY',
    })
    for (const entry of [user, group, resource]) await directory.createEntry(org, entry)
    await directory.addMember(org, group.id, user.id)
    await directory.addDelegate(org, resource.id, user.id)
    await directory.putPermission(org, { owner: user.id, grantee: group.id, rights: 1 })
    await directory.putAttachment(org, user.id, 'photo', {
      type: 'image/png',
      octets: Buffer.from(texts.photo),
    })
    await directory.putFolderPermission(org, newMailboxOf(user), folder, group.id, 1)
    await directory.putCredential(org, user.id, { hash: texts.passwordHash, changedAt: 1 })
    const token = {
      id: randomUUID(),
      entry: user.id,
      name: texts.tokenName,
      scopes: ['mail'],
      createdAt: 1,
      expiresAt: 2 ** 42,
      lastUsedAt: null,
    }
    await directory.putAvailability(org, {
      configuration: {
        domain: 'asked.example',
        provider: { type: 'ews', endpoint: 'https://asked.example/ews', user: texts.askedUser },
        createdAt: 1,
        changedAt: 1,
      },
      secret: texts.askedPassword,
    })
    await directory.createToken(org, token, createHash('sha256').update('secret').digest('hex'))
  })
  return { user: user.id, group: group.id }
}

const newMailboxOf = (entry: NewEntry) => entry.mailbox ?? newMailboxId()
