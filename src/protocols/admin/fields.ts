import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import { serviceAddress } from '#src/formats/address/addr-spec.ts'

/** The members that many operations share, with the limits of the API model (sections 17 and 19, LIM-16). */

const printable = /^[^\x00-\x1f\x7f]*$/

export const organizationId = z
  .string()
  .regex(/^m-[0-9a-f]{32}$/, 'must be m- and 32 hex digits')
  .transform((id) => id as OrganizationId)

/**
 * API-09: an id, a name or an address. The model allows fewer characters, but names of groups may hold blanks and
 * are taken here too; no AWS client checks the pattern before sending.
 */
export const entity = z.string().min(1).max(256).regex(printable, 'must not hold control characters')

export const email = z
  .string()
  .max(254)
  .regex(serviceAddress, 'must be an e-mail address such as anna@example.com')

export const domainName = z
  .string()
  .min(3)
  .max(209)
  .regex(/^[a-zA-Z0-9.-]+$/, 'must be a domain name such as example.com')

export const alias = z
  .string()
  .max(62)
  .regex(
    /^(?!d-)[\da-zA-Z]+(-[\da-zA-Z]+)*$/,
    'must be letters, digits and single hyphens, and not start with d-',
  )

export const userName = z
  .string()
  .min(1)
  .max(64)
  .regex(
    /^[\w\-.]+(@[a-zA-Z0-9.-]+\.[a-zA-Z0-9-]{2,})?$/,
    'must be letters, digits, hyphens, dots and underscores',
  )

export const groupName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[\u0020-\u00ff]+$/, 'must be printable Latin-1')

export const resourceName = z
  .string()
  .min(1)
  .max(20)
  .regex(
    /^[\w\-.]+(@[a-zA-Z0-9.-]+\.[a-zA-Z0-9-]{2,})?$/,
    'must be letters, digits, hyphens, dots and underscores',
  )

export const password = z.string().max(256)
/** A value of the address book. */
export const attribute = z.string().max(256).regex(printable, 'must not hold control characters')
export const hidden = z.boolean().optional()

export const clientToken = z
  .string()
  .max(128)
  .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')
  .optional()

/** Spread into the input of a list (API-07). */
export const page = {
  NextToken: z.string().min(1).max(1024).optional(),
  MaxResults: z.number().int().min(1).max(100).optional(),
}

/** Spread into the input of nearly everything. */
export const inOrganization = { OrganizationId: organizationId }

export const entityState = z.enum(['ENABLED', 'DISABLED', 'DELETED'])
export const prefix = z.string().max(256).optional()
