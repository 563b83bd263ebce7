import { FirstUnseen } from './first-unseen.ts'
import { RecentMessages } from './recent-messages.ts'
import { UidLists } from './uid-lists.ts'

/** What one process remembers of folders that were opened lately, for all sessions. */
export class FolderMemory {
  readonly uids = new UidLists()
  readonly recent = new RecentMessages()
  readonly unseen = new FirstUnseen()
}
