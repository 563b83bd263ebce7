/** An item that is there: some of its fields, and how they are changed so that nobody hears of it. */
import type {
  CalendarItemType,
  ItemInfoResponseMessageType,
  ItemType,
  NonEmptyArrayOfBaseItemIdsType,
  NonEmptyArrayOfItemChangeDescriptionsType,
  PathToExtendedFieldType,
  UnindexedFieldURIType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage, failureOfOne } from './failures.ts'
import type { Named } from './return-token.ts'

export type Updates = NonEmptyArrayOfItemChangeDescriptionsType
type Answer = ItemInfoResponseMessageType

/**
 * Items with some of their fields, in the order of their ids. Rejects with SourceFailure; `what` tells what is read. Of an item that
 * was just put it is `transient` where nothing better is known: it is there, and not left behind.
 */
export async function readShown(
  session: EwsSession,
  ids: readonly NonEmptyArrayOfBaseItemIdsType[number][],
  fields: readonly (UnindexedFieldURIType | PathToExtendedFieldType)[],
  what: string,
  signal: AbortSignal,
  fallback?: 'transient',
): Promise<readonly (CalendarItemType | undefined)[]> {
  const AdditionalProperties = fields.map((field) =>
    typeof field === 'string' ? { FieldURI: { FieldURI: field } } : { ExtendedFieldURI: field },
  )
  const answers = await session.messages<'GetItem', Answer>(
    'GetItem',
    {
      ItemShape: { BaseShape: 'IdOnly', AdditionalProperties },
      ItemIds: ids as NonEmptyArrayOfBaseItemIdsType,
    },
    signal,
  )
  return ids.map((_, at) => {
    const answer = answers[at]
    if (answer === undefined)
      throw failureOfMessage({ ResponseClass: 'Error' }, `Reading ${what}`, 'transient')
    if (answer.ResponseClass === 'Error')
      throw fallback === undefined
        ? failureOfOne(answer, `Reading ${what}`)
        : failureOfMessage(answer, `Reading ${what}`, fallback)
    return Object.values(answer.Items?.[0] ?? {})[0] as CalendarItemType | undefined
  })
}

/** What the server answers to changes of one item: no invitation, no receipt; without a `version`, whatever version it has. */
export async function askUpdate(
  session: EwsSession,
  { key: Id, version = '' }: { key: string; version?: string },
  Updates: Updates,
  signal: AbortSignal,
): Promise<Answer> {
  const [answer = { ResponseClass: 'Error', Items: [] }] = await session.messages<'UpdateItem', Answer>(
    'UpdateItem',
    {
      ConflictResolution: 'AlwaysOverwrite',
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      // Exchange 2010 does not know it.
      ...(session.isRecent && { SuppressReadReceipts: true }),
      ItemChanges: [{ ItemId: { Id, ...(version !== '' && { ChangeKey: version }) }, Updates }],
    },
    signal,
  )
  return answer
}

/**
 * Changes an item: all at once, and where the server does not take that, one after the other, so that one that it refuses keeps no
 * other away. Answers as what it is named then, where it took any, and why it refused which. Rejects with SourceFailure where that
 * is no fault of the item.
 */
export async function updateThere<T extends { updates: Updates }>(
  session: EwsSession,
  key: string,
  changes: readonly T[],
  what: string,
  signal: AbortSignal,
): Promise<{ id?: Named; refused: ReadonlyMap<T, string> }> {
  const refused = new Map<T, string>()
  let id: Named | undefined
  for (const some of changes.length > 1 ? [changes, ...changes.map((each) => [each])] : [changes]) {
    const all = some.flatMap(({ updates }) => updates) as unknown as Updates
    const answer = await askUpdate(session, { key }, all, signal)
    if (answer.ResponseClass !== 'Error') {
      const { ItemId } = (Object.values(answer.Items?.[0] ?? {})[0] as ItemType | undefined) ?? {}
      id = { key: ItemId?.Id ?? key, version: ItemId?.ChangeKey ?? '' }
      if (some === changes) break
      continue
    }
    const failure = failureOfOne(answer, what)
    if (failure.kind !== 'item-permanent') throw failure
    if (some.length === 1) refused.set(some[0]!, failure.message)
  }
  return { ...(id !== undefined && { id }), refused }
}
