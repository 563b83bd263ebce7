/** IDC-01; `DIRECTORY` while no identity provider is configured. */
type AuthenticationMode = 'DIRECTORY' | 'IDENTITY_PROVIDER_AND_DIRECTORY' | 'IDENTITY_PROVIDER_ONLY'

/** What is set for an organisation's directory alone; the rest is in its `OrganizationSettings`. */
export type DirectorySettings = {
  /** Proposes addresses; changing it changes no address that exists (DOM-10). */
  defaultDomain: string | null
  /** Local mailboxes get a second address in it when they are enabled (architecture decision 1). */
  routingDomain: string | null
  authenticationMode: AuthenticationMode
}

/** Of an organisation that has set nothing. */
export const DEFAULT_SETTINGS: DirectorySettings = {
  defaultDomain: null,
  routingDomain: null,
  authenticationMode: 'DIRECTORY',
}
