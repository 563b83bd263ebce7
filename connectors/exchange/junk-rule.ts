import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss, SourceSettings } from '#src/domain/migration/source.ts'
import { parseJunkRule } from '#src/wire/ews/junk-rule.ts'
import type { ItemInfoResponseMessageType, ItemType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { propertyOf, type TagPath } from './extended-properties.ts'
import { failureOfMessage } from './failures.ts'
import type { HiddenItem } from './hidden-items.ts'

/** PidTagRuleMessageState, PidTagExtendedRuleMessageCondition ([MS-OXORULE] §2.2.4.1). */
const state: TagPath = { PropertyTag: '0x65e9', PropertyType: 'Integer' }
const condition: TagPath = { PropertyTag: '0xe9a', PropertyType: 'Binary' }
const ENABLED = 0x1

const CLASS = 'ipm.extendedrule.message'
const PROVIDER = 'junkemailrule'
const WORD = 'junk mail lists'
const BY_HAND = 'Get-MailboxJunkEmailConfiguration tells them.'

/**
 * Lists of senders as they stand in the hidden rule of the inbox; null and a loss where it has none. `hidden`: undefined where it could
 * not be listed. Rejects with SourceFailure.
 */
export async function readJunkLists(
  session: EwsSession,
  hidden: readonly HiddenItem[] | undefined,
  losses: Loss[],
  signal: AbortSignal,
): Promise<SourceSettings['junk']> {
  const lost = (reason: string) => {
    losses.push({ property: WORD, reason: `${reason} ${BY_HAND}`, weight: 'metadata' })
    return null
  }
  if (hidden === undefined) return lost('What is hidden in the inbox could not be listed.')
  const id = hidden.find(isJunkRule)?.id
  if (id === undefined)
    return lost('The mailbox shows no rule for junk mail: it has no lists, or its server does not show them.')
  const [answer] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    { ItemShape: shapeWith(state, condition), ItemIds: [{ ItemId: { Id: id } }] },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, 'The rule for junk mail')
  const { ExtendedProperty } = itemOf(answer.Items) ?? {}
  const told = propertyOf(ExtendedProperty, condition)
  if (told === undefined) return lost('The server does not show what is in its rule for junk mail.')
  if ((Number(propertyOf(ExtendedProperty, state) ?? ENABLED) & ENABLED) === 0)
    return lost('Sorting by them is switched off there, and they stay there.')
  try {
    return parseJunkRule(Buffer.from(told, 'base64'))
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return lost(`What is in its rule for junk mail cannot be read: ${error.message}.`)
  }
}

const isJunkRule = ({ at, itemClass, provider }: HiddenItem): boolean =>
  at === 'inbox' && itemClass.toLowerCase() === CLASS && provider.toLowerCase() === PROVIDER

const itemOf = (items: readonly object[] | undefined): ItemType | undefined =>
  Object.values(items?.[0] ?? {})[0] as ItemType | undefined

const shapeWith = (...paths: readonly TagPath[]) =>
  ({
    BaseShape: 'IdOnly',
    AdditionalProperties: paths.map((ExtendedFieldURI) => ({ ExtendedFieldURI })),
  }) as const
