/** Whether mail was changed since it came: a server says so by itself, and may be told by when it was changed. */
import { MODIFIED_KEY } from '#src/domain/mailbox/change-message.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import { propertyPath } from '#src/wire/ews/extended-property.ts'
import type { ItemInfoResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import { UNMODIFIED } from './changes.ts'
import type { EwsSession } from './ews-session.ts'
import { messageFlags, propertyOf } from './extended-properties.ts'
import { failureOfMessage, failureOfOne } from './failures.ts'
import { silently } from './put-properties.ts'
import type { Named } from './return-token.ts'

/** Whether what a message says is what it said when it came or was sent; of a draft nobody takes that. */
export const isAsItCame = ({
  class: kind,
  flags,
  properties,
}: Pick<SourceItem, 'class' | 'flags' | 'properties'>): boolean =>
  kind === 'message' && (flags & Flag.draft) === 0 && !(MODIFIED_KEY in properties)

/**
 * Tells a server that a message was changed here, where it shows it as unchanged, and reads it again;
 * `id` where it was told. Rejects with SourceFailure.
 */
export async function ensureModified(
  session: EwsSession,
  item: { key: string; title: string },
  properties: SourceItem['properties'],
  signal: AbortSignal,
): Promise<{ id?: Named; losses: readonly Loss[] }> {
  const since = properties[MODIFIED_KEY]
  if (typeof since !== 'string' || !(await isUnmodified(session, item, signal))) return { losses: [] }
  const { id, refused } = await setModified(session, item.key, since, signal)
  if (!(await isUnmodified(session, item, signal))) return { ...(id && { id }), losses: [] }
  const reason = `${refused ?? 'The server was told and shows it as unchanged.'} Its text is the changed one.`
  return { ...(id && { id }), losses: [{ property: 'IsUnmodified', reason, weight: 'metadata' }] }
}

async function isUnmodified(
  session: EwsSession,
  { key: Id, title }: { key: string; title: string },
  signal: AbortSignal,
): Promise<boolean> {
  const [answer] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    {
      ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: [{ ExtendedFieldURI: messageFlags }] },
      ItemIds: [{ ItemId: { Id } }],
    },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, `Reading "${title}" again`, 'transient')
  const there = Object.values(answer.Items?.[0] ?? {})[0] as ItemType | undefined
  return (Number(propertyOf(there?.ExtendedProperty, messageFlags) ?? 0) & UNMODIFIED) !== 0
}

async function setModified(
  session: EwsSession,
  Id: string,
  Value: string,
  signal: AbortSignal,
): Promise<{ id?: Named; refused?: string }> {
  const ExtendedFieldURI = propertyPath(MODIFIED_KEY)
  const Item = { ExtendedProperty: [{ ExtendedFieldURI, Value }] }
  const Updates = [{ SetItemField: { ExtendedFieldURI, Item } }] as const
  const [answer] = await session.messages<'UpdateItem', ItemInfoResponseMessageType>(
    'UpdateItem',
    { ...silently(session), ItemChanges: [{ ItemId: { Id }, Updates }] },
    signal,
  )
  if (answer !== undefined && answer.ResponseClass !== 'Error') {
    const id = (Object.values(answer.Items?.[0] ?? {})[0] as ItemType | undefined)?.ItemId
    return id === undefined ? {} : { id: { key: id.Id, version: id.ChangeKey ?? '' } }
  }
  const failure = failureOfOne(answer ?? { ResponseClass: 'Error' }, 'Marking it as changed')
  if (failure.kind !== 'item-permanent') throw failure
  return { refused: failure.message }
}
