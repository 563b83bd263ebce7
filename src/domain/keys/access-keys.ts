import type { OrganizationId } from '#src/base/ids.ts'

/** A key with which programs sign requests. The secret is told once, when it is made. */
export type AccessKey = {
  id: string
  /** The only organisation it may touch; null for all of them. */
  organization: OrganizationId | null
  /** Null while the key that access keys are sealed under is out of reach. */
  description: string | null
  createdAt: number
}

/** Every access key of the service, at most 1,000. Those of an organisation go with it. */
export type AccessKeys = {
  /** Refuses `limit-exceeded`, `no-such-organization`, `key-unavailable`. */
  create(key: {
    organization: OrganizationId | null
    description: string
  }): Promise<{ key: AccessKey; secret: string }>
  /** In the order in which they were made. */
  list(): Promise<readonly AccessKey[]>
  /** Refuses `no-such-key`. */
  delete(id: string): Promise<void>
  /** Refuses `key-unavailable`, and `damaged` for a key whose row was changed outside the service. */
  find(id: string): Promise<{ key: AccessKey; secret: string } | undefined>
}
