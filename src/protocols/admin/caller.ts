import type { OrganizationId } from '#src/base/ids.ts'

/**
 * Who calls. `local` came through the service's own socket and may do everything: who may open the socket file
 * may also read the data. A key is for one organisation, or (`null`) for the whole service.
 */
export type Caller = { kind: 'local' } | { kind: 'key'; id: string; organization: OrganizationId | null }

/** Whose calls are limited to one organisation: that one, otherwise null. */
export const organizationOfCaller = (caller: Caller): OrganizationId | null =>
  caller.kind === 'key' ? caller.organization : null

/** Names the caller in logs and keeps what two callers remember apart. */
export const callerName = (caller: Caller): string => (caller.kind === 'key' ? `key ${caller.id}` : 'local')
