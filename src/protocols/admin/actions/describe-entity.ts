import { z } from 'zod'
import type { EntryKind } from '#src/domain/directory/entry.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { email, inOrganization } from '../fields.ts'

const typeOf: Partial<Record<EntryKind, string>> = { user: 'USER', group: 'GROUP', resource: 'RESOURCE' }

/** Whose an address is. */
export const describeEntity = defineAction({
  name: 'DescribeEntity',
  reads: true,
  input: z.object({ ...inOrganization, Email: email }),
  run: async ({ store }, input) => {
    const entry = await store.directory.findEntry(input.OrganizationId, { address: input.Email })
    const type = entry === undefined ? undefined : typeOf[entry.kind]
    if (entry === undefined || type === undefined) {
      throw new Refusal('no-such-entry', `Nobody in this organisation has the address ${input.Email}.`)
    }
    return { EntityId: entry.id, Name: entry.name, Type: type }
  },
})
