import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'

/** Ours: a consistent copy into a folder of the service's machine, as a long operation, while writes go on. */
export const backupStore = defineAction({
  name: 'BackupStore',
  scope: 'service',
  input: z.object({ Folder: z.string().min(1).max(4096), WithKeys: z.boolean().optional() }),
  run: async ({ store, operations, caller }, input) => {
    if (caller.kind !== 'local') {
      throw new Refusal(
        'not-allowed',
        'A backup writes to the disk of the service. Start it on that machine, with "landbridge backup".',
      )
    }
    if (!isAbsolute(input.Folder)) throw new Refusal('invalid-parameter', 'Folder must be an absolute path.')
    const id = operations.start({ name: 'BackupStore', organization: null }, async (report, signal) => {
      const result = await store.maintenance.backup(
        input.Folder,
        { withKeys: input.WithKeys ?? false },
        report,
        signal,
      )
      return { Folder: result.folder, Bytes: result.bytes, Mailboxes: result.mailboxes, Keys: result.keys }
    })
    return { OperationId: id }
  },
})
