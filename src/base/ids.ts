import { randomBytes, randomUUID } from 'node:crypto'

/** `m-` and 32 hex digits (LIM-21). */
export type OrganizationId = string & { readonly organization: unique symbol }
/** A user's, group's or contact's UUID, or a resource's `r-` and 32 hex digits (DIR-25: at least 12 characters). */
export type EntryId = string & { readonly entry: unique symbol }
/** UUID of a mailbox. It stays when its owner is renamed, disabled and enabled again (DIR-06). */
export type MailboxId = string & { readonly mailbox: unique symbol }

export const newOrganizationId = (): OrganizationId =>
  `m-${randomBytes(16).toString('hex')}` as OrganizationId
export const newEntryId = (): EntryId => randomUUID() as EntryId
export const newResourceId = (): EntryId => `r-${randomBytes(16).toString('hex')}` as EntryId
export const newMailboxId = (): MailboxId => randomUUID() as MailboxId
