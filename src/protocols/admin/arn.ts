import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'

const shape = /^arn:aws:workmail:[a-z0-9-]*:[a-z0-9-]*:organization\/(m-[0-9a-f]{32})$/

/** `arn:aws:workmail:REGION:ACCOUNT:organization/m-…` (API-12). */
export const formatArn = (
  { region, accountId }: { region: string; accountId: string },
  id: OrganizationId,
): string => `arn:aws:workmail:${region}:${accountId}:organization/${id}`

/** The organisation that an ARN names, whatever its region and account; undefined for another ARN. */
export const findOrganizationInArn = (arn: string): OrganizationId | undefined =>
  shape.exec(arn)?.[1] as OrganizationId | undefined

/** As `findOrganizationInArn`; refuses `no-such-organization`. */
export function getOrganizationInArn(arn: string): OrganizationId {
  const id = findOrganizationInArn(arn)
  if (id !== undefined) return id
  throw new Refusal(
    'no-such-organization',
    `${arn.slice(0, 200)} is not the ARN of an organisation. DescribeOrganization tells it.`,
  )
}

export const arn = z.string().min(1).max(1011)
