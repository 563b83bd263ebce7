import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { WorkingHours } from '#src/domain/calendar/working-hours.ts'
import { LARGEST_CONFIGURATION_BYTES } from '#src/domain/mailbox/configuration.ts'
import {
  classOfConfiguration,
  configurationOfClass,
  type UserConfiguration,
} from '#src/domain/mailbox/user-configuration.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { parseDictionary } from '#src/wire/ews/roaming-dictionary.ts'
import { workingHoursIn } from '#src/wire/ews/work-hours.ts'
import { readProperties } from './properties.ts'
import type { PropertyNames } from './property-names.ts'
import type { PstFile } from './pst-file.ts'

/** PidTagRoamingDictionary, PidTagRoamingXmlStream, PidTagRoamingBinary ([MS-OXOCFG] §2.2.2). */
const DICTIONARY = 0x7c07
const XML = 0x7c08
const BINARY = 0x7c09
const streams: ReadonlySet<number> = new Set([DICTIONARY, XML, BINARY])

/** What lies hidden in a folder, by node and message class. */
export type HiddenItem = { id: number; messageClass: string }

type Streams = ReadonlyMap<number, Uint8Array>

/** A configuration as programs read it, null: there is nothing in it; and what of it cannot be read. */
function configurationIn(given: Streams, losses: Loss[], name: string): UserConfiguration | null {
  const [dictionary, xml, binary] = [given.get(DICTIONARY), given.get(XML), given.get(BINARY)]
  const content: UserConfiguration = {
    ...(dictionary && { dictionary: pairsOf(dictionary, losses, name) }),
    ...(xml && { xmlData: Buffer.from(xml).toString('base64') }),
    ...(binary && { binaryData: Buffer.from(binary).toString('base64') }),
  }
  return Object.keys(content).length === 0 ? null : content
}

function pairsOf(octets: Uint8Array, losses: Loss[], name: string) {
  const lost = (reason: string) => losses.push({ property: `settings "${name}"`, reason, weight: 'metadata' })
  try {
    const { pairs, unread } = parseDictionary(octets)
    if (unread > 0) lost(`${unread} of them have a type that nobody here knows.`)
    return pairs
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    lost('Their list cannot be read.')
    return []
  }
}

/** Undefined for what is no configuration; null for one of which nothing comes. SyntaxFault for one that is damaged. */
export async function readConfiguration(
  file: PstFile,
  names: PropertyNames,
  { id, messageClass }: HiddenItem,
  losses: Loss[],
): Promise<{ name: string; content: UserConfiguration } | null | undefined> {
  const name = configurationOfClass(messageClass)
  if (name === undefined) return undefined
  const { bag, nodes } = await readProperties(file, await file.getNode(id), names, streams)
  const given = new Map<number, Uint8Array>()
  for (const stream of streams) {
    const node = nodes.get(stream)
    if (node !== undefined && (await file.sizeOf(node.data)) > LARGEST_CONFIGURATION_BYTES) {
      const reason = `They have more than ${LARGEST_CONFIGURATION_BYTES} octets, and no more are kept.`
      losses.push({ property: `settings "${name}"`, reason, weight: 'metadata' })
      return null
    }
    const octets = node === undefined ? bag.bytes(stream) : await file.whole(node.data)
    if (octets !== undefined && octets.length > 0) given.set(stream, octets)
  }
  const content = configurationIn(given, losses, name)
  return content && { name: classOfConfiguration(name), content }
}

/** What a configuration of a calendar says of when its owner works. */
export function hoursIn(name: string, { xmlData }: UserConfiguration): WorkingHours | undefined {
  if (name.toLowerCase() !== classOfConfiguration('WorkHours').toLowerCase() || xmlData === undefined)
    return undefined
  return workingHoursIn(Buffer.from(xmlData, 'base64'), Date.now()) ?? undefined
}
