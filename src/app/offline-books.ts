import { join } from 'node:path'
import type { Config } from '#src/config/settings.ts'
import { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { openSpool, type SpoolRoom } from '#src/platform/spool/spool.ts'
import { dataFolderPaths } from './data-folder.ts'

/** The offline address books of a data folder. Those that are being made have their place in the room for mail that comes in. */
export async function openOfflineBooks(config: Config, store: Store, room: SpoolRoom): Promise<OfflineBooks> {
  const spool = await openSpool({
    folder: join(dataFolderPaths(config).spool, 'offline-books'),
    room,
    full: () =>
      new Refusal('try-later', 'The spool has no room for an offline address book. Raise smtp.spoolBytes.'),
  })
  return new OfflineBooks({ store, spool, now: Date.now })
}
