import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { DirectoryWriter } from '../directory/store.ts'
import type { ImpersonationRole } from '../impersonation/role.ts'
import type { Page } from '../mailbox/store.ts'

/** LIM-19. */
export type OrganizationState =
  | 'Requested'
  | 'Creating'
  | 'Validating'
  | 'Active'
  | 'Impaired'
  | 'Inactive'
  | 'Failed'

/** What an administrator sets for the whole organisation. */
export type OrganizationSettings = {
  /** For mailboxes enabled from now on, in octets (LIM-01). */
  defaultQuotaBytes: number
  /** GAL-01: whether the address book of an Exchange organisation is joined to ours. */
  interoperability: boolean
  /** DOM-12. */
  dmarcEnforced: boolean
  /** IDC-02. */
  personalAccessTokens: 'ACTIVE' | 'INACTIVE'
  personalAccessTokenDays: number
  tags: Readonly<Record<string, string>>
  /** Users who may ask when people are free and do nothing else: the Exchange side signs in as one of them (FBI-02). */
  availabilityAccounts: readonly EntryId[]
  /** Users who may act in any mailbox: who moves mailboxes signs in as one of them. */
  impersonationAccounts: readonly EntryId[]
  /** IMP-01. */
  impersonationRoles: readonly ImpersonationRole[]
}

export type Organization = {
  id: OrganizationId
  /** Unique in the service, at most 62 characters (LIM-21). */
  alias: string
  state: OrganizationState
  createdAt: number
  /** Which key provider holds its key, and which version of it (`provider:id:version`). */
  keyRef: string
  settings: OrganizationSettings
}

/** What is known of an organisation without its key. */
export type OrganizationSummary = Omit<Organization, 'settings'> & {
  /** See `DirectorySettings`. */
  defaultDomain: string | null
}

/** How far a long operation is: `total` is 0 while it is not known. */
export type Progress = { what: string; done: number; total: number }
export type Report = (progress: Progress) => void

/**
 * Every organisation of the service. What a summary holds is readable without a key; settings are
 * sealed, so `get` refuses `key-unavailable` where `find` and `list` still name it.
 */
export type OrganizationStore = {
  /**
   * Makes its key with the named provider first. What `furnish` puts into its directory comes in the same transaction.
   * Refuses `name-taken`, `limit-exceeded`, `key-unavailable`, and what `furnish` refuses.
   */
  create(
    organization: { alias: string; keyProvider?: string; settings?: Partial<OrganizationSettings> },
    furnish?: (directory: DirectoryWriter, id: OrganizationId) => Promise<void>,
  ): Promise<Organization>
  /** Refuses `no-such-organization`. */
  get(id: OrganizationId): Promise<Organization>
  find(by: { alias: string } | { id: OrganizationId }): Promise<OrganizationSummary | undefined>
  list(after: string | null, limit: number): Promise<Page<OrganizationSummary, string>>
  /** A function is given what they are inside the transaction, so that two changes at once are both kept; it may run again. */
  changeSettings(
    id: OrganizationId,
    change: Partial<OrganizationSettings> | ((now: OrganizationSettings) => Partial<OrganizationSettings>),
  ): Promise<Organization>
  setState(id: OrganizationId, state: OrganizationState): Promise<void>
  /**
   * On return it is gone for everybody, its alias, domains and access keys with it, and nothing of it can be read
   * here. Every version of its key is destroyed too, at once or, where the key provider is away, later in the
   * background; then no backup can be read either, save one that holds the key itself. Rows go in the background.
   */
  destroy(id: OrganizationId): Promise<void>
  /** `enabled`, or why something of it cannot be read: every key version that is in use counts. */
  keyState(id: OrganizationId): Promise<'enabled' | 'disabled' | 'missing' | 'unreachable'>
  /**
   * Wraps every data key anew under a new version of the organisation's key. Bodies stay as they are. Older
   * versions are switched off but kept: older backups need them. Run again after a stop, it goes on where it was.
   * Refuses `try-later` while another rotation of it is under way; ends with `key-unavailable` when somebody
   * disables or destroys the key meanwhile.
   */
  rotateKey(id: OrganizationId, report?: Report, signal?: AbortSignal): Promise<void>
  /** Switches off every version of its key that is in use or held by the provider. Nothing is readable on return. */
  disableKey(id: OrganizationId): Promise<void>
  /** Switches on the versions that are in use; those that a rotation has retired stay off. */
  enableKey(id: OrganizationId): Promise<void>
}
