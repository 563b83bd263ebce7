import { Flag, type Flags } from '#src/domain/mailbox/item.ts'
import type { ChangePage, SourceChange, SourceFolder, SourceMarks } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  ItemType,
  SyncFolderItemsChangesType,
  SyncFolderItemsResponseMessageType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { flagStatus, lastVerb, messageFlags, propertyOf, readMark, searchKey } from './extended-properties.ts'
import { failureOfMessage, failureOfOne } from './failures.ts'
import type { ItemHeads } from './item-heads.ts'
import { kindOfClass } from './item-kind.ts'

/** As many as SyncFolderItems gives at once (MS-OXWSSYNC). */
const MOST = 512

const shape = {
  BaseShape: 'IdOnly',
  AdditionalProperties: [
    { FieldURI: { FieldURI: 'item:ItemClass' } },
    { FieldURI: { FieldURI: 'item:Size' } },
    { FieldURI: { FieldURI: 'item:Categories' } },
    ...[searchKey, messageFlags, readMark, flagStatus, lastVerb].map((ExtendedFieldURI) => ({
      ExtendedFieldURI,
    })),
  ],
} as const

type Asked = { cursor: string | null; limit: number; heads: ItemHeads }

/** A state that the server does not take any more: everything is listed again. */
const VOID = 'ErrorInvalidSyncStateData'
/** The folder went after it was listed; the next listing knows. */
const gone = new Set(['ErrorFolderNotFound', 'ErrorSyncFolderNotFound', 'ErrorItemNotFound'])

/** A cursor of our own: the folder had no items whenever it was listed, and has not been asked for its changes. */
const EMPTY = 'empty'

/** Whether a folder is known to be as it was without asking for its changes. */
export const isIdle = ({ items }: SourceFolder, cursor: string): boolean => cursor === EMPTY && items === 0

/** The next page of what became of a folder. Rejects with SourceFailure. */
export async function readChanges(
  session: EwsSession,
  folder: SourceFolder,
  asked: Asked,
  signal: AbortSignal,
): Promise<ChangePage> {
  if (asked.cursor === null || asked.cursor === EMPTY) {
    // Most folders of most mailboxes are: one call less for each.
    if (folder.items === 0) return { changes: [], cursor: EMPTY, more: false, restarted: false }
    return readPage(session, folder, { ...asked, cursor: null }, signal)
  }
  try {
    return await readPage(session, folder, asked, signal)
  } catch (error) {
    if (!(error instanceof SourceFailure) || error.code !== VOID) throw error
    const page = await readPage(session, folder, { ...asked, cursor: null }, signal)
    return { ...page, restarted: true }
  }
}

async function readPage(
  session: EwsSession,
  folder: SourceFolder,
  { cursor, limit, heads }: Asked,
  signal: AbortSignal,
): Promise<ChangePage> {
  const what = `The changes of the folder "${folder.name}"`
  const [message] = await session.messages<'SyncFolderItems', SyncFolderItemsResponseMessageType>(
    'SyncFolderItems',
    {
      ItemShape: shape,
      SyncFolderId: { FolderId: { Id: folder.key } },
      ...(cursor !== null && { SyncState: cursor }),
      MaxChangesReturned: Math.max(1, Math.min(MOST, limit)),
    },
    signal,
  )
  if (message === undefined) throw new SourceFailure('transient', 'protocol', `${what} are an empty answer.`)
  if (message.ResponseClass === 'Error') throw failureOfFolder(message, what)
  const { SyncState, Changes = [], IncludesLastItemInRange } = message
  if (SyncState === undefined)
    throw new SourceFailure('transient', 'protocol', `${what} came without a state.`)
  return {
    changes: Changes.flatMap((change) => changeOf(change, heads)),
    cursor: SyncState,
    // A state that stays the same with nothing told would be asked for without end.
    more: IncludesLastItemInRange === false && (Changes.length > 0 || SyncState !== cursor),
    restarted: false,
  }
}

/** The mailbox could be opened, so who may not read this folder, or cannot, reads the others all the same. */
function failureOfFolder(message: SyncFolderItemsResponseMessageType, what: string): SourceFailure {
  const { ResponseCode = '' } = message
  if (ResponseCode === 'ErrorAccessDenied') return failureOfOne(message, what)
  return failureOfMessage(message, what, gone.has(ResponseCode) ? 'transient' : 'item-permanent')
}

function changeOf(
  { Create, Update, Delete, ReadFlagChange }: SyncFolderItemsChangesType[number],
  heads: ItemHeads,
): SourceChange[] {
  if (Delete !== undefined)
    return Delete.ItemId === undefined ? [] : [{ kind: 'gone', key: Delete.ItemId.Id }]
  if (ReadFlagChange !== undefined)
    return [{ kind: 'read', key: ReadFlagChange.ItemId.Id, seen: ReadFlagChange.IsRead }]
  const item = Object.values(Create ?? Update ?? {})[0] as ItemType | undefined
  if (item?.ItemId === undefined) return []
  const { ChangeKey: version = '' } = item.ItemId
  // A string of its own: as it was read it would keep some kilobytes of the answer in memory for as long as its head is known.
  const key = Buffer.from(item.ItemId.Id).toString()
  const sizeBytes = item.Size ?? null
  const told = propertyOf(item.ExtendedProperty, searchKey)
  const match = told === undefined ? null : Buffer.from(told).toString()
  heads.put(key, { sizeBytes, itemClass: item.ItemClass ?? '', searchKey: match ?? undefined })
  // Of what is known already, more than the marks may have changed.
  const marks = Create === undefined ? null : marksOf(item)
  return [{ kind: 'item', key, version, sizeBytes, match, marks, ...(marks !== null && { asNew: true }) }]
}

/** [MS-OXCMSG] 2.2.1.6: not modified since it was delivered; not sent. */
export const UNMODIFIED = 0x2
const UNSENT = 0x8

/** Of mail that is as it was delivered: what is written in it stays. A follow-up has dates that no list tells. */
function marksOf(item: ItemType): SourceMarks | null {
  if (Number(propertyOf(item.ExtendedProperty, flagStatus) ?? 0) !== 0) return null
  const said = propertyOf(item.ExtendedProperty, messageFlags)
  if (said === undefined || (Number(said) & (UNSENT | UNMODIFIED)) !== UNMODIFIED) return null
  if (kindOfClass(item.ItemClass ?? '') !== 'mail') return null
  return { flags: flagsOf(item), keywords: item.Categories ?? [] }
}

/** System flags by the MAPI properties that stand for them. */
export function flagsOf(item: ItemType): Flags {
  const properties = item.ExtendedProperty
  const marks = Number(propertyOf(properties, messageFlags) ?? 0)
  const read = propertyOf(properties, readMark)
  const isRead = read === undefined ? (marks & 0x1) !== 0 : read === 'true'
  const verb = propertyOf(properties, lastVerb)
  return (
    (isRead ? Flag.seen : 0) |
    ((marks & UNSENT) !== 0 ? Flag.draft : 0) |
    (propertyOf(properties, flagStatus) === '2' ? Flag.flagged : 0) |
    (verb === '102' || verb === '103' ? Flag.answered : 0) |
    (verb === '104' ? Flag.forwarded : 0)
  )
}
