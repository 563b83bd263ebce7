import type { OrganizationId } from '#src/base/ids.ts'

/** A key with which programs sign requests. The secret is told once, when it is made. */
export type AccessKey = {
  id: string
  /** The only organisation it may touch; null for all of them. */
  organization: OrganizationId | null
  description: string
  createdAt: number
}

/** Every access key of the service. */
export type AccessKeys = {
  /** Refuses `limit-exceeded`. */
  create(key: {
    organization: OrganizationId | null
    description: string
  }): Promise<{ key: AccessKey; secret: string }>
  list(): readonly AccessKey[]
  /** Refuses `no-such-key`. */
  delete(id: string): Promise<void>
  /** Those of an organisation that is deleted. */
  deleteOf(organization: OrganizationId): Promise<void>
  find(id: string): { key: AccessKey; secret: string } | undefined
}
