import { heaviest } from '#src/domain/migration/engine/project/grade.ts'
import type {
  Batch,
  DeferredGrant,
  Member,
  MigrationEvent,
  Project,
  SourceConfig,
} from '#src/domain/migration/engine/project/project.ts'
import type { Row } from '../driver/driver.ts'
import type { OpenOrganization, SealedTable } from '../maintenance/check-sealed.ts'
import type { OpenMailbox } from '../session.ts'
import { type FolderWords, folderKey, folderPlace, sourceKey } from './ledger-folders.ts'
import { type ItemWords, itemPlace } from './ledger-items.ts'
import { itemKeyLike, matchKeyLike, matchKeys } from './ledger-keys.ts'
import { addressKey, eventPlace, grantPlace, memberPlace } from './members.ts'
import { batchPlace, projectPlace, secretPlace, sourceNameKey, sourcePlace } from './projects.ts'
import { openReturn } from './returns.ts'

type OfProject = Row & { project: string; no: number; sealed: Uint8Array }
type SourceRow = Row & {
  project: string
  name_key: Uint8Array
  sealed: Uint8Array
  sealed_secret: Uint8Array | null
}
type ItemRow = Row & {
  item_key: Uint8Array
  match_key: Uint8Array | null
  size_bytes: number
  sealed: Uint8Array
}

const hasProject = [
  'EXISTS (SELECT 1 FROM migration_project p WHERE p.org = t.org AND p.id = t.project)',
  'belongs to a migration project that is not there',
] as const
/** Events and grants have numbers without a gap, as none is ever taken away. */
const numbered = (kind: string, table: string, next: string) =>
  [
    `(SELECT COUNT(*) FROM ${table} o WHERE o.org = t.org AND o.project = t.id AND o.no > 0 AND o.no < t.${next}) = t.${next} - 1
      AND NOT EXISTS (SELECT 1 FROM ${table} o WHERE o.org = t.org AND o.project = t.id AND o.no >= t.${next})`,
    `does not have just the ${kind} whose numbers it has given out`,
  ] as const

/** What migration keeps of an organisation: everything belongs to a project that is there. */
export const migrationOfOrganization: readonly SealedTable<OpenOrganization>[] = [
  {
    table: 'migration_project',
    key: ['id'],
    columns: ['created_at', 'sealed'],
    what: ({ id }) => `Migration project ${id}`,
    clear: ({ org, key }, { id, sealed }) => {
      const project = key.openJson<Project>(projectPlace(org, id), sealed)
      return { id: project.id, created_at: project.createdAt }
    },
    needs: [
      numbered('events', 'migration_event', 'next_event'),
      numbered('grants', 'migration_grant', 'next_grant'),
    ],
  } satisfies SealedTable<OpenOrganization, Row & { id: string; sealed: Uint8Array }>,
  {
    table: 'migration_source',
    key: ['project', 'name_key'],
    columns: ['sealed', 'sealed_secret'],
    what: ({ project }) => `A source of migration project ${project}`,
    clear: ({ org, key }, { project, name_key, sealed, sealed_secret }) => {
      if (sealed_secret) key.open(secretPlace(org, project, name_key), sealed_secret)
      const config = key.openJson<SourceConfig>(sourcePlace(org, project, name_key), sealed)
      return { name_key: sourceNameKey(key, config.id) }
    },
    needs: [hasProject],
  } satisfies SealedTable<OpenOrganization, SourceRow>,
  {
    table: 'migration_batch',
    key: ['project', 'no'],
    columns: ['state', 'sealed'],
    what: ({ project, no }) => `Batch ${no} of migration project ${project}`,
    clear: ({ org, key }, { project, no, sealed }) => {
      const batch = key.openJson<Batch>(batchPlace(org, project, no), sealed)
      return { no: batch.no, state: batch.state }
    },
    needs: [hasProject],
  } satisfies SealedTable<OpenOrganization, OfProject>,
  {
    table: 'migration_member',
    key: ['project', 'no'],
    columns: ['batch', 'state', 'priority', 'due_at', 'address_key', 'sealed'],
    what: ({ project, no }) => `Mailbox ${no} of migration project ${project}`,
    clear: ({ org, key }, { project, no, sealed }) => {
      const member = key.openJson<Member>(memberPlace(org, project, no), sealed)
      const { batch, state, priority, dueAt: due_at, address } = member
      return { no: member.no, batch, state, priority, due_at, address_key: addressKey(key, address) }
    },
    needs: [
      hasProject,
      [
        'EXISTS (SELECT 1 FROM migration_batch b WHERE b.org = t.org AND b.project = t.project AND b.no = t.batch)',
        'belongs to a batch that is not there',
      ],
    ],
  } satisfies SealedTable<OpenOrganization, OfProject>,
  {
    table: 'migration_event',
    key: ['project', 'no'],
    columns: ['at', 'sealed'],
    what: ({ project, no }) => `Event ${no} of migration project ${project}`,
    clear: ({ org, key }, { project, no, sealed }) => {
      const event = key.openJson<MigrationEvent>(eventPlace(org, project, no), sealed)
      return { no: event.no, at: event.at }
    },
    needs: [hasProject],
  } satisfies SealedTable<OpenOrganization, OfProject>,
  {
    table: 'migration_grant',
    key: ['project', 'no'],
    columns: ['state', 'owner_key', 'grantee_key', 'sealed'],
    what: ({ project, no }) => `Grant ${no} of migration project ${project}`,
    clear: ({ org, key }, { project, no, sealed }) => {
      const { state, owner, grantee } = key.openJson<DeferredGrant>(grantPlace(org, project, no), sealed)
      return { state, owner_key: addressKey(key, owner), grantee_key: addressKey(key, grantee) }
    },
    needs: [hasProject],
  } satisfies SealedTable<OpenOrganization, OfProject>,
]

/** What migration keeps of the mailbox it copies to: its ledger, and what goes back. */
export const migrationOfMailbox: readonly SealedTable<OpenMailbox>[] = [
  {
    table: 'migration_folder',
    key: ['no'],
    columns: ['folder_key', 'source_key', 'sealed'],
    what: ({ no }) => `Folder ${no} of the migration ledger`,
    clear: (open, { no, sealed }) => {
      const { source, key } = open.key.openJson<FolderWords>(folderPlace(open, no), sealed)
      return { folder_key: folderKey(open, source, key), source_key: sourceKey(open, source) }
    },
  } satisfies SealedTable<OpenMailbox, Row & { no: number; sealed: Uint8Array }>,
  {
    table: 'migration_item',
    key: ['item_key'],
    columns: ['match_key', 'size_bytes', 'weight', 'sealed'],
    what: ({ item_key }) => `Item ${Buffer.from(item_key).toString('hex')} of the migration ledger`,
    clear: (open, { item_key, match_key, size_bytes, sealed }) => {
      const { source, key, match, losses } = open.key.openJson<ItemWords>(itemPlace(open, item_key), sealed)
      return {
        item_key: itemKeyLike(open, item_key, source, key),
        match_key:
          match === null ? null : matchKeyLike(match_key, matchKeys(open, source, match, size_bytes)),
        weight: heaviest(losses ?? []),
      }
    },
    needs: [
      [
        'EXISTS (SELECT 1 FROM migration_folder f WHERE f.mailbox = t.mailbox AND f.no = t.folder)',
        'came from a folder that the ledger does not know',
      ],
    ],
  } satisfies SealedTable<OpenMailbox, ItemRow>,
  {
    table: 'migration_return',
    key: ['item', 'source_key'],
    columns: ['sealed'],
    what: ({ item }) => `What goes back to the source as item ${item}`,
    clear: (open, row) => {
      const { source } = openReturn(open, row)
      // Earlier versions had none.
      return row.source_key.length === 0 ? {} : { source_key: sourceKey(open, source) }
    },
  } satisfies SealedTable<OpenMailbox, Row & { item: number; source_key: Uint8Array; sealed: Uint8Array }>,
]
