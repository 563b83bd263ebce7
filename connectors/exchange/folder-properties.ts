import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { FOLDER_PROPERTIES } from '#src/domain/mailbox/user-configuration.ts'
import type { SourceConfiguration } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { propertyPath } from '#src/wire/ews/extended-property.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { type KeptValues, keptValues } from '#src/wire/ews/model/kept-properties.ts'
import type {
  BaseFolderType,
  ExtendedPropertyType,
  FolderInfoResponseMessageType,
  ResponseMessageType,
} from '#src/wire/ews/schema-types.ts'
import type { BaseFolderId, EwsSession } from './ews-session.ts'
import { propertyOf } from './extended-properties.ts'
import { failureOfOne } from './failures.ts'
import { isSame } from './put-properties.ts'

/**
 * What retention says of a folder: PidTagArchiveTag, PidTagPolicyTag, PidTagRetentionPeriod, PidTagRetentionFlags, PidTagArchivePeriod
 * ([MS-OXCMSG] 2.2.1.58). Items have them too.
 */
export const retention = [
  { PropertyTag: '0x3018', PropertyType: 'Binary' },
  { PropertyTag: '0x3019', PropertyType: 'Binary' },
  { PropertyTag: '0x301a', PropertyType: 'Integer' },
  { PropertyTag: '0x301d', PropertyType: 'Integer' },
  { PropertyTag: '0x301e', PropertyType: 'Integer' },
] as const

/** One, or none where nothing of it is said; what cannot be read of it is left out. */
export function retentionOf(
  folder: string,
  given: readonly ExtendedPropertyType[] | undefined,
): SourceConfiguration[] {
  const content: KeptValues = {}
  for (const path of retention) {
    const value = propertyOf(given, path)
    if (value === undefined) continue
    try {
      Object.assign(content, keptValues([{ ExtendedFieldURI: path, Value: value }]))
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
    }
  }
  return Object.keys(content).length === 0
    ? []
    : [{ folder: { key: folder }, name: FOLDER_PROPERTIES, content }]
}

const WHAT = 'The properties of the folder'

/** Sets properties of a folder, null takes one away, and reads them again. Throws as `SourceReturns.putConfiguration`. */
export async function putFolderProperties(
  session: EwsSession,
  folder: BaseFolderId,
  wanted: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<void> {
  const keys = Object.keys(wanted)
  if (keys.length === 0) return
  const { element } = await readFolder(session, folder, keys, signal)
  const Updates = Object.entries(wanted).map(([key, value]) => {
    const path = { ExtendedFieldURI: propertyPath(key) }
    if (value === null) return { DeleteFolderField: path }
    const said = Array.isArray(value) ? { Values: value.map(String) } : { Value: String(value) }
    return { SetFolderField: { ...path, [element]: { ExtendedProperty: [{ ...path, ...said }] } } }
  })
  const change = { FolderChanges: [{ ...folder, Updates }] } as Request<'UpdateFolder'>
  const [answer] = await session.messages<'UpdateFolder', FolderInfoResponseMessageType>(
    'UpdateFolder',
    change,
    signal,
  )
  mustBeDone(answer)
  const { values } = await readFolder(session, folder, keys, signal)
  const others = Object.entries(wanted).flatMap(([key, value]) => {
    const now = values[key]
    return (value === null ? now === undefined : isSame(key, value as KeptValues[string], now)) ? [] : key
  })
  if (others.length > 0)
    throw new SourceFailure(
      'item-permanent',
      'not-kept',
      `${WHAT}: the server took ${others.join(', ')} and has something else.`,
    )
}

/** `element`: what its kind of folders is called. */
async function readFolder(
  session: EwsSession,
  folder: BaseFolderId,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<{ element: string; values: KeptValues }> {
  const AdditionalProperties = keys.map((key) => ({ ExtendedFieldURI: propertyPath(key) }))
  const [answer] = await session.messages<'GetFolder', FolderInfoResponseMessageType>(
    'GetFolder',
    { FolderShape: { BaseShape: 'IdOnly', AdditionalProperties }, FolderIds: [folder] },
    signal,
  )
  mustBeDone(answer)
  const [[element, found] = ['Folder', undefined]] = Object.entries(answer?.Folders?.[0] ?? {})
  return { element, values: keptValues((found as BaseFolderType | undefined)?.ExtendedProperty ?? []) }
}

function mustBeDone(answer: ResponseMessageType | undefined): void {
  if (answer === undefined) throw new SourceFailure('transient', 'protocol', `${WHAT}: the answer is empty.`)
  if (answer.ResponseClass === 'Error') throw failureOfOne(answer, WHAT)
}
