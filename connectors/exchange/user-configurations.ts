import type { WorkingHours } from '#src/domain/calendar/working-hours.ts'
import { LARGEST_CONFIGURATION_BYTES } from '#src/domain/mailbox/configuration.ts'
import {
  classOfConfiguration,
  configurationOfClass,
  type DictionaryObject,
  type UserConfiguration,
} from '#src/domain/mailbox/user-configuration.ts'
import type { ConfigurationOrder, Loss, SourceConfiguration } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type {
  GetUserConfigurationResponseMessageType,
  ResponseMessageType,
  UserConfigurationDictionaryType,
  UserConfigurationType,
} from '#src/wire/ews/schema-types.ts'
import { workingHoursIn } from '#src/wire/ews/work-hours.ts'
import type { Octets } from '#src/wire/xml/octets.ts'
import type { BaseFolderId, EwsSession } from './ews-session.ts'
import { failureOfMessage, failureOfOne } from './failures.ts'
import { putFolderProperties } from './folder-properties.ts'
import { truth } from './put-properties.ts'

/**
 * What people miss of what programs keep with folders: EWS names none, it has to be asked for by name. Colours of categories, working
 * hours and usual reminders ([MS-OXOCFG] §2.2.5), the options of Outlook on the web with its signature, and the addresses that Outlook
 * and it propose while somebody writes.
 */
const carried: readonly (readonly [role: 'calendar' | 'inbox' | 'root', name: string, word: string])[] = [
  ['calendar', 'CategoryList', 'category colours'],
  ['calendar', 'WorkHours', 'working hours'],
  ['calendar', 'Calendar', 'options of the calendar'],
  ['root', 'OWA.UserOptions', 'signature and options of Outlook on the web'],
  ['root', 'OWA.AutocompleteCache', 'addresses that Outlook on the web remembers'],
  ['inbox', 'Autocomplete', 'addresses that Outlook remembers'],
]

export type FoundConfigurations = {
  configurations: readonly SourceConfiguration[]
  /** Names of those that could not be had. */
  untold: readonly string[]
  workingHours: WorkingHours | undefined
  losses: readonly Loss[]
}

/** What is known where none could be asked for. */
export const noConfigurations: FoundConfigurations = {
  configurations: [],
  untold: carried.map(([, name]) => classOfConfiguration(name)),
  workingHours: undefined,
  losses: [],
}

/** Those that cannot be had are losses. Rejects with SourceFailure. */
export async function readConfigurations(
  session: EwsSession,
  signal: AbortSignal,
): Promise<FoundConfigurations> {
  const configurations: SourceConfiguration[] = []
  const untold: string[] = []
  const losses: Loss[] = []
  let workingHours: WorkingHours | undefined
  const lost = (property: string, reason: string) => losses.push({ property, reason, weight: 'metadata' })
  let refused: SourceFailure | undefined
  for (const [role, name, word] of carried) {
    try {
      // A server without the operation is asked once.
      if (refused !== undefined) throw refused
      const content = await readOne(session, { ...session.distinguished(role), Name: name }, word, signal)
      if (content === null) continue
      configurations.push({ folder: { role }, name: classOfConfiguration(name), content })
      if (name === 'WorkHours') {
        workingHours = hoursOf(content)
        if (workingHours === undefined)
          lost(word, 'They came as they are, and nobody here can read them: free/busy tells the usual ones.')
      }
      if (name === 'OWA.UserOptions' && hasSignature(content))
        lost(
          'signature',
          'That of Outlook on the web came with its options; no program here adds it to mail.',
        )
    } catch (error) {
      if (!(error instanceof SourceFailure)) throw error
      if (error.kind === 'mailbox-permanent') refused = error
      else if (error.kind !== 'item-permanent') throw error
      untold.push(classOfConfiguration(name))
      lost(word, error.message)
    }
  }
  return { configurations, untold, workingHours, losses }
}

type Name = UserConfigurationType['UserConfigurationName']

/** Null: there is none. Rejects with SourceFailure, `item-permanent` for this one alone. */
async function readOne(
  session: EwsSession,
  UserConfigurationName: Name,
  what: string,
  signal: AbortSignal,
): Promise<UserConfiguration | null> {
  const [answer] = await session.messages<'GetUserConfiguration', GetUserConfigurationResponseMessageType>(
    'GetUserConfiguration',
    { UserConfigurationName, UserConfigurationProperties: ['All'] },
    signal,
  )
  if (answer?.ResponseClass === 'Error') {
    if (isNotThere(answer)) return null
    throw failureOfMessage(answer, `The ${what}`)
  }
  const { Dictionary, XmlData, BinaryData } = answer?.UserConfiguration ?? {}
  return {
    ...(Dictionary && Dictionary.length > 0 && { dictionary: pairsOf(Dictionary) }),
    ...(XmlData && { xmlData: await base64Of(XmlData, what) }),
    ...(BinaryData && { binaryData: await base64Of(BinaryData, what) }),
  }
}

/** The folder lies where every mailbox has it; one that some lack has nothing. */
const isNotThere = ({ ResponseCode }: ResponseMessageType): boolean =>
  ResponseCode === 'ErrorItemNotFound' || ResponseCode === 'ErrorFolderNotFound'

const pairsOf = (given: UserConfigurationDictionaryType): NonNullable<UserConfiguration['dictionary']> =>
  given.map(({ DictionaryKey, DictionaryValue }) => [DictionaryKey, DictionaryValue ?? null])

async function base64Of(octets: Octets, what: string): Promise<string> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of octets instanceof Uint8Array ? [octets] : octets.read()) {
    sizeBytes += piece.length
    if (sizeBytes > LARGEST_CONFIGURATION_BYTES)
      throw new SourceFailure(
        'item-permanent',
        'too-large',
        `The ${what} have more than ${LARGEST_CONFIGURATION_BYTES} octets, and no more are kept.`,
      )
    pieces.push(Uint8Array.from(piece))
  }
  return Buffer.concat(pieces).toString('base64')
}

const hoursOf = ({ xmlData }: UserConfiguration): WorkingHours | undefined =>
  (xmlData !== undefined && workingHoursIn(Buffer.from(xmlData, 'base64'), Date.now())) || undefined

const hasSignature = ({ dictionary = [] }: UserConfiguration): boolean =>
  dictionary.some(
    ([key, value]) =>
      /^signature(?:html|text)$/i.test(key.Value[0] ?? '') && (value?.Value.join('').trim() ?? '') !== '',
  )

/** As `SourceReturns.putConfiguration`. */
export async function putConfiguration(
  session: EwsSession,
  order: ConfigurationOrder,
  signal: AbortSignal,
): Promise<void> {
  const { folder, name, content } = order
  const place: BaseFolderId =
    'key' in folder ? { FolderId: { Id: folder.key } } : session.distinguished(folder.role)
  const Name = configurationOfClass(name)
  if (Name === undefined) return putFolderProperties(session, place, content ?? {}, signal)
  const named = { ...place, Name } as Name
  const what = `The settings "${Name}"`
  if (content === null) {
    const answer = await write(session, 'DeleteUserConfiguration', { UserConfigurationName: named }, signal)
    if (answer.ResponseClass === 'Error' && !isNotThere(answer)) throw failureOfOne(answer, what)
    return
  }
  const { dictionary, xmlData, binaryData } = content as UserConfiguration
  const UserConfiguration = {
    UserConfigurationName: named,
    ...(dictionary && { Dictionary: elementsOf(dictionary) }),
    ...(xmlData !== undefined && { XmlData: Buffer.from(xmlData, 'base64') }),
    ...(binaryData !== undefined && { BinaryData: Buffer.from(binaryData, 'base64') }),
  }
  let answer = await write(session, 'UpdateUserConfiguration', { UserConfiguration }, signal)
  if (answer.ResponseClass === 'Error' && isNotThere(answer))
    answer = await write(session, 'CreateUserConfiguration', { UserConfiguration }, signal)
  if (answer.ResponseClass === 'Error') throw failureOfOne(answer, what)
  const kept = await readOne(session, named, Name, signal)
  if (!saysSame(kept, content as UserConfiguration))
    throw new SourceFailure('item-permanent', 'not-kept', `${what}: the server took them and has others.`)
}

const elementsOf = (dictionary: NonNullable<UserConfiguration['dictionary']>) =>
  dictionary.map(([DictionaryKey, DictionaryValue]) => ({
    DictionaryKey,
    DictionaryValue,
  })) as UserConfigurationDictionaryType

async function write(
  session: EwsSession,
  operation: 'CreateUserConfiguration' | 'UpdateUserConfiguration' | 'DeleteUserConfiguration',
  request: Parameters<typeof session.messages<typeof operation, ResponseMessageType>>[1],
  signal: AbortSignal,
): Promise<ResponseMessageType> {
  const [answer] = await session.messages<typeof operation, ResponseMessageType>(operation, request, signal)
  if (answer === undefined)
    throw new SourceFailure('transient', 'protocol', `The answer to ${operation} is empty.`)
  return answer
}

/** The order of a dictionary says nothing, nor does how a truth is written: exchangelib writes 1. */
function saysSame(kept: UserConfiguration | null, wanted: UserConfiguration): boolean {
  const plain = (object: DictionaryObject | null) =>
    object && [object.Type, ...(object.Type === 'Boolean' ? object.Value.map(truth) : object.Value)]
  const ordered = ({ dictionary, ...octets }: UserConfiguration) =>
    JSON.stringify([
      dictionary?.map((pair) => JSON.stringify(pair.map(plain))).sort() ?? [],
      octets.xmlData ?? '',
      octets.binaryData ?? '',
    ])
  return kept !== null && ordered(kept) === ordered(wanted)
}
