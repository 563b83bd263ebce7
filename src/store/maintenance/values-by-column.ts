import type { AddressKind, AttachmentKind, EntryKind, EntryState, Home } from '#src/domain/directory/entry.ts'
import { ALL_FOLDER_RIGHTS, FOLDER_BITS } from '#src/domain/directory/folder-permission.ts'
import type { MailDomain, OwnershipState } from '#src/domain/directory/mail-domain.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import type { Decision } from '#src/domain/directory-sync/decision.ts'
import type { LinkKind, ObjectState } from '#src/domain/directory-sync/store.ts'
import type { FolderClass } from '#src/domain/mailbox/folder.ts'
import { Flag, type ItemClass } from '#src/domain/mailbox/item.ts'
import type { DeferredGrantState } from '#src/domain/migration/engine/project/project.ts'
import {
  batchStates,
  type ItemLedgerState,
  memberStates,
} from '#src/domain/migration/engine/project/state.ts'
import type { LossWeight } from '#src/domain/migration/source.ts'
import type { ReturnState } from '#src/domain/migration/store.ts'
import type { OrganizationState } from '#src/domain/organization/store.ts'
import type { Column } from '../driver/driver.ts'
import * as v from './values.ts'

const bits = (flags: Readonly<Record<string, number>>): v.Values =>
  v.sumOf(Object.values(flags).reduce((sum, flag) => sum | flag, 0))

const itemClasses = { message: 1, event: 1, contact: 1, task: 1, note: 1 } satisfies Record<ItemClass, 1>
const entryKind = v.oneOf<EntryKind>({ user: 1, group: 1, resource: 1, contact: 1 })

/** What columns hold of which neither their type nor their name tells it, table by table. */
const byTable: Readonly<Record<string, Readonly<Record<string, v.Values>>>> = {
  organization: {
    state: v.oneOf<OrganizationState>({
      Requested: 1,
      Creating: 1,
      Validating: 1,
      Active: 1,
      Impaired: 1,
      Inactive: 1,
      Failed: 1,
    }),
  },
  mailbox: {
    state: v.among(['active', 'destroyed']),
    modseq: v.natural,
    forgotten_modseq: v.upTo('the number of a change that it has made', 'modseq'),
    quota_notice: v.truth,
  },
  folder: {
    class: v.oneOf<FolderClass>({ ...itemClasses, search: 1, other: 1 }),
    recoverable: v.truth,
    subscribed: v.truth,
  },
  item: {
    class: v.oneOf<ItemClass>(itemClasses),
    flags: bits(Flag),
    created_modseq: v.upTo('the number of a change up to its last', 'modseq'),
    other_modseq: v.upTo('the number of a change up to its last', 'modseq'),
  },
  event: {
    level: v.between('a number from 0 to 7', 0, 7),
    bin: v.anyNumber,
    from_ms: v.time,
    to_ms: v.time,
    state: v.between('a number from 0 to 63', 0, 63),
  },
  directory_entry: {
    kind: entryKind,
    state: v.oneOf<EntryState>({ ENABLED: 1, DISABLED: 1, DELETED: 1 }),
    home: v.oneOf<Home>({ local: 1, exchange: 1, external: 1 }),
    hidden: v.truth,
    mailbox: v.activeMailbox,
  },
  directory_gone: { kind: entryKind },
  directory_address: {
    entry: v.entry,
    kind: v.oneOf<AddressKind>({ primary: 1, alias: 1, routing: 1, x500: 1, sip: 1 }),
    domain: v.mailDomain,
  },
  directory_attachment: { entry: v.entry, kind: v.oneOf<AttachmentKind>({ photo: 1, certificate: 1 }) },
  directory_member: { grp: v.entry, member: v.entry },
  directory_permission: { owner: v.entry, grantee: v.entry, rights: bits(MailboxRight) },
  resource_delegate: { resource: v.entry, delegate: v.entry },
  folder_permission: {
    mailbox: v.mailbox,
    grantee: v.grantee,
    rights: v.sumOf(ALL_FOLDER_RIGHTS | FOLDER_BITS),
  },
  mail_domain: {
    purpose: v.oneOf<MailDomain['use']>({ mail: 1, routing: 1 }),
    ownership: v.oneOf<OwnershipState>({ PENDING: 1, VERIFIED: 1, FAILED: 1 }),
  },
  directory_credential: { entry: v.entry },
  access_token: { entry: v.entry },
  send_count: { day: v.day },
  account_sending: { day: v.day },
  source_object: {
    state: v.oneOf<ObjectState>({
      imported: 1,
      partial: 1,
      local: 1,
      'local-partial': 1,
      candidate: 1,
      quarantined: 1,
      omitted: 1,
      gone: 1,
    }),
  },
  source_staged: {
    there: v.truth,
    decision: v.oneOf<Decision>({
      create: 1,
      change: 1,
      return: 1,
      replace: 1,
      local: 1,
      account: 1,
      delete: 1,
      unlink: 1,
      quarantine: 1,
      omit: 1,
      hold: 1,
      missing: 1,
      note: 1,
    }),
  },
  source_link: {
    kind: v.oneOf<LinkKind>({
      member: 1,
      owner: 1,
      manager: 1,
      delegate: 1,
      'full-access': 1,
      'send-as': 1,
      forward: 1,
      from: 1,
      'from-members': 1,
      'not-from': 1,
      'not-from-members': 1,
    }),
  },
  migration_batch: { state: v.among(batchStates) },
  migration_member: { state: v.among(memberStates), priority: v.anyNumber },
  migration_grant: {
    state: v.oneOf<DeferredGrantState>({ waiting: 1, applied: 1, unresolved: 1, dropped: 1 }),
  },
  migration_folder: { is_listing: v.truth, gone: v.truth },
  migration_item: {
    state: v.oneOf<ItemLedgerState>({
      copied: 1,
      skipped: 1,
      kept: 1,
      deleted: 1,
      gone: 1,
      pending: 1,
    }),
    weight: v.oneOf<LossWeight>({ metadata: 1, visible: 1, content: 1 }),
  },
  migration_return: { state: v.oneOf<ReturnState>({ sent: 1, returned: 1, left: 1 }) },
}

const byName: Readonly<Record<string, v.Values>> = { org: v.organizationId, key_ref: v.keyRef }

/** What a column may hold; undefined where that is whatever its type allows. */
export function valuesOf({ table, name, type }: Column): v.Values | undefined {
  const own = byTable[table]?.[name]
  if (own !== undefined) return own
  if (type !== 'number') return byName[name]
  if (name.endsWith('modseq')) return v.modseq
  return /(^|_)(at|until)$/.test(name) ? v.time : v.natural
}
