import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { OCCURRENCE } from '#src/domain/mailbox/files.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from '../call.ts'
import { type AttachmentKey, formatChangeKey, formatItemId, parseId } from '../ids.ts'
import { oneMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { type ItemPlace, itemNotFound } from '../places.ts'
import { attachedPart } from '../properties/attachments.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { removeFiles, withoutParts } from '../writing/item-files.ts'
import { draftOf } from '../writing/message-draft.ts'
import { rewriteDraft } from '../writing/rewrite-draft.ts'
import { undisturbed } from '../writing/undisturbed.ts'

/** DeleteAttachment. Those of one item go together, in one change of it. */
export const deleteAttachment = operation({
  name: 'DeleteAttachment',
  writes: true,
  count: ({ AttachmentIds }) => AttachmentIds.length,
  run: async (call, request) => ({ messages: answers(call, request) }),
})

type Detached = { gone: ReadonlySet<AttachmentKey>; changeKey: string }

async function* answers(
  call: EwsCall,
  { AttachmentIds }: Request<'DeleteAttachment'>,
): AsyncGenerator<ResponseMessage> {
  const keys = AttachmentIds.map(({ Id }) => parsed(Id))
  const done = new Map<string, Promise<Detached>>()
  for (const [at, { Id }] of AttachmentIds.entries()) {
    yield await oneMessage(call, 'DeleteAttachment', async () => {
      const key = keys[at] ?? keyOf(Id)
      const item = formatItemId(key.mailbox, key.item)
      const same = keys.flatMap((other) =>
        other?.item === key.item && other.mailbox === key.mailbox ? other : [],
      )
      const known = done.get(item) ?? detach(call, key, same)
      done.set(item, known)
      const { gone, changeKey } = await known
      if (!gone.has(key)) throw itemNotFound()
      const RootItemId = formatItemId(key.mailbox, key.item, key.recurrenceId)
      return { RootItemId: { RootItemId, RootItemChangeKey: changeKey } }
    })
  }
}

function keyOf(id: string): AttachmentKey {
  const key = parseId(id)
  if (key.kind !== 'attachment')
    throw new EwsRefusal('ErrorInvalidAttachmentId', 'invalid-parameter', 'This is the id of no attachment.')
  return key
}

function parsed(id: string): AttachmentKey | undefined {
  try {
    return keyOf(id)
  } catch (error) {
    if (error instanceof EwsRefusal) return undefined
    throw error
  }
}

async function detach(
  call: EwsCall,
  { mailbox: id, item: no }: AttachmentKey,
  keys: readonly AttachmentKey[],
): Promise<Detached> {
  const mailbox = await call.places.byId(id)
  const named = { mailbox, no, recurrenceId: undefined, modseq: undefined }
  const gone = await undisturbed(async () => {
    const place = await readItem(call, named, FolderRight.editAny)
    if (place.item.class === 'message') return removeFromDraft(call, place, keys)
    requireOwn(call, place, keys)
    return removeFiles(call, place, keys)
  })
  const [changed] = await call.services.store.mailboxes.getItems(mailbox.at, [no])
  if (changed === undefined) throw itemNotFound()
  return { gone, changeKey: formatChangeKey('item', changed.modseq) }
}

/** Who takes a file away from one occurrence does not mean to take it away from all. */
function requireOwn(call: EwsCall, place: ItemPlace, keys: readonly AttachmentKey[]): void {
  const view = viewOf(call, place, { BaseShape: 'IdOnly' })
  for (const key of keys) {
    if (key.recurrenceId === undefined) continue
    const part = attachedPart(view, key)
    if (part !== undefined && part.params[OCCURRENCE] === undefined)
      throw new EwsRefusal(
        'ErrorInvalidOperation',
        'not-supported',
        'The file belongs to the whole series. Delete it there.',
      )
  }
}

async function removeFromDraft(
  call: EwsCall,
  place: ItemPlace,
  keys: readonly AttachmentKey[],
): Promise<ReadonlySet<AttachmentKey>> {
  const view = viewOf(call, place, { BaseShape: 'IdOnly' })
  const draft = await draftOf(view)
  const { kept, gone } = withoutParts(view, draft.attachments, keys)
  if (gone.size > 0) await rewriteDraft(call, place, { ...draft, attachments: kept })
  return gone
}
