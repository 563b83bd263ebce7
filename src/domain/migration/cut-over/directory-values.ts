import { isSameName } from '#src/base/same-name.ts'
import type { SourceGuid } from '../../directory-sync/source.ts'
import { Refusal } from '../../refusal.ts'
import type { MovedRecipient } from './moved-recipient.ts'

/**
 * What is written over LDAP of somebody who has moved (migration.md 1.5, step 5), and nothing else is: a mailbox's home and
 * type go, the external address is set, addresses are merged. Its GUID stays, by which the way back finds the mailbox.
 */
export const writtenAttributes = [
  'targetAddress',
  'proxyAddresses',
  'homeMDB',
  'msExchHomeServerName',
  'msExchMailboxSecurityDescriptor',
  'msExchRecipientTypeDetails',
  'msExchRecipientDisplayType',
] as const
export type WrittenAttribute = (typeof writtenAttributes)[number]

/** Their values; octets as Base64. An attribute without values is not there. */
export type DirectoryValues = Readonly<Record<WrittenAttribute, readonly string[]>>

/** Of these, values are octets and no text. */
export const octetAttributes: ReadonlySet<WrittenAttribute> = new Set(['msExchMailboxSecurityDescriptor'])

export type DirectoryObject = {
  place: string
  legacyDn: string | null
  values: DirectoryValues
}

/** The directory of the Exchange side, by an account that may write there. Everything rejects with the connector's SourceFailure. */
export type ExchangeDirectory = {
  find(guid: SourceGuid): Promise<DirectoryObject | undefined>
  /**
   * One change, all of it or nothing. Refuses `try-later` where values that it takes away are not there any more. `from` was
   * read just now.
   */
  change(place: string, from: DirectoryValues, to: DirectoryValues): Promise<void>
  close(): Promise<void>
}

/** The object as it shall be, from what it is. Refuses `wrong-state` where its mail leads somewhere else already. */
export function valuesAfter(
  { values, legacyDn }: Pick<DirectoryObject, 'values' | 'legacyDn'>,
  { address, routing, proxyAddresses }: MovedRecipient,
): DirectoryValues {
  const external = `SMTP:${routing}`
  const other = values.targetAddress.find((target) => !isSameName(target, external))
  if (other !== undefined)
    throw new Refusal(
      'wrong-state',
      `${address} leads to ${other} in the directory already. Look at it there; nothing was changed.`,
    )
  const known = new Set(values.proxyAddresses.map((text) => text.toLowerCase()))
  const wanted = [...(legacyDn === null ? [] : [`X500:${legacyDn}`]), ...proxyAddresses]
  const added = wanted.filter((text) => {
    const isNew = !known.has(text.toLowerCase())
    known.add(text.toLowerCase())
    // One address is the primary one, and that is the directory's to say.
    return isNew && !text.startsWith('SMTP:')
  })
  return {
    targetAddress: values.targetAddress.length > 0 ? values.targetAddress : [external],
    proxyAddresses: [...values.proxyAddresses, ...added],
    homeMDB: [],
    msExchHomeServerName: [],
    msExchMailboxSecurityDescriptor: [],
    msExchRecipientTypeDetails: [],
    msExchRecipientDisplayType: [],
  }
}

/** Whether two objects have the same values, in whatever order the directory gives them. */
export const sameValues = (one: DirectoryValues, other: DirectoryValues): boolean =>
  changedAttributes(one, other).length === 0

/** Names of the attributes whose values differ. */
export const changedAttributes = (one: DirectoryValues, other: DirectoryValues): WrittenAttribute[] =>
  writtenAttributes.filter((name) => [...one[name]].sort().join('\n') !== [...other[name]].sort().join('\n'))
