import type { Day } from './day.ts'
import type { FoundBooking } from './moved-booking.ts'
import type { Right } from './right.ts'

/** A grant as a source tells it: parties by whatever name the source has for them. */
export type FoundGrant = {
  owner: string
  grantee: string
  right: Right
  /** `null`: the whole mailbox. */
  folder: string | null
  lastUsedDay: Day | null
  /** Where it was read, for people: `mailbox-permissions.csv line 17`. */
  where: string
}

export type LeftOutReason =
  | 'self'
  | 'inherited'
  | 'deny'
  | 'default-or-anonymous'
  | 'system-account'
  | 'no-delegation'
  | 'unknown-right'
  | 'availability-only'
  | 'ignored-grantee'
  | 'ignored-right'
  | 'unresolved-sid'
  | 'unknown-owner'
  | 'unknown-grantee'
  | 'cut-off-name'
  | 'ambiguous-name'
  | 'other-domain'
  | 'group-too-large'
  | 'group-empty'
  | 'unknown-member'
  | 'not-read'
  | 'external'
  | 'stays-behind'

/** Something that is no edge of the graph, and why. */
export type LeftOut = { reason: LeftOutReason; owner: string; grantee: string; right: string; where: string }

/** Why, as people read it. */
export const leftOutWords: Readonly<Record<LeftOutReason, string>> = {
  self: 'a mailbox’s right to itself',
  inherited: 'inherited from the database or the organisation, not granted to anybody in particular',
  deny: 'denies instead of granting',
  'default-or-anonymous': 'for everybody or for anonymous readers',
  'system-account': 'an account of Exchange or Windows, or a system mailbox',
  'no-delegation': 'a right that no delegate uses (read permission, change owner …)',
  'unknown-right': 'a right by a name that is not known: export it from a shell in English',
  'availability-only': 'shows free/busy only, which keeps working across systems',
  'ignored-grantee': 'grantee left out on request',
  'ignored-right': 'right left out on request: it does not break when its ends are apart',
  'unresolved-sid': 'a SID that the source could not resolve: a deleted account or one of another forest',
  'unknown-owner': 'its mailbox is not in the list of mailboxes',
  'unknown-grantee': 'the grantee is neither a mailbox nor a group that was told',
  'cut-off-name':
    'a name that was cut off (…), so nobody can say whose it is: export it with Export-Csv, not with Format-Table',
  'ambiguous-name': 'a name that several mailboxes or groups have',
  'other-domain':
    'an account of another domain than that of the mailbox with this name: where both are the same person, ' +
    'write the address of the mailbox there',
  'group-too-large': 'granted to a group that is larger than the limit',
  'group-empty':
    'granted to a group of which no mailbox is known: an empty one, or a dynamic one, whose members --groups can name',
  'unknown-member':
    'a member of a group that is neither a mailbox nor a group that was told, or whose name several have',
  'not-read': 'the server did not tell these rights',
  external: 'shared with somebody outside the organisation, which no move inside it breaks',
  'stays-behind': 'the other end is excluded and stays where it is: broken for good',
}

/** Whoever plans should look at these; the others are as they should be. */
export const needsLook: ReadonlySet<LeftOutReason> = new Set<LeftOutReason>([
  'unknown-right',
  'unresolved-sid',
  'unknown-owner',
  'unknown-grantee',
  'cut-off-name',
  'ambiguous-name',
  'other-domain',
  'group-too-large',
  'group-empty',
  'unknown-member',
  'not-read',
  'stays-behind',
])

export type GrantBatch = {
  grants: readonly FoundGrant[]
  leftOut: readonly LeftOut[]
  /** How rooms and equipment answer, where the source tells it. */
  bookings?: readonly FoundBooking[]
}

/**
 * Where grants come from: files that Exchange's cmdlets wrote, a directory that is synchronised, EWS, WorkMail's API.
 * Connectors implement it; parties are resolved here.
 */
export type GrantSource = {
  /** For people. */
  name: string
  /** In stretches of some hundreds. May throw a Refusal that says what is wrong, where, and what to do. */
  read(): AsyncIterable<GrantBatch>
}
