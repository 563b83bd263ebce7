import type { Configuration } from '#src/domain/mailbox/configuration.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { Row } from '../driver/driver.ts'
import type { SealedTable } from '../maintenance/check-sealed.ts'
import type { OpenMailbox } from '../session.ts'
import { configurationKey, configurationPlace } from './configurations.ts'
import { keywordKey, keywordPlace } from './keywords.ts'

/** What hangs on a mailbox as a whole, or on a folder of it, under a name. */
export const namedInMailbox: readonly SealedTable<OpenMailbox>[] = [
  {
    table: 'keyword',
    key: ['no'],
    columns: ['name_key', 'sealed_name'],
    what: ({ no }) => `Keyword ${no}`,
    clear: (open, { no, sealed_name }) => {
      const name = open.key.open(keywordPlace(open, no), sealed_name).toString('utf8')
      return { name_key: keywordKey(open, name) }
    },
  } satisfies SealedTable<OpenMailbox, Row & { no: number; sealed_name: Uint8Array }>,
  {
    table: 'configuration',
    key: ['folder', 'name_key'],
    columns: ['sealed'],
    what: ({ folder }) => `A setting of folder ${folder}`,
    clear: (open, { folder, name_key, sealed }) => {
      const place = configurationPlace(open, folder, name_key)
      const { name } = open.key.openJson<Configuration>(place, sealed)
      return { name_key: configurationKey(open, name) }
    },
    needs: [
      [
        'EXISTS (SELECT 1 FROM folder f WHERE f.mailbox = t.mailbox AND f.no = t.folder)',
        'hangs on a folder that is not there',
      ],
    ],
    // One may have a megabyte.
    page: 8,
  } satisfies SealedTable<OpenMailbox, Row & { folder: FolderNo; name_key: Uint8Array; sealed: Uint8Array }>,
]
