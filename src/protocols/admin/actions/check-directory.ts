import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization } from '../fields.ts'

/** Ours: whether the directory can be read as it is connected, as a long operation; each finding with its remedy. */
export const checkDirectory = defineAction({
  name: 'CheckDirectory',
  input: z.object(inOrganization),
  run: async ({ store, directorySync, operations }, { OrganizationId: organization }) => {
    const connection = await store.directorySync.findConnection(organization)
    if (connection === undefined)
      throw new Refusal(
        'invalid-configuration',
        'No directory is connected. Connect one with "landbridge gal connect".',
      )
    const id = operations.start({ name: 'CheckDirectory', organization }, async (report, signal) => {
      report({ what: 'Checking the directory', done: 0, total: 0 })
      const findings = await directorySync.check(connection, signal)
      return {
        Findings: findings.map(({ check, ok, detail, remedy }) =>
          present({ Check: check, Ok: ok, Detail: detail, Remedy: remedy }),
        ),
      }
    })
    return { OperationId: id }
  },
})
