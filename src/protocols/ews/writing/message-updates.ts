import { Flag, type Flags } from '#src/domain/mailbox/item.ts'
import {
  IMPORTANCE_KEY,
  importances,
  SENSITIVITY_KEY,
  sensitivities,
} from '#src/wire/ews/model/numbered-words.ts'
import { flagTwins, twinsOf } from '#src/wire/ews/model/twins.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import type {
  BodyType,
  EmailAddressType,
  FlagType,
  InternetHeaderType,
  SingleRecipientType,
} from '#src/wire/ews/schema-types.ts'
import { recipientOf, recipientsOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import { withCategories } from '../categories.ts'
import { CLASS_KEY } from '../item-view.ts'
import { FLAG_KEY } from '../properties/item.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import type { MessageDraft } from './message-draft.ts'

/** What of an update is not in the message itself. */
export type Marks = {
  addFlags: Flags
  removeFlags: Flags
  /** Whole new list; undefined: as it is. */
  keywords: readonly string[] | undefined
  /** By property key; null takes one away. */
  properties: Record<string, string | readonly string[] | null>
  receivedAt: number | undefined
}

/** PidTagMessageDeliveryTime: how programs that import mail say when it came. */
const DELIVERY_KEY = '0x0e06:SystemTime'

/** Properties whose change does not touch the message. */
const markNames = new Set(['IsRead', 'Flag', 'Categories', 'ItemClass', 'DateTimeReceived'])
/** Those that follow from others, or that nobody sets: clients send them along. */
const passedOver = new Set([
  'Culture',
  'IsDraft',
  'IsUnmodified',
  'Size',
  'HasAttachments',
  'ItemId',
  'ParentFolderId',
  'ConversationTopic',
  'ConversationId',
  'IsResponseRequested',
  'ReminderIsSet',
  'ReminderDueBy',
  'ReminderMinutesBeforeStart',
  'DateTimeCreated',
  'EffectiveRights',
  'LastModifiedName',
  'LastModifiedTime',
  'ReceivedBy',
  'ReceivedRepresenting',
  'DisplayTo',
  'DisplayCc',
  'IsAssociated',
  'MimeContent',
  'Attachments',
  'ExtendedProperty',
  'WebClientReadFormQueryString',
  'WebClientEditFormQueryString',
  'InstanceKey',
  'Preview',
  'IsFromMe',
  'IsResend',
  'IsSubmitted',
])

/** Whether an update changes what the message says. On a message that was sent or came, importance is a mark of the reader. */
export function touchesMessage(updates: ItemUpdates, isDraft: boolean): boolean {
  const names = [...Object.keys(updates.values), ...Object.keys(updates.appended)]
  return (
    names.some(
      (name) =>
        !markNames.has(name) &&
        !passedOver.has(name) &&
        (isDraft || (name !== 'Importance' && name !== 'Sensitivity')),
    ) || updates.indexed.length > 0
  )
}

/** Flags, categories, class and extended properties of an update. */
export function marksOf({ values, extended }: ItemUpdates, keywords: readonly string[]): Marks {
  const marks: Marks = {
    addFlags: 0,
    removeFlags: 0,
    keywords: undefined,
    properties: { ...extended },
    receivedAt: undefined,
  }
  const put = (flag: Flags, set: boolean) => {
    if (set) marks.addFlags |= flag
    else marks.removeFlags |= flag
  }
  if (values.IsRead !== undefined) put(Flag.seen, values.IsRead === true)
  if (values.Flag !== undefined) {
    const flag = (values.Flag as FlagType | null) ?? { FlagStatus: 'NotFlagged' }
    const status = flag.FlagStatus
    const dates = { StartDate: null, DueDate: null, CompleteDate: null, ...flag }
    Object.assign(marks.properties, twinsOf(flagTwins, dates))
    put(Flag.flagged, status === 'Flagged')
    marks.properties[FLAG_KEY] = status === 'Complete' ? '1' : null
  }
  // Outlook and evolution mark by the MAPI properties themselves.
  const kept = extended[FLAG_KEY]
  if (kept !== undefined) put(Flag.flagged, kept === '2')
  const verb = extended['0x1081:Integer']
  if (verb === '102' || verb === '103') put(Flag.answered, true)
  if (verb === '104') put(Flag.forwarded, true)
  if (values.Categories !== undefined)
    marks.keywords = withCategories(keywords, (values.Categories as readonly string[] | null) ?? [])
  if (values.ItemClass !== undefined) marks.properties[CLASS_KEY] = values.ItemClass as string | null
  if (values.Importance !== undefined)
    marks.properties[IMPORTANCE_KEY] = numberOf(importances, values.Importance)
  if (values.Sensitivity !== undefined)
    marks.properties[SENSITIVITY_KEY] = numberOf(sensitivities, values.Sensitivity)
  if (typeof values.DateTimeReceived === 'string') marks.receivedAt = Date.parse(values.DateTimeReceived)
  const delivered = marks.properties[DELIVERY_KEY]
  if (typeof delivered === 'string' && !Number.isNaN(Date.parse(delivered))) {
    marks.receivedAt = Date.parse(delivered)
    delete marks.properties[DELIVERY_KEY]
  }
  return marks
}

const numberOf = (words: readonly string[], value: unknown): string | null => {
  const at = words.indexOf(String(value))
  return at < 0 ? null : String(at)
}

/** Puts what is set into the draft. Refuses ErrorInvalidRecipients. */
export async function updateDraft(call: EwsCall, draft: MessageDraft, updates: ItemUpdates): Promise<void> {
  for (const [name, value] of Object.entries(updates.values)) await setValue(call, draft, name, value)
  for (const [name, value] of Object.entries(updates.appended)) await append(call, draft, name, value)
  for (const { uri, index, value } of updates.indexed) {
    if (uri !== 'item:InternetMessageHeader') continue
    draft.headers = draft.headers.filter(([name]) => name.toLowerCase() !== index.toLowerCase())
    if (typeof value === 'string') draft.headers.push([index, value])
  }
}

const lists = { ToRecipients: 'to', CcRecipients: 'cc', BccRecipients: 'bcc', ReplyTo: 'replyTo' } as const

async function setValue(call: EwsCall, draft: MessageDraft, name: string, value: unknown): Promise<void> {
  if (name in lists) {
    const given = (value ?? []) as readonly EmailAddressType[]
    draft[lists[name as keyof typeof lists]] = await recipientsOf(call, given)
    return
  }
  switch (name) {
    case 'From':
    case 'Sender': {
      const given = (value as SingleRecipientType | null)?.Mailbox
      draft[name === 'From' ? 'from' : 'sender'] = given && (await recipientOf(call, given))
      return
    }
    case 'Subject':
      draft.subject = String(value ?? '')
      return
    case 'Body': {
      const body = value as BodyType | null
      draft.body = { type: body?.BodyType ?? 'Text', text: body?.Value ?? '' }
      return
    }
    case 'Importance':
      draft.importance = (value ?? 'Normal') as MessageDraft['importance']
      return
    case 'Sensitivity':
      draft.sensitivity = (value ?? 'Normal') as MessageDraft['sensitivity']
      return
    case 'IsReadReceiptRequested':
      draft.readReceipt = value === true
      return
    case 'IsDeliveryReceiptRequested':
      draft.deliveryReceipt = value === true
      return
    case 'InReplyTo':
      draft.inReplyTo = (value as string | null) ?? undefined
      return
    case 'References':
      draft.references = String(value ?? '')
        .split(/\s+/)
        .filter(Boolean)
      return
    case 'InternetMessageId':
      if (typeof value === 'string' && value !== '') draft.messageId = value
      return
    case 'DateTimeSent':
      if (typeof value === 'string') draft.dateMs = Date.parse(value)
      return
    case 'ConversationIndex':
      draft.threadIndex = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : undefined
      return
    case 'InternetMessageHeaders':
      for (const { HeaderName, Value } of (value ?? []) as readonly InternetHeaderType[])
        draft.headers.push([HeaderName, Value])
      return
    default:
      if (!markNames.has(name) && !passedOver.has(name))
        throw new EwsRefusal(
          'ErrorInvalidPropertySet',
          'not-supported',
          `${name} of a message cannot be set.`,
        )
  }
}

async function append(call: EwsCall, draft: MessageDraft, name: string, value: unknown): Promise<void> {
  if (name in lists) {
    draft[lists[name as keyof typeof lists]].push(
      ...(await recipientsOf(call, value as readonly EmailAddressType[])),
    )
  } else if (name === 'Body') {
    draft.body = { ...draft.body, text: draft.body.text + (value as BodyType).Value }
  } else
    throw new EwsRefusal('ErrorInvalidPropertyAppend', 'not-supported', `Nothing can be appended to ${name}.`)
}
