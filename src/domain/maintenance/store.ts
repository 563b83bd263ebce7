import type { OrganizationId } from '#src/base/ids.ts'
import type { Report } from '../organization/store.ts'

/** Something that should never be: where it is, what is wrong, what to do. */
export type Finding = { where: string; what: string; remedy: string }

export type CheckResult = {
  organizations: number
  mailboxes: number
  items: number
  bodies: number
  /** Organisations whose key could not be used: what needs no key was verified of them, and nothing else. */
  withoutKey: readonly { organization: OrganizationId; why: string }[]
  /** At most 1,000 are listed; `findingCount` is all of them. */
  findings: readonly Finding[]
  findingCount: number
}

/** `keys` are those that a restore of it needs, in it or not. */
export type BackupResult = { folder: string; bytes: number; mailboxes: number; keys: readonly string[] }

/** Care of the whole store, while it is in use. */
export type Maintenance = {
  /** Verifies every invariant, a page at a time, each mailbox against one moment of the data. */
  check(options: { bodies: boolean }, report?: Report, signal?: AbortSignal): Promise<CheckResult>
  /** Writes a consistent copy to an empty or missing folder while writes go on. Keys are not in it unless asked for. */
  backup(
    folder: string,
    options: { withKeys: boolean },
    report?: Report,
    signal?: AbortSignal,
  ): Promise<BackupResult>
  /** Octets on disk, rows and versions, for `landbridge status`. */
  statistics(): Promise<{
    schema: number
    databaseBytes: number
    bodyBytes: number
    freeBytes: number
    organizations: number
    mailboxes: number
    /** Organisations whose key could not be used when it was asked for last. */
    keysOutOfReach: number
  }>
}
