/** What clients write of what lies hidden: settings of programs and the lists of the rule for junk mail, for which there is room here. */
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { configurationOfClass, type UserConfiguration } from '#src/domain/mailbox/user-configuration.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type JunkLists, joinedLists, noJunkLists } from '#src/domain/rules/junk-lists.ts'
import { setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { parseJunkRule } from '#src/wire/ews/junk-rule.ts'
import { type ItemUpdates, updatesOfItem } from '#src/wire/ews/model/updates.ts'
import { parseDictionary } from '#src/wire/ews/roaming-dictionary.ts'
import type { MessageType, TargetFolderIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { writeConfiguration } from '../configurations/user-configuration.ts'
import { type HiddenKey, LONGEST_HIDDEN_CLASS } from '../ids.ts'
import { CLASS_KEY, SUBJECT_KEY } from '../item-view.ts'
import { accessDenied, type FolderPlace, itemNotFound, need } from '../places.ts'
import type { ShownItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import {
  getHidden,
  JUNK_RULE_CLASS,
  mayHaveJunkRule,
  placeOfHidden,
  roamingKeys,
  ruleKeys,
} from './hidden-item.ts'

/** CreateItem with IsAssociated, of settings. Refuses ErrorItemSave for those that are there, ErrorInvalidOperation for all else. */
export async function createHidden(
  call: EwsCall,
  given: MessageType,
  folder: TargetFolderIdType | undefined,
): Promise<ShownItem> {
  if (folder === undefined)
    throw new EwsRefusal(
      'ErrorInvalidOperation',
      'invalid-parameter',
      'Say with SavedItemFolderId in which folder it is to lie hidden.',
    )
  const place = need(await call.places.folder(folder), FolderRight.create)
  const itemClass = given.ItemClass ?? ''
  const name = nameIn(itemClass)
  const content = changedContent({}, itemClass, updatesOfItem(given))
  await writeConfiguration(call, place, name, (before) => {
    if (before === undefined) return content
    throw new EwsRefusal('ErrorItemSave', 'wrong-state', `The folder has "${itemClass}" already.`)
  })
  return shownId(call, place, itemClass)
}

/** UpdateItem of it. Refuses ErrorItemNotFound, ErrorInvalidOperation for properties that are not kept. */
export async function updateHidden(call: EwsCall, key: HiddenKey, updates: ItemUpdates): Promise<ShownItem> {
  const place = await placeOfHidden(call, key, FolderRight.editAny)
  if (key.itemClass === JUNK_RULE_CLASS) await writeJunkRule(call, place, updates)
  else
    await writeConfiguration(call, place, nameIn(key.itemClass), (before) => {
      if (before === undefined) throw itemNotFound()
      return changedContent(before, key.itemClass, updates)
    })
  return shownId(call, place, key.itemClass)
}

/** DeleteItem of it, for good whatever kind of deletion is asked for; the rule for junk mail stays without lists. Refuses ErrorItemNotFound. */
export async function deleteHidden(call: EwsCall, key: HiddenKey): Promise<object> {
  const place = await placeOfHidden(call, key, FolderRight.deleteAny)
  if (key.itemClass === JUNK_RULE_CLASS) await putJunkLists(call, place, noJunkLists)
  else
    await writeConfiguration(call, place, nameIn(key.itemClass), (before) => {
      if (before === undefined) throw itemNotFound()
      return null
    })
  return {}
}

const shownId = (call: EwsCall, { mailbox: { at }, folder }: FolderPlace, itemClass: string) =>
  getHidden(
    call,
    { kind: 'hidden', mailbox: at.mailbox, folder: folder.no, itemClass },
    { BaseShape: 'IdOnly' },
  )

/** Those that follow from others, or are the same of all: clients send them along. */
const passedOver: ReadonlySet<string> = new Set([
  ...[CLASS_KEY, SUBJECT_KEY, roamingKeys.types],
  ...[ruleKeys.provider, ruleKeys.level, ruleKeys.sequence, ruleKeys.name],
  ...['Subject', 'IsAssociated', 'IsRead', 'Importance', 'Sensitivity'],
])

/** Refuses ErrorInvalidOperation for anything else: it would be lost without a word. */
function requireKept(
  itemClass: string,
  { values, indexed, appended, extended }: ItemUpdates,
  kept: readonly string[],
): void {
  const { ItemClass = itemClass, ...others } = values
  const given = Object.keys({ ...others, ...appended, ...extended })
  const other =
    ItemClass === itemClass
      ? (given.find((name) => !kept.includes(name) && !passedOver.has(name)) ?? indexed[0]?.uri)
      : 'ItemClass'
  if (other !== undefined)
    throw new EwsRefusal(
      'ErrorInvalidOperation',
      'not-supported',
      `Of what lies hidden the property ${other} is not kept, or not changed.`,
    )
}

function changedContent(
  before: UserConfiguration,
  itemClass: string,
  updates: ItemUpdates,
): UserConfiguration {
  const { dictionary, xmlData, binaryData } = roamingKeys
  requireKept(itemClass, updates, [dictionary, xmlData, binaryData])
  const { extended } = updates
  const content: UserConfiguration = { ...before }
  for (const [key, part] of [
    [xmlData, 'xmlData'],
    [binaryData, 'binaryData'],
  ] as const) {
    if (extended[key] === undefined) continue
    delete content[part]
    if (extended[key] !== null) content[part] = octetsOf(extended[key]).toString('base64')
  }
  if (extended[dictionary] === undefined) return content
  delete content.dictionary
  if (extended[dictionary] === null) return content
  const { pairs, unread } = parseDictionary(octetsOf(extended[dictionary]))
  if (unread > 0)
    throw new EwsRefusal(
      'ErrorInvalidOperation',
      'not-supported',
      `Of the dictionary ${unread} entries have a type that nobody here knows.`,
    )
  return { ...content, dictionary: pairs }
}

const octetsOf = (value: string | readonly string[]): Buffer => Buffer.from(String(value), 'base64')

async function writeJunkRule(call: EwsCall, place: FolderPlace, updates: ItemUpdates): Promise<void> {
  const { condition, state } = ruleKeys
  requireKept(JUNK_RULE_CLASS, updates, [condition, state])
  const { extended } = updates
  if (extended[state] !== undefined && (Number(extended[state]) & 1) === 0)
    throw new EwsRefusal(
      'ErrorInvalidOperation',
      'not-supported',
      'Sorting by lists of senders is not switched off here: empty the lists.',
    )
  if (extended[condition] === undefined) return
  const given = extended[condition] === null ? noJunkLists : parseJunkRule(octetsOf(extended[condition]))
  const { lists, left } = joinedLists(noJunkLists, given)
  if (left > 0)
    throw new Refusal('limit-exceeded', `Of these lists ${left} entries are more than a mailbox keeps.`)
  await putJunkLists(call, place, lists)
}

async function putJunkLists({ services }: EwsCall, place: FolderPlace, lists: JunkLists): Promise<void> {
  if (!mayHaveJunkRule(place)) throw accessDenied()
  const { at } = place.mailbox
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await services.store.transact(scope, ({ mailboxes }) => setJunkLists(mailboxes, at, lists))
}

/** Refuses ErrorInvalidOperation for what is no setting of a program, or has a name for which no id has room. */
function nameIn(itemClass: string): string {
  const name = configurationOfClass(itemClass)
  if (name === undefined || Buffer.byteLength(itemClass) > LONGEST_HIDDEN_CLASS) throw notKept(itemClass)
  return name
}

const notKept = (itemClass: string) =>
  new EwsRefusal(
    'ErrorInvalidOperation',
    'not-supported',
    `What has the class "${itemClass.slice(0, 80)}" is not kept hidden here: settings are, under IPM.Configuration.`,
  )
