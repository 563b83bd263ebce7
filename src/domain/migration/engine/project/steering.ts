import type { OrganizationId } from '#src/base/ids.ts'
import type { Store, Writer } from '../../../store.ts'
import type { ProjectId } from './project.ts'

/** Who steers, for the audit trail. */
export type Steering = {
  store: Store
  organization: OrganizationId
  project: ProjectId
  by: string
  now: number
}

/** In one transaction of the organisation. */
export const write = <T>(
  { store, organization }: Steering,
  work: (writer: Writer) => Promise<T>,
): Promise<T> => store.transact({ organization }, work)

/** What was done, for the trail. */
export const event = (at: number, kind: string, by: string, sentence: string) => ({
  at,
  kind,
  batch: null,
  member: null,
  by,
  sentence,
})
