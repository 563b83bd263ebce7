/** MAPI properties that follow from an item itself: clients ask for them by tag (exchange-interop.md 3.4). */
import { receivedForKeys } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { MODIFIED_KEY } from '#src/domain/mailbox/change-message.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { formatGlobalObjectId } from '#src/formats/tnef/global-object-id.ts'
import { propertySets } from '#src/wire/ews/extended-property.ts'
import {
  IMPORTANCE_KEY,
  importances,
  SENSITIVITY_KEY,
  sensitivities,
} from '#src/wire/ews/model/numbered-words.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import { addressText, displayNames, mailboxesOf } from '../addresses.ts'
import { formatItemId } from '../ids.ts'
import type { ItemView } from '../item-view.ts'
import { importanceOf, isUnmodified, modifiedTime, sensitivityOf } from './item.ts'

/** Undefined: the item has none. */
export type Read = (view: ItemView) => string | undefined | Promise<string | undefined>

const message =
  (read: Read): Read =>
  (view) =>
    view.item.class === 'message' ? read(view) : undefined

const verbs = { reply: '102', forward: '104' } as const

function lastVerb({ item }: ItemView): string | undefined {
  if ((item.flags & Flag.answered) !== 0) return verbs.reply
  return (item.flags & Flag.forwarded) !== 0 ? verbs.forward : undefined
}

/** PidTagMessageFlags: read, unmodified, unsent, attachments. */
function messageFlags(view: ItemView): string {
  const { item } = view
  const has = (flag: number, bit: number) => ((item.flags & flag) !== 0 ? bit : 0)
  const draft = has(Flag.draft, 0x8)
  const unmodified = isUnmodified(view) ? 0x2 : 0
  return String(has(Flag.seen, 0x1) | unmodified | draft | has(Flag.hasAttachment, 0x10))
}

/** Of a delegate's copy whose it is, else who has it. */
const receivedFor = ({ item, mailbox, meeting }: ItemView) =>
  (item.flags & Flag.draft) !== 0
    ? undefined
    : (meeting?.receivedFor ?? {
        name: mailbox.owner.displayName,
        address: mailbox.owner.addresses.find(({ kind }) => kind === 'primary')?.address,
      })

const fromOf = ({ envelope }: ItemView) => mailboxesOf(envelope.from)[0]
const entryId = ({ item, mailbox }: ItemView): string => formatItemId(mailbox.at.mailbox, item.no)

/** By which Exchange's own programs find a meeting again: `clean` without the day of an occurrence (MS-OXOCAL §2.2.1.27, §2.2.1.28). */
const globalObjectId =
  (clean: boolean): Read =>
  ({ object, meeting }) => {
    const said = meeting?.object ?? object
    if (said?.['@type'] !== 'Event') return undefined
    const day = clean ? undefined : (meeting?.recurrenceId ?? said.recurrenceId)
    const [year, month, date] = (day?.slice(0, 10).split('-') ?? []).map(Number)
    const instance = day === undefined ? {} : { instance: { year: year!, month: month!, day: date! } }
    return Buffer.from(formatGlobalObjectId({ uid: said.uid, ...instance })).toString('base64')
  }

const table: Readonly<Record<string, Read>> = {
  '0x001a:String': (view) => view.itemClass,
  '0x0037:String': (view) => view.subject,
  '0x0e1d:String': (view) => view.subject.replace(/^(?:(?:re|fw|fwd|aw|wg)\s*:\s*)+/i, ''),
  '0x0070:String': (view) => view.subject.replace(/^(?:(?:re|fw|fwd|aw|wg)\s*:\s*)+/i, ''),
  [IMPORTANCE_KEY]: async (view) => String(importances.indexOf(await importanceOf(view))),
  [SENSITIVITY_KEY]: async (view) => String(sensitivities.indexOf(await sensitivityOf(view))),
  '0x0039:SystemTime': message((view) => formatTime(view.envelope.dateMs ?? view.item.receivedAt)),
  '0x0e06:SystemTime': ({ item }) => formatTime(item.receivedAt),
  '0x3007:SystemTime': ({ item }) => formatTime(Math.min(item.receivedAt, item.savedAt)),
  [MODIFIED_KEY]: (view) => formatTime(modifiedTime(view)),
  '0x0e07:Integer': messageFlags,
  '0x0e17:Integer': () => '0',
  '0x0e08:Integer': ({ item }) => String(Math.min(item.sizeBytes, 2 ** 31 - 1)),
  '0x0e1b:Boolean': ({ item }) => String((item.flags & Flag.hasAttachment) !== 0),
  '0x0e69:Boolean': message(({ item }) => String((item.flags & Flag.seen) !== 0)),
  '0x0e04:String': message(({ envelope }) => displayNames(envelope.to)),
  '0x0e03:String': message(({ envelope }) => displayNames(envelope.cc)),
  '0x1035:String': message(({ envelope }) => envelope.messageId),
  '0x1042:String': message(({ envelope }) => envelope.inReplyTo),
  '0x1039:String': message(({ envelope }) => envelope.references?.join(' ')),
  '0x0c1a:String': message((view) => fromOf(view)?.name),
  '0x0042:String': message((view) => fromOf(view)?.name),
  '0x5d01:String': message((view) => {
    const from = fromOf(view)
    return from && addressText(from)
  }),
  [receivedForKeys.address]: message((view) => receivedFor(view)?.address),
  [receivedForKeys.name]: message((view) => receivedFor(view)?.name),
  '0x007d:String': message(async (view) => {
    const { root } = view
    if (root === undefined || view.item.body === null) return undefined
    return Buffer.from(await view.readOctets(root.headerOffset, root.bodyOffset)).toString('utf8')
  }),
  '0x1081:Integer': message(lastVerb),
  '0x1080:Integer': message((view) => {
    const verb = lastVerb(view)
    return verb === verbs.reply
      ? '261'
      : verb === verbs.forward
        ? '262'
        : (view.item.flags & Flag.seen) !== 0
          ? '256'
          : '-1'
  }),
  '0x1090:Integer': message(({ item }) => ((item.flags & Flag.flagged) !== 0 ? '2' : undefined)),
  '0x0e23:Integer': ({ item }) => String(item.uid),
  '0x0ff9:Binary': entryId,
  '0x0fff:Binary': entryId,
  '0x300b:Binary': entryId,
  '0x65e0:Binary': entryId,
  '0x10f3:String': ({ item }) => `${item.no}.EML`,
  [`{${propertySets.Meeting}}0x0003:Binary`]: globalObjectId(false),
  [`{${propertySets.Meeting}}0x0023:Binary`]: globalObjectId(true),
}

/** Marks, times, and what is part of the content, change after a client has set them: what it said then is not asked. */
export const ofMarks: ReadonlySet<string> = new Set([
  '0x0e07:Integer',
  '0x0e69:Boolean',
  MODIFIED_KEY,
  IMPORTANCE_KEY,
  SENSITIVITY_KEY,
])

/** How the value of a property, as it stands on the wire, follows from an item; undefined for one that nothing is known of. */
export function computationOf(key: string): Read | undefined {
  const header = /^\{00020386-0000-0000-c000-000000000046\}"(.+):String$/.exec(key)?.[1]
  if (header !== undefined) return message((view) => view.field(header))
  return Object.hasOwn(table, key) ? table[key] : undefined
}
