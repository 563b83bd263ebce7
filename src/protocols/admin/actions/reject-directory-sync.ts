import { z } from 'zod'
import { rejectRun } from '#src/domain/directory-sync/waiting-run.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Ours: drops the run that a guard held up. The next one reads the directory again. */
export const rejectDirectorySync = defineAction({
  name: 'RejectDirectorySync',
  input: z.object({ ...inOrganization, Run: z.number().int().positive() }),
  run: async ({ store, now }, input) => {
    await rejectRun({ store, now }, input.OrganizationId, input.Run)
    return {}
  },
})
