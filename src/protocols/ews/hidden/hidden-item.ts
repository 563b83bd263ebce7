/**
 * What lies hidden in folders, items of Traversal Associated ([MS-OXWSSRCH] §2.2.5.2): settings of programs as [MS-OXOCFG] §2.2.2 has
 * them, and in the inbox the rule for junk mail ([MS-OXCSPAM] §2.2.4). Each is made of what is kept, when it is asked for.
 */
import { hash } from 'node:crypto'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { ConfigurationMark } from '#src/domain/mailbox/configuration.ts'
import { Flag, type Item, type ItemNo } from '#src/domain/mailbox/item.ts'
import {
  classOfConfiguration,
  configurationOfClass,
  type UserConfiguration,
} from '#src/domain/mailbox/user-configuration.ts'
import { junkLists } from '#src/domain/rules/kept-rules.ts'
import { formatJunkRule } from '#src/wire/ews/junk-rule.ts'
import { formatDictionary } from '#src/wire/ews/roaming-dictionary.ts'
import type { ItemResponseShapeType, NonEmptyArrayOfBaseItemIdsType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { findConfiguration } from '../configurations/user-configuration.ts'
import { formatChangeKey, formatHiddenId, type HiddenKey, LONGEST_HIDDEN_CLASS, parseId } from '../ids.ts'
import { CLASS_KEY, ItemView, SUBJECT_KEY } from '../item-view.ts'
import { type FolderPlace, itemNotFound, need } from '../places.ts'
import { type ShownItem, showItem } from '../properties/show-item.ts'

/** `properties`: by EWS key, as they stand on the wire. */
type HiddenItem = { itemClass: string; properties: Readonly<Record<string, string>> }

export const JUNK_RULE_CLASS = 'IPM.ExtendedRule.Message'

/** PidTagRoamingDatatypes, PidTagRoamingDictionary, PidTagRoamingXmlStream, PidTagRoamingBinary ([MS-OXOCFG] §2.2.2). */
export const roamingKeys = {
  types: '0x7c06:Integer',
  dictionary: '0x7c07:Binary',
  xmlData: '0x7c08:Binary',
  binaryData: '0x7c09:Binary',
} as const
/** PidTagRuleMessageProvider, -State, -Level, -Sequence, -Name, PidTagExtendedRuleMessageCondition ([MS-OXORULE] §2.2.4.1). */
export const ruleKeys = {
  provider: '0x65eb:String',
  state: '0x65e9:Integer',
  level: '0x65ec:Integer',
  sequence: '0x65f3:Integer',
  name: '0x65ed:String',
  condition: '0x0e9a:Binary',
} as const
const JUNK_PROVIDER = 'JunkEmailRule'
/** ST_ENABLED, ST_EXIT_LEVEL, ST_SKIP_IF_SCL_IS_SAFE. */
const STATE = 0x1 | 0x10 | 0x20

const bits = [
  ['binaryData', 1],
  ['xmlData', 2],
  ['dictionary', 4],
] as const

function itemOfConfiguration(itemClass: string, content: UserConfiguration): HiddenItem {
  const { dictionary, xmlData, binaryData } = content
  const types = bits.reduce((sum, [part, bit]) => sum + (content[part] === undefined ? 0 : bit), 0)
  const properties = {
    [roamingKeys.types]: String(types),
    ...(dictionary && {
      [roamingKeys.dictionary]: Buffer.from(formatDictionary(dictionary)).toString('base64'),
    }),
    ...(xmlData !== undefined && { [roamingKeys.xmlData]: xmlData }),
    ...(binaryData !== undefined && { [roamingKeys.binaryData]: binaryData }),
  }
  return { itemClass, properties }
}

const isJunkRule = (itemClass: string): boolean => itemClass.toLowerCase() === JUNK_RULE_CLASS.toLowerCase()

/** Whose lists they are has the rule, and who has the whole mailbox; every inbox has one. */
export const mayHaveJunkRule = ({ mailbox: { own, access }, folder }: FolderPlace): boolean =>
  folder.distinguished === 'inbox' && (own || access.full)

async function junkRule({ services }: EwsCall, place: FolderPlace): Promise<HiddenItem | undefined> {
  if (!mayHaveJunkRule(place)) return undefined
  const lists = await junkLists(services.store.mailboxes, place.mailbox.at)
  return {
    itemClass: JUNK_RULE_CLASS,
    properties: {
      [ruleKeys.provider]: JUNK_PROVIDER,
      [ruleKeys.state]: String(STATE),
      [ruleKeys.level]: '0',
      [ruleKeys.sequence]: '0',
      [ruleKeys.name]: 'Junk E-mail Rule',
      [ruleKeys.condition]: formatJunkRule(lists).toString('base64'),
    },
  }
}

/** Options that every mailbox has, whether somebody has written them or not. */
const ALWAYS_THERE = 'OWA.UserOptions'

/** Everything that is hidden in a folder for who asks, one after the other. */
export async function* hiddenIn(call: EwsCall, place: FolderPlace): AsyncGenerator<HiddenItem> {
  const { mailboxes } = call.services.store
  const { mailbox, folder } = place
  const rule = await junkRule(call, place)
  if (rule !== undefined) yield rule
  let hasOptions = false
  let after: ConfigurationMark | null = null
  do {
    call.signal.throwIfAborted()
    const page = await mailboxes.pageConfigurations(mailbox.at, folder.no, after)
    for (const { name, content } of page.rows) {
      if (configurationOfClass(name) === undefined || Buffer.byteLength(name) > LONGEST_HIDDEN_CLASS) continue
      hasOptions ||= name.toLowerCase() === classOfConfiguration(ALWAYS_THERE).toLowerCase()
      yield itemOfConfiguration(name, content as UserConfiguration)
    }
    after = page.next
  } while (after !== null)
  const options = hasOptions ? undefined : await findConfiguration(mailboxes, place, ALWAYS_THERE)
  if (options !== undefined) yield itemOfConfiguration(classOfConfiguration(ALWAYS_THERE), options)
}

export async function findHiddenItem(
  call: EwsCall,
  place: FolderPlace,
  itemClass: string,
): Promise<HiddenItem | undefined> {
  if (isJunkRule(itemClass)) return junkRule(call, place)
  const name = configurationOfClass(itemClass)
  if (name === undefined) return undefined
  const content = await findConfiguration(call.services.store.mailboxes, place, name)
  return content && itemOfConfiguration(itemClass, content)
}

/** What an id of a request names, where it is something hidden. */
export function hiddenKeyOf({ ItemId }: NonEmptyArrayOfBaseItemIdsType[number]): HiddenKey | undefined {
  const key = ItemId && parseId(ItemId.Id)
  return key?.kind === 'hidden' ? key : undefined
}

/** The folder that it is in. Refuses ErrorAccessDenied without the right. */
export async function placeOfHidden(
  { places, services }: EwsCall,
  { mailbox, folder }: HiddenKey,
  right: number,
): Promise<FolderPlace> {
  const reached = await places.byId(mailbox)
  return need(
    await places.place(reached, await services.store.mailboxes.getFolder(reached.at, folder)),
    right,
  )
}

/** GetItem of it. Refuses ErrorItemNotFound. */
export async function getHidden(
  call: EwsCall,
  key: HiddenKey,
  shape: ItemResponseShapeType,
): Promise<ShownItem> {
  const place = await placeOfHidden(call, key, FolderRight.readAny)
  const found = await findHiddenItem(call, place, key.itemClass)
  if (found === undefined) throw itemNotFound()
  return showHidden(hiddenView(call, place, found, shape))
}

const noItem: Omit<Item, 'folder' | 'sizeBytes'> = {
  ...{
    no: 0 as ItemNo,
    uid: 0,
    class: 'message',
    flags: Flag.seen,
    keywords: [],
    modseq: 0,
    createdModseq: 0,
  },
  ...{ receivedAt: 0, savedAt: 0, body: null, deletedFrom: null },
}

/** As much of an octet property as FindItem shows. */
const MOST_LISTED = 512

/** As items are read, restricted and sorted. `listed`: octets are cut, as FindItem does. */
export function hiddenView(
  call: EwsCall,
  { mailbox, folder, rights }: FolderPlace,
  { itemClass, properties: given }: HiddenItem,
  shape: ItemResponseShapeType,
  listed = false,
): ItemView {
  const Id = formatHiddenId(mailbox.at.mailbox, folder.no, itemClass)
  const short = ([key, value]: [string, string]) =>
    [
      key,
      key.endsWith(':Binary')
        ? Buffer.from(value, 'base64').subarray(0, MOST_LISTED).toString('base64')
        : value,
    ] as const
  const entries = Object.entries(given)
  const properties = {
    ...Object.fromEntries(listed ? entries.map(short) : entries),
    ...Object.fromEntries([CLASS_KEY, SUBJECT_KEY].map((key) => [key, itemClass])),
    ...Object.fromEntries(entryIds.map((key) => [key, Id])),
  }
  const sizeBytes = entries.reduce((sum, [, value]) => sum + value.length, 0)
  const item: Item = { ...noItem, folder: folder.no, sizeBytes, properties, summary: { subject: itemClass } }
  const hidden = {
    Id,
    // Of those that are only looked at nobody asks for it, and they may be large.
    get ChangeKey() {
      const print = hash('sha256', JSON.stringify(given), 'buffer').readUIntBE(0, 6)
      return formatChangeKey('item', print)
    },
  }
  return new ItemView(call, item, { mailbox, rights, shape, listed, hidden })
}

/** PidTagEntryId, PidTagRecordKey, PidTagSearchKey, PidTagSourceKey. */
const entryIds = ['0x0ff9:Binary', '0x0fff:Binary', '0x300b:Binary', '0x65e0:Binary']

/** What there is to say of it: nobody knows when it was written, and nobody has sent it. */
const told: ReadonlySet<string> = new Set([
  ...['ItemId', 'ParentFolderId', 'ItemClass', 'Subject', 'Sensitivity', 'Importance', 'Size', 'IsDraft'],
  ...['HasAttachments', 'EffectiveRights', 'IsAssociated', 'IsRead', 'ExtendedProperty'],
])

export async function showHidden(view: ItemView): Promise<ShownItem> {
  const [[element, shown] = ['Message', {}]] = Object.entries(await showItem(view))
  return { [element]: Object.fromEntries(Object.entries(shown).filter(([name]) => told.has(name))) }
}
