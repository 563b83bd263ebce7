import type { DeletionMode } from '#src/domain/mailbox/deletion.ts'
import type { DisposalType } from '#src/wire/ews/schema-types.ts'

export const deletionModes = {
  HardDelete: 'hard',
  SoftDelete: 'soft',
  MoveToDeletedItems: 'trash',
} as const satisfies Record<DisposalType, DeletionMode>
