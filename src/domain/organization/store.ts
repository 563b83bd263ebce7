import type { OrganizationId } from '#src/base/ids.ts'
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

/** How far a long operation is: `total` is 0 while it is not known. */
export type Progress = { what: string; done: number; total: number }
export type Report = (progress: Progress) => void

/**
 * Every organisation of the service. Alias, state and key are readable without a key; settings are sealed,
 * so `get` and `find` refuse `key-unavailable` where `list` still names it.
 */
export type OrganizationStore = {
  /** Makes its key with the named provider first. Refuses `name-taken`, `limit-exceeded`, `key-unavailable`. */
  create(organization: {
    alias: string
    keyProvider?: string
    settings?: Partial<OrganizationSettings>
  }): Promise<Organization>
  /** Refuses `no-such-organization`. */
  get(id: OrganizationId): Promise<Organization>
  find(alias: string): Promise<Organization | undefined>
  list(after: string | null, limit: number): Promise<Page<Omit<Organization, 'settings'>, string>>
  changeSettings(id: OrganizationId, change: Partial<OrganizationSettings>): Promise<Organization>
  setState(id: OrganizationId, state: OrganizationState): Promise<void>
  /** Destroys its key: nothing of it can be read again, here or in a backup. Rows go in the background. */
  destroy(id: OrganizationId): Promise<void>
  /** `enabled`, or why nothing can be read. */
  keyState(id: OrganizationId): Promise<'enabled' | 'disabled' | 'missing' | 'unreachable'>
  /**
   * Wraps every data key anew under a new version of the organisation's key. Bodies stay as they are. The old
   * version is switched off but kept: older backups need it. Run again after a stop, it goes on where it was.
   */
  rotateKey(id: OrganizationId, report?: Report, signal?: AbortSignal): Promise<void>
  disableKey(id: OrganizationId): Promise<void>
  enableKey(id: OrganizationId): Promise<void>
}
