import type { SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder } from '../../store.ts'
import { withHidden } from './hidden-folders.ts'

const UNREAD = 'folder not read'

/** Whether the source did not let it be read when it was asked last. */
export const isUnread = ({ losses }: Pick<LedgerFolder, 'losses'>): boolean =>
  losses.some(({ property }) => property === UNREAD)

export const asRead = (folder: LedgerFolder, hidden = false): LedgerFolder =>
  withHidden({ ...folder, losses: folder.losses.filter(({ property }) => property !== UNREAD) }, hidden)

/** Until a later pass can read it. */
export const leftUnread = (folder: LedgerFolder, { message }: SourceFailure): LedgerFolder => ({
  ...folder,
  losses: [...asRead(folder).losses, { property: UNREAD, reason: message, weight: 'content' }],
})
