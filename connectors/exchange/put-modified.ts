/** Whether mail was changed since it came: a server says so by itself, and may be told by when it was changed. */
import { MODIFIED_KEY } from '#src/domain/mailbox/change-message.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import { propertyPath } from '#src/wire/ews/extended-property.ts'
import { UNMODIFIED } from './changes.ts'
import type { EwsSession } from './ews-session.ts'
import { messageFlags, propertyOf } from './extended-properties.ts'
import { readShown, updateThere } from './item-there.ts'
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
  const ExtendedFieldURI = propertyPath(MODIFIED_KEY)
  const Item = { ExtendedProperty: [{ ExtendedFieldURI, Value: since }] }
  const change = { updates: [{ SetItemField: { ExtendedFieldURI, Item } }] as const }
  const { id, refused } = await updateThere(session, item.key, [change], 'Marking it as changed', signal)
  if (!(await isUnmodified(session, item, signal))) return { ...(id && { id }), losses: [] }
  const reason = `${refused.get(change) ?? 'The server was told and shows it as unchanged.'} Its text is the changed one.`
  return { ...(id && { id }), losses: [{ property: 'IsUnmodified', reason, weight: 'metadata' }] }
}

async function isUnmodified(
  session: EwsSession,
  { key: Id, title }: { key: string; title: string },
  signal: AbortSignal,
): Promise<boolean> {
  const [there] = await readShown(
    session,
    [{ ItemId: { Id } }],
    [messageFlags],
    `"${title}" again`,
    signal,
    'transient',
  )
  return (Number(propertyOf(there?.ExtendedProperty, messageFlags) ?? 0) & UNMODIFIED) !== 0
}
