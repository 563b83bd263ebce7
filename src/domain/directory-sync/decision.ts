import type { SourceObjectType } from './source.ts'

/**
 * What a run makes of one object: an entry is made, changed, brought back, taken over under a new key or (soft) deleted;
 * `local` renews what the address book shows of somebody whose mailbox is here, `account` what is known of somebody who could get one, `unlink` lets go of such an entry.
 * `hold` changes all but the members of a group; `quarantine`, `omit` and `missing` leave things as they are, with a reason; `note` changes nothing that is seen.
 */
export type Decision =
  | 'create'
  | 'change'
  | 'return'
  | 'replace'
  | 'local'
  | 'account'
  | 'delete'
  | 'unlink'
  | 'quarantine'
  | 'omit'
  | 'hold'
  | 'missing'
  | 'note'

/** Decisions by which an entry becomes what its object is. */
export const entryDecisions = ['create', 'change', 'return', 'replace', 'local', 'account'] as const
/** Decisions that change what the address book shows. */
export const visibleDecisions: readonly Decision[] = [...entryDecisions, 'delete', 'unlink', 'hold']
/** Those that a person should look at. */
export const reportedDecisions: readonly Decision[] = [...visibleDecisions, 'quarantine', 'omit', 'missing']

/** Classes that the guards watch one by one. */
export type ObjectClass = 'user' | 'contact' | 'group' | 'room' | 'equipment' | 'other'
export const objectClasses: readonly ObjectClass[] = [
  'user',
  'contact',
  'group',
  'room',
  'equipment',
  'other',
]

const classes = {
  account: 'user',
  mailbox: 'user',
  'shared-mailbox': 'user',
  'mail-user': 'user',
  room: 'room',
  equipment: 'equipment',
  contact: 'contact',
  group: 'group',
  'security-group': 'group',
  'room-list': 'group',
  'dynamic-group': 'other',
  'public-folder': 'other',
} as const satisfies Record<SourceObjectType, ObjectClass>

export const classOf = (type: SourceObjectType): ObjectClass => classes[type]
