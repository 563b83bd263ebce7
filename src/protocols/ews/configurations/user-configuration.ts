/** Settings that clients keep in folders, under names of theirs (MS-OXWSUSRCFG). */
import { workingHours } from '#src/domain/calendar/working-hours.ts'
import type { Configuration } from '#src/domain/mailbox/configuration.ts'
import { LARGEST_CONFIGURATION_BYTES } from '#src/domain/mailbox/configuration.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import {
  classOfConfiguration,
  type DictionaryObject,
  type UserConfiguration,
} from '#src/domain/mailbox/user-configuration.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { windowsOfIana } from '#src/formats/time-zone/windows-names.ts'
import type {
  UserConfigurationDictionaryObjectType,
  UserConfigurationDictionaryType,
  UserConfigurationNameType,
  UserConfigurationType,
} from '#src/wire/ews/schema-types.ts'
import type { Octets } from '#src/wire/xml/octets.ts'
import type { EwsCall } from '../call.ts'
import { type FolderPlace, need } from '../places.ts'
import { takeWorkHours } from './work-hours.ts'

/** The folder that a configuration is in. Refuses ErrorAccessDenied without the right. */
export const placeOf = async (
  { places }: EwsCall,
  { Name: _, ...folder }: UserConfigurationNameType,
  right: number,
): Promise<FolderPlace> => need(await places.folder(folder as Parameters<typeof places.folder>[0]), right)

/** Undefined for one that was never written, unless clients rely on finding it. */
export async function findConfiguration(
  mailboxes: MailboxReader,
  { mailbox, folder }: FolderPlace,
  name: string,
): Promise<UserConfiguration | undefined> {
  const kept = await mailboxes.findConfiguration(mailbox.at, folder.no, classOfConfiguration(name))
  if (kept !== undefined) return kept.content as UserConfiguration
  return folder.distinguished === 'root' && /^OWA\.UserOptions$/i.test(name)
    ? userOptions(mailboxes, mailbox.at)
    : undefined
}

const text = (value: string): UserConfigurationDictionaryObjectType => ({ Type: 'String', Value: [value] })

/** DavMail learns here on whose clock its user lives (exchange-interop.md 3.3). */
async function userOptions(
  mailboxes: MailboxReader,
  at: FolderPlace['mailbox']['at'],
): Promise<UserConfiguration> {
  const { timeZone } = await workingHours(mailboxes, at)
  return { dictionary: [[text('timezone'), text(windowsOfIana(timeZone) ?? 'UTC')]] }
}

/** Writes what `change` makes of it, in one transaction; null removes it. Refuses `too-large`, `limit-exceeded` and what `change` refuses. */
export async function writeConfiguration(
  call: EwsCall,
  place: FolderPlace,
  name: string,
  change: (before: UserConfiguration | undefined) => UserConfiguration | null,
): Promise<void> {
  const { at } = place.mailbox
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await call.services.store.transact(scope, async ({ mailboxes }) => {
    const content = change(await findConfiguration(mailboxes, place, name))
    await mailboxes.putConfiguration(
      at,
      place.folder.no,
      classOfConfiguration(name),
      content as Configuration['content'] | null,
    )
    const written = { xmlData: content?.xmlData, now: call.services.now() }
    await takeWorkHours(mailboxes, place, name, written)
  })
}

/** What a request gives of a configuration, the rest left out. Refuses `too-large`. */
export async function readConfiguration(given: UserConfigurationType): Promise<UserConfiguration> {
  const { Dictionary, XmlData, BinaryData } = given
  return {
    ...(Dictionary && {
      dictionary: Dictionary.map((one) => [one.DictionaryKey, one.DictionaryValue ?? null] as const),
    }),
    ...(XmlData && { xmlData: await base64Of(XmlData) }),
    ...(BinaryData && { binaryData: await base64Of(BinaryData) }),
  }
}

async function base64Of(octets: Octets): Promise<string> {
  if (octets instanceof Uint8Array) return Buffer.from(octets).toString('base64')
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of octets.read()) {
    sizeBytes += piece.length
    if (sizeBytes > LARGEST_CONFIGURATION_BYTES)
      throw new Refusal('too-large', `Settings have at most ${LARGEST_CONFIGURATION_BYTES} octets.`)
    pieces.push(Uint8Array.from(piece))
  }
  return Buffer.concat(pieces).toString('base64')
}

/** Types are words of the schema: those that clients gave, or that a source told in the same words. */
export const shownDictionary = (
  pairs: NonNullable<UserConfiguration['dictionary']>,
): UserConfigurationDictionaryType =>
  pairs.map(([key, value]) => ({
    DictionaryKey: shownObject(key),
    DictionaryValue: value && shownObject(value),
  }))

const booleans: Readonly<Record<string, string>> = { '1': 'true', '0': 'false' }

/** exchangelib writes 1 and reads words alone: whoever keeps values and no texts, as Exchange does, answers with them. */
const shownObject = ({ Type, Value }: DictionaryObject): UserConfigurationDictionaryObjectType => ({
  Type: Type as UserConfigurationDictionaryObjectType['Type'],
  Value: Type === 'Boolean' ? Value.map((each) => booleans[each] ?? each) : Value,
})
