/** Settings that clients keep in folders, under names of theirs (MS-OXWSUSRCFG). */
import { workingHours } from '#src/domain/calendar/working-hours.ts'
import type { Configuration } from '#src/domain/mailbox/configuration.ts'
import { LARGEST_CONFIGURATION_BYTES } from '#src/domain/mailbox/configuration.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
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

type Pair = readonly [
  key: UserConfigurationDictionaryObjectType,
  value: UserConfigurationDictionaryObjectType | null,
]

/** As it is kept. Octets are base64. */
export type UserConfiguration = {
  dictionary?: readonly Pair[]
  xmlData?: string
  binaryData?: string
}

/** As MAPI calls them (MS-OXOCFG §2.2.2.2): what the service keeps in a folder for itself is out of reach. */
const keptName = (name: string): string => `IPM.Configuration.${name}`

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
  const kept = await mailboxes.findConfiguration(mailbox.at, folder.no, keptName(name))
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
      keptName(name),
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

export const shownDictionary = (pairs: readonly Pair[]): UserConfigurationDictionaryType =>
  pairs.map(([DictionaryKey, DictionaryValue]) => ({ DictionaryKey, DictionaryValue }))
