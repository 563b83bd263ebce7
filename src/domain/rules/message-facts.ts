import { type AddressEntry, mailboxesOf } from '#src/formats/address/mailbox-list.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { type HeaderField, unfold } from '#src/formats/header/fields.ts'
import { importanceIn, sensitivityIn } from '#src/formats/header/importance.ts'
import { attachmentsOf, type MimePart, walkParts } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { HtmlText } from '#src/formats/text/html-text.ts'
import { findCalendarPart } from '../calendar/scheduling/meeting-message.ts'
import { addressesOfEntry, personOf } from '../calendar/scheduling/who.ts'
import type { MailboxDelivery } from '../delivery/mailbox-step.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { classOfStructure } from '../mailbox/message-class.ts'
import type { RuleMark, TextPlace } from './rule.ts'

/** Of the texts of a message this much is looked through, in characters. */
const MOST_TEXT = 1024 * 1024

/** Rules of ours and of Exchange that sent a message on name here whose they are. */
export const RULES_LOOP_FIELD = 'X-MS-Exchange-Inbox-Rules-Loop'

/** Addresses of those whose rules sent the message on, in lower case. */
export const rulesLoop = (fields: readonly HeaderField[]): ReadonlySet<string> =>
  new Set(valuesOf(fields, RULES_LOOP_FIELD.toLowerCase()).map((value) => value.toLowerCase()))

/** What rules ask of one message on its way into one mailbox; each thing is found out when it is first asked for. */
export class MessageFacts {
  readonly #directory: Pick<DirectoryReader, 'findEntry' | 'findDomainOwner'>
  readonly #delivery: MailboxDelivery
  readonly receivedAt: number
  #body: Promise<string> | undefined
  #senders: Promise<ReadonlySet<string>> | undefined

  constructor(directory: DirectoryReader, delivery: MailboxDelivery, receivedAt: number) {
    this.#directory = directory
    this.#delivery = delivery
    this.receivedAt = receivedAt
  }

  get sizeBytes(): number {
    return this.#delivery.message.sizeBytes
  }

  get importance() {
    return importanceIn(this.#delivery.fields)
  }

  get sensitivity() {
    return sensitivityIn(this.#delivery.fields)
  }

  /** Texts of Keywords, in lower case. */
  get categories(): readonly string[] {
    return valuesOf(this.#delivery.fields, 'keywords')
      .flatMap((value) => value.split(','))
      .map((word) => word.trim().toLowerCase())
  }

  get itemClass(): string {
    const { root } = this.#delivery.message.index
    if (this.is('meeting-request')) return 'IPM.Schedule.Meeting.Request'
    if (this.is('meeting-response')) return 'IPM.Schedule.Meeting.Resp'
    const contentClass = this.#text('content-class').toLowerCase()
    if (contentClass.startsWith('voice')) return 'IPM.Note.Microsoft.Voicemail'
    if (contentClass.includes('approval')) return 'IPM.Note.Microsoft.Approval.Request'
    return classOfStructure(root)
  }

  /** What a sender has flagged a message for, as it is written; empty for nothing. */
  get flaggedFor(): string {
    return this.#text('x-message-flag')
  }

  /** Addresses of To and Cc, in lower case (RUL-04). */
  get recipients(): readonly string[] {
    const { to, cc } = this.#delivery.envelope
    return [...addressesIn(to), ...addressesIn(cc)]
  }

  /** Addresses of From and Sender and all others of the same person, in lower case. */
  senders(): Promise<ReadonlySet<string>> {
    this.#senders ??= this.#findSenders()
    return this.#senders
  }

  async #findSenders(): Promise<ReadonlySet<string>> {
    const { envelope, organization } = this.#delivery
    const found = new Set<string>()
    for (const address of [...addressesIn(envelope.from), ...addressesIn(envelope.sender)]) {
      const { addresses } = await personOf(this.#directory as DirectoryReader, organization, address)
      for (const each of addresses) found.add(each)
    }
    return found
  }

  /** What texts are looked for in, folded for search. */
  async text(place: TextPlace): Promise<string> {
    const { envelope, fields } = this.#delivery
    switch (place) {
      case 'subject':
        return foldForSearch(envelope.subject ?? '')
      case 'body':
        return this.#bodyText()
      case 'subject-or-body':
        return `${foldForSearch(envelope.subject ?? '')}\0${await this.#bodyText()}`
      case 'header':
        return foldForSearch(
          fields.map(({ name, value }) => `${name}: ${decodeWords(unfold(value))}`).join('\n'),
        )
      case 'sender':
        return foldForSearch(namesIn([...(envelope.from ?? []), ...(envelope.sender ?? [])]))
      case 'recipient':
        return foldForSearch(namesIn([...(envelope.to ?? []), ...(envelope.cc ?? [])]))
    }
  }

  is(mark: RuleMark): boolean {
    const { root } = this.#delivery.message.index
    const { envelope, entry } = this.#delivery
    const own = new Set(addressesOfEntry(entry))
    const among = (list: readonly AddressEntry[] | undefined) => addressesIn(list).some((one) => own.has(one))
    switch (mark) {
      case 'has-attachments':
        return attachmentsOf(root).length > 0
      case 'automatic-forward':
        return rulesLoop(this.#delivery.fields).size > 0 || this.#text('auto-submitted') === 'auto-forwarded'
      case 'automatic-reply':
        return /^auto-replied\b/i.test(this.#text('auto-submitted')) || this.#text('x-autoreply') !== ''
      case 'encrypted':
        return isEncrypted(root)
      case 'signed':
        return root.subtype === 'signed' || (isPkcs7(root) && root.params['smime-type'] === 'signed-data')
      case 'meeting-request':
        return /^(?:request|add)$/.test(methodOf(root))
      case 'meeting-response':
        return /^(?:reply|counter)$/.test(methodOf(root))
      case 'delivery-report':
        return reportType(root) === 'delivery-status'
      case 'read-receipt':
        return reportType(root) === 'disposition-notification'
      case 'permission-controlled':
        return [...walkParts(root)].some(({ subtype }) => subtype === 'x-microsoft-rpmsg-message')
      case 'voicemail':
      case 'approval-request':
        return this.itemClass.startsWith(
          `IPM.Note.Microsoft.${mark === 'voicemail' ? 'Voicemail' : 'Approval'}`,
        )
      case 'sent-to-me':
        return among(envelope.to)
      case 'not-sent-to-me':
        return !among(envelope.to)
      case 'sent-cc-me':
        return among(envelope.cc)
      case 'sent-to-or-cc-me':
        return among(envelope.to) || among(envelope.cc)
      case 'sent-only-to-me':
        return this.recipients.length > 0 && this.recipients.every((one) => own.has(one))
    }
  }

  #text(key: string): string {
    return valuesOf(this.#delivery.fields, key)[0] ?? ''
  }

  #bodyText(): Promise<string> {
    this.#body ??= this.#readBody()
    return this.#body
  }

  async #readBody(): Promise<string> {
    const { index, octets } = this.#delivery.message
    let text = ''
    for (const part of walkParts(index.root)) {
      if (part.type !== 'text' || part.disposition === 'attachment' || part.parts.length > 0) continue
      const decoder = decodePart(part)
      const html = part.subtype === 'html' ? new HtmlText() : undefined
      const shown = (piece: string) => (html === undefined ? piece : html.push(piece))
      const end = Math.min(part.bodyEnd, part.bodyOffset + 2 * MOST_TEXT)
      for await (const piece of octets.read({ start: part.bodyOffset, end })) {
        text += shown(decoder.push(piece))
        if (text.length > MOST_TEXT) break
      }
      text += `${shown(decoder.finish())}${html?.finish() ?? ''}\0`
      if (text.length > MOST_TEXT) break
    }
    return foldForSearch(text.slice(0, MOST_TEXT).replace(/[ \t\r\n]+/g, ' '))
  }
}

const valuesOf = (fields: readonly HeaderField[], name: string): string[] =>
  fields.filter(({ key }) => key === name).map(({ value }) => decodeWords(unfold(value)).trim())

/** In lower case. */
export function addressesIn(list: readonly AddressEntry[] = []): string[] {
  return mailboxesOf(list).map((one) => `${one.mailbox}@${one.host}`.toLowerCase())
}

const namesIn = (list: readonly AddressEntry[]): string =>
  mailboxesOf(list)
    .map((one) => `${one.name ?? ''} <${one.mailbox}@${one.host}>`)
    .join('\n')

const reportType = (root: MimePart): string =>
  root.subtype === 'report' ? (root.params['report-type'] ?? '').toLowerCase() : ''
const isPkcs7 = ({ type, subtype }: MimePart): boolean =>
  type === 'application' && /^(?:x-)?pkcs7-mime$/.test(subtype)
const isEncrypted = (root: MimePart): boolean =>
  root.subtype === 'encrypted' || (isPkcs7(root) && root.params['smime-type'] !== 'signed-data')
const methodOf = (root: MimePart): string => (findCalendarPart(root)?.params.method ?? '').toLowerCase()
