/** Settings that programs keep in a folder under names of theirs ([MS-OXOCFG] §2.2.2, [MS-OXWSUSRCFG]). */
import type { Configuration } from './configuration.ts'

/** A key or a value, as [MS-OXWSUSRCFG] §2.2.4.5 types it: `String`, `Boolean`, `Integer32`, `StringArray`, … */
export type DictionaryObject = { Type: string; Value: readonly string[] }

/** As it is kept, the parts that it has. Octets are base64. */
export type UserConfiguration = {
  dictionary?: readonly (readonly [key: DictionaryObject, value: DictionaryObject | null])[]
  xmlData?: string
  binaryData?: string
}

const PREFIX = 'IPM.Configuration.'

/** The message class that MAPI knows it by ([MS-OXOCFG] §2.2.2): what the service keeps in a folder for itself has another name. */
export const classOfConfiguration = (name: string): string => `${PREFIX}${name}`

/** Undefined for what is none of a program. */
export const configurationOfClass = (messageClass: string): string | undefined =>
  messageClass.toLowerCase().startsWith(PREFIX.toLowerCase()) && messageClass.length > PREFIX.length
    ? messageClass.slice(PREFIX.length)
    : undefined

/** Properties of a folder that clients have set hang on it as a configuration of this name: values as on the wire, by EWS key. */
export const FOLDER_PROPERTIES = 'Landbridge.FolderProperties'

/** Kept of a program, or properties of the folder. */
export const isOfPrograms = ({ name }: Pick<Configuration, 'name'>): boolean =>
  configurationOfClass(name) !== undefined || isFolderProperties(name)

export const isFolderProperties = (name: string): boolean =>
  name.toLowerCase() === FOLDER_PROPERTIES.toLowerCase()

/** As many octets of them, in base64 and JSON, as are carried of one mailbox. */
export const MOST_CARRIED_BYTES = 16 * 1024 * 1024
