import { join } from 'node:path'
import { companyFiles } from '../company.ts'
import { sizesFile } from '../mailbox-sizes.ts'
import type { Scene } from '../scene.ts'

export const planFolder = (folder: string): string => join(folder, 'plan')

/** Who moves when, from what Exchange's cmdlets exported. */
export async function planned({ stage, landbridge, folder }: Scene): Promise<void> {
  await stage.act(
    'The plan',
    'Batches that keep who works for whom together, and every delegation that is cut named with its remedy.',
    async () => {
      await stage.command(
        landbridge,
        [
          ...['migrate', 'plan', '--mailboxes', companyFiles.mailboxes, sizesFile(folder)],
          ...['--permissions', ...companyFiles.permissions],
          ...['--cap', '72', '--out', planFolder(folder)],
        ],
        { lines: 8 },
      )
    },
  )
}
