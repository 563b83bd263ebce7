import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Session } from '../session.ts'
import { formatBytes, formatTime } from '../table.ts'

const stateWords: Readonly<Record<string, string>> = {
  waits: 'waits',
  'being-read': 'being read',
  read: 'read to its end',
  'not-read': 'not read',
  'gone-there': 'gone there',
}

const columns = [
  { title: 'Folder', show: 'Folder' },
  { title: 'Here', show: ({ Folder, Here }: JsonObject) => (Here === Folder ? '' : String(Here ?? '')) },
  { title: 'State', show: ({ State }: JsonObject) => stateWords[String(State)] ?? String(State) },
  { title: 'Items', show: 'Copied' },
  { title: 'Size', show: ({ CopiedBytes }: JsonObject) => formatBytes(CopiedBytes) },
  { title: 'Not here', show: 'NotHere' },
  { title: 'Asked last', show: ({ ReadDate }: JsonObject) => formatTime(ReadDate) },
  {
    title: 'Lost',
    show: ({ Losses = [] }: JsonObject) =>
      (Losses as readonly JsonObject[])
        .map(({ Property, Reason }) => (Reason === undefined ? `${Property}` : `${Property}: ${Reason}`))
        .join(' '),
  },
]

/** Folders of one mailbox as they are there, each with where it goes to here when that is called otherwise. */
export const shownFolders = (session: Session, ProjectId: string, Address: string) => ({
  pages: session.pagesHere('ListMigrationFolders', 'Folders', { ProjectId, Address }),
  columns,
  empty: 'Nothing of it was read yet.',
})
