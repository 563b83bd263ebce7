import { changeMessage, type MessageChange } from '#src/domain/mailbox/change-message.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import type { EwsCall } from '../call.ts'
import type { ItemPlace } from '../places.ts'
import { composeDraft, type MessageDraft } from './message-draft.ts'

/** Writes a draft in the place of the one that was read. Refuses `ChangedMeanwhile`. */
export const rewriteDraft = (
  { services }: EwsCall,
  { item, mailbox }: ItemPlace,
  draft: MessageDraft,
  change: Omit<MessageChange, 'source' | 'unchangedSince'> = {},
): Promise<ItemState> =>
  changeMessage(
    services.store,
    mailbox.at,
    item.no,
    { ...change, source: composeDraft(draft), unchangedSince: item.modseq },
    { now: services.now },
  )
