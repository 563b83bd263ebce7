import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { FindItemResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { propertyOf, type TagPath } from './extended-properties.ts'
import { failureOfMessage } from './failures.ts'

/** Folders in which programs keep settings of a whole mailbox. */
export const hiddenPlaces = ['inbox', 'calendar', 'root'] as const
export type HiddenPlace = (typeof hiddenPlaces)[number]

/** `provider`: of a rule, whose it is. */
export type HiddenItem = { at: HiddenPlace; id: string; itemClass: string; provider: string }

/** PidTagRuleMessageProvider ([MS-OXORULE] §2.2.4.1.7). */
const provider: TagPath = { PropertyTag: '0x65eb', PropertyType: 'String' }
const itemClass = { FieldURI: { FieldURI: 'item:ItemClass' } } as const
/** Of one folder. */
const MOST = 200

/** Settings and extended rules hidden in the folders where programs look for them; what else is hidden there is not. Rejects with SourceFailure. */
export async function listHidden(session: EwsSession, signal: AbortSignal): Promise<readonly HiddenItem[]> {
  const answers = await session.messages<'FindItem', FindItemResponseMessageType>(
    'FindItem',
    {
      Traversal: 'Associated',
      ItemShape: {
        BaseShape: 'IdOnly',
        AdditionalProperties: [itemClass, { ExtendedFieldURI: provider }],
      },
      IndexedPageItemView: { MaxEntriesReturned: MOST, Offset: 0, BasePoint: 'Beginning' },
      Restriction: {
        Or: [
          {
            Contains: {
              ...itemClass,
              Constant: { Value: 'IPM.Configuration.' },
              ContainmentMode: 'Prefixed',
              ContainmentComparison: 'IgnoreCase',
            },
          },
          {
            IsEqualTo: {
              ...itemClass,
              FieldURIOrConstant: { Constant: { Value: 'IPM.ExtendedRule.Message' } },
            },
          },
        ],
      },
      ParentFolderIds: hiddenPlaces.map((place) => session.distinguished(place)),
    },
    signal,
  )
  return hiddenPlaces.flatMap((at, index) => {
    const answer = answers[index]
    if (answer === undefined)
      throw new SourceFailure('transient', 'protocol', 'The answer to FindItem is not whole.')
    if (answer.ResponseCode === 'ErrorFolderNotFound') return []
    if (answer.ResponseClass === 'Error') throw failureOfMessage(answer, `What is hidden in its ${at}`)
    return (answer.RootFolder?.Items ?? []).flatMap((each): HiddenItem[] => {
      const { ItemId, ItemClass = '', ExtendedProperty } = Object.values(each)[0] as ItemType
      const whose = propertyOf(ExtendedProperty, provider) ?? ''
      return ItemId === undefined ? [] : [{ at, id: ItemId.Id, itemClass: ItemClass, provider: whose }]
    })
  })
}
