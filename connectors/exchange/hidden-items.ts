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
/** Of one folder, in one answer. */
const MOST = 200

/**
 * Settings and extended rules hidden in the folders where programs look for them, as long as the server has more; what else is hidden
 * there is not. Rejects with SourceFailure.
 */
export async function listHidden(session: EwsSession, signal: AbortSignal): Promise<readonly HiddenItem[]> {
  const found = new Map<string, HiddenItem>()
  let places: readonly HiddenPlace[] = hiddenPlaces
  for (let Offset = 0; places.length > 0; Offset += MOST) {
    const pages = await pagesOf(session, places, Offset, signal)
    // A server that tells the same again whatever it is asked has told all.
    places = pages.flatMap(({ at, items, isLast }) =>
      isLast || items.every(({ id }) => found.has(id)) ? [] : at,
    )
    for (const item of pages.flatMap(({ items }) => items)) found.set(item.id, item)
  }
  return [...found.values()]
}

type Page = { at: HiddenPlace; items: readonly HiddenItem[]; isLast: boolean }

async function pagesOf(
  session: EwsSession,
  places: readonly HiddenPlace[],
  Offset: number,
  signal: AbortSignal,
): Promise<readonly Page[]> {
  const answers = await session.messages<'FindItem', FindItemResponseMessageType>(
    'FindItem',
    {
      Traversal: 'Associated',
      ItemShape: {
        BaseShape: 'IdOnly',
        AdditionalProperties: [itemClass, { ExtendedFieldURI: provider }],
      },
      IndexedPageItemView: { MaxEntriesReturned: MOST, Offset, BasePoint: 'Beginning' },
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
      ParentFolderIds: places.map((place) => session.distinguished(place)),
    },
    signal,
  )
  return places.map((at, index) => {
    const answer = answers[index]
    if (answer === undefined)
      throw new SourceFailure('transient', 'protocol', 'The answer to FindItem is not whole.')
    if (answer.ResponseCode === 'ErrorFolderNotFound') return { at, items: [], isLast: true }
    if (answer.ResponseClass === 'Error') throw failureOfMessage(answer, `What is hidden in its ${at}`)
    const { Items = [], IncludesLastItemInRange = true } = answer.RootFolder ?? {}
    const items = Items.flatMap((each): HiddenItem[] => {
      const { ItemId, ItemClass = '', ExtendedProperty } = Object.values(each)[0] as ItemType
      const whose = propertyOf(ExtendedProperty, provider) ?? ''
      return ItemId === undefined ? [] : [{ at, id: ItemId.Id, itemClass: ItemClass, provider: whose }]
    })
    return { at, items, isLast: IncludesLastItemInRange }
  })
}
