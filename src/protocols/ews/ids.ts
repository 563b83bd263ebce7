/**
 * Ids as clients keep them (exchange-interop.md 3.2): opaque base64 that stays the same through renames and moves. An id says
 * in which mailbox something is; whoever brings it needs rights there, so knowing one opens nothing. The last four octets
 * show whether it came as it was given.
 */
import { hash } from 'node:crypto'
import type { MailboxId } from '#src/base/ids.ts'
import type { FolderNo, ItemNo } from '#src/domain/mailbox/item.ts'
import { formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { EwsRefusal } from './refusal-codes.ts'

type FolderKey = { kind: 'folder'; mailbox: MailboxId; folder: FolderNo }
type ItemKey = {
  kind: 'item'
  mailbox: MailboxId
  item: ItemNo
  /** One occurrence of a series, by its local date-time in it. */
  recurrenceId?: string
}
/**
 * `path`: the MIME part (`2.1`), or `photo`, that of a contact. Other parts may come or go before it: `print` is how it is known then.
 */
export type AttachmentKey = {
  kind: 'attachment'
  mailbox: MailboxId
  item: ItemNo
  path: string
  print?: string
  /** The occurrence of a series in which it was seen. */
  recurrenceId?: string
}
/** What lies hidden in a folder, by its message class. */
export type HiddenKey = { kind: 'hidden'; mailbox: MailboxId; folder: FolderNo; itemClass: string }
type EwsKey = FolderKey | ItemKey | AttachmentKey | HiddenKey

/** As MAPI marks them (MS-OXCDATA §2.2.3.1): clients that look inside find what they know. */
const marks = { folder: 0x2e, item: 0x46, occurrence: 0x4f, attachment: 0x41, hidden: 0x48 } as const

const MAILBOX = 16
const NUMBER = 6
const CHECK = 4
const LONGEST = 1_024
/** Octets of a message class that an id has room for; programs use 237 characters at most. */
export const LONGEST_HIDDEN_CLASS = 720

export const formatFolderId = (mailbox: MailboxId, folder: FolderNo): string =>
  format(marks.folder, mailbox, folder)

export function formatItemId(mailbox: MailboxId, item: ItemNo, recurrenceId?: string | null): string {
  if (recurrenceId == null) return format(marks.item, mailbox, item)
  const at = Buffer.alloc(NUMBER)
  at.writeIntBE(Math.floor(parseLocal(recurrenceId) / 1_000), 0, NUMBER)
  return format(marks.occurrence, mailbox, item, at)
}

export const formatAttachmentId = (
  mailbox: MailboxId,
  item: ItemNo,
  path: string,
  print = '',
  recurrenceId: string | null = null,
): string =>
  format(marks.attachment, mailbox, item, Buffer.from([path, print, recurrenceId ?? ''].join(' ').trimEnd()))

export const formatHiddenId = (mailbox: MailboxId, folder: FolderNo, itemClass: string): string =>
  format(marks.hidden, mailbox, folder, Buffer.from(itemClass))

function format(mark: number, mailbox: MailboxId, no: number, rest = new Uint8Array()): string {
  const head = Buffer.alloc(1 + MAILBOX + NUMBER)
  head[0] = mark
  head.set(Buffer.from(mailbox.replaceAll('-', ''), 'hex'), 1)
  head.writeUIntBE(no, 1 + MAILBOX, NUMBER)
  const body = Buffer.concat([head, rest])
  return Buffer.concat([body, checkOf(body)]).toString('base64')
}

const checkOf = (body: Uint8Array): Buffer => hash('sha256', body, 'buffer').subarray(0, CHECK)

/** What an id names. Refuses ErrorInvalidIdMalformed for what was not given by us. */
export function parseId(id: string): EwsKey {
  const octets = id.length > LONGEST ? Buffer.alloc(0) : Buffer.from(id, 'base64')
  const body = octets.subarray(0, -CHECK)
  if (body.length < 1 + MAILBOX + NUMBER || !checkOf(body).equals(octets.subarray(-CHECK))) throw malformed()
  const hex = body.subarray(1, 1 + MAILBOX).toString('hex')
  const mailbox = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as MailboxId
  const no = body.readUIntBE(1 + MAILBOX, NUMBER)
  const rest = body.subarray(1 + MAILBOX + NUMBER)
  switch (body[0]) {
    case marks.folder:
      return { kind: 'folder', mailbox, folder: no as FolderNo }
    case marks.item:
      return { kind: 'item', mailbox, item: no as ItemNo }
    case marks.occurrence: {
      if (rest.length !== NUMBER) throw malformed()
      const recurrenceId = formatLocal(rest.readIntBE(0, NUMBER) * 1_000)
      return { kind: 'item', mailbox, item: no as ItemNo, recurrenceId }
    }
    case marks.attachment:
      return { kind: 'attachment', mailbox, item: no as ItemNo, ...attachedAt(rest.toString()) }
    case marks.hidden:
      return { kind: 'hidden', mailbox, folder: no as FolderNo, itemClass: rest.toString() }
    default:
      throw malformed()
  }
}

function attachedAt(text: string): Pick<AttachmentKey, 'path' | 'print' | 'recurrenceId'> {
  const [path, print, recurrenceId] = text.split(' ')
  return { path: path!, ...(print && { print }), ...(recurrenceId && { recurrenceId }) }
}

const malformed = () => new EwsRefusal('ErrorInvalidIdMalformed', 'invalid-parameter', 'Id is malformed.')

/** Changes with everything that is done to the thing. */
export function formatChangeKey(kind: 'folder' | 'item', modseq: number): string {
  const octets = Buffer.alloc(9)
  octets[0] = kind === 'folder' ? 1 : 9
  octets.writeUIntBE(modseq, 3, NUMBER)
  return octets.toString('base64')
}

/** The modseq in a change key; undefined for what is none of ours. */
export function parseChangeKey(key: string): number | undefined {
  const octets = Buffer.from(key, 'base64')
  return octets.length === 9 ? octets.readUIntBE(3, NUMBER) : undefined
}
