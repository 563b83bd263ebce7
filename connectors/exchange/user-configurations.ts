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
import type { HiddenItem } from './hidden-items.ts'
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

/** What the server keeps for itself: policies of retention, sessions, what it has counted. They mean nothing elsewhere. */
const serversOwn =
  /^(?:MRM|ELC|OWA\.SessionInformation|MailboxAssistant.*|Aggregated.*|InferenceSettings|.*Telemetry.*)$/i
/** As many of other programs as are asked for, each by itself. */
const MOST_OTHERS = 30

export type FoundConfigurations = {
  configurations: readonly SourceConfiguration[]
  /** Names of those that could not be had. */
  untold: readonly string[]
  /** Names that were asked for, where the server does not list all that there are. */
  asked: readonly string[] | undefined
  workingHours: WorkingHours | undefined
  losses: readonly Loss[]
}

/** What is known where none could be asked for. */
export const noConfigurations: FoundConfigurations = {
  configurations: [],
  untold: carried.map(([, name]) => classOfConfiguration(name)),
  asked: [],
  workingHours: undefined,
  losses: [],
}

/**
 * Those that people miss, and what else is hidden in the folders where they lie, as far as the server lists it: `hidden`, undefined where it
 * did not. Those that cannot be had are losses. Rejects with SourceFailure.
 */
export async function readConfigurations(
  session: EwsSession,
  hidden: readonly HiddenItem[] | undefined,
  signal: AbortSignal,
): Promise<FoundConfigurations> {
  const configurations: SourceConfiguration[] = []
  const untold: string[] = []
  const losses: Loss[] = []
  let workingHours: WorkingHours | undefined
  const lost = (property: string, reason: string) => losses.push({ property, reason, weight: 'metadata' })
  let refused: SourceFailure | undefined
  const others = othersIn(hidden ?? [])
  for (const [role, name, word] of [...carried, ...others.slice(0, MOST_OTHERS)]) {
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
  for (const [, name, word] of others.slice(MOST_OTHERS)) {
    untold.push(classOfConfiguration(name))
    lost(word, `Of other programs the settings of ${MOST_OTHERS} come over, and no more.`)
  }
  const isListed = ({ name }: SourceConfiguration) =>
    (hidden ?? []).some(({ itemClass }) => itemClass.toLowerCase() === name.toLowerCase())
  const listsAll = hidden !== undefined && configurations.every(isListed)
  if (hidden !== undefined && !listsAll)
    lost(
      'settings of other programs',
      'The server lists none, though it has some: those of other names stay there.',
    )
  const asked = listsAll ? undefined : carried.map(([, name]) => classOfConfiguration(name))
  return { configurations, untold, asked, workingHours, losses }
}

type Carried = (typeof carried)[number]

function othersIn(hidden: readonly HiddenItem[]): Carried[] {
  const seen = new Set(carried.map(([role, name]) => `${role} ${name.toLowerCase()}`))
  return hidden.flatMap(({ at, itemClass }): Carried[] => {
    const name = configurationOfClass(itemClass)
    const key = `${at} ${name?.toLowerCase()}`
    if (name === undefined || serversOwn.test(name) || seen.has(key)) return []
    seen.add(key)
    return [[at, name, `settings "${name}"`]]
  })
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
