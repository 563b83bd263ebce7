import { readFile, stat } from 'node:fs/promises'
import type { Command } from 'commander'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import type { Session } from './session.ts'
import { UsageFault } from './usage-fault.ts'

/** Option, member and meaning of each text that the address book shows of users and contacts. */
const texts = [
  ['--display-name', 'DisplayName', 'name as the address book shows it'],
  ['--first-name', 'FirstName', 'first name'],
  ['--last-name', 'LastName', 'last name'],
  ['--initials', 'Initials', 'initials'],
  ['--title, --job-title', 'JobTitle', 'job title'],
  ['--department', 'Department', 'department'],
  ['--company', 'Company', 'company'],
  ['--office', 'Office', 'office'],
  ['--manager', 'Manager', 'manager: a user or contact, by name, address or id'],
  ['--assistant', 'Assistant', 'name of the assistant'],
  ['--telephone', 'Telephone', 'telephone number'],
  ['--mobile', 'Mobile', 'mobile number'],
  ['--home-phone', 'HomePhone', 'telephone number at home'],
  ['--fax', 'Fax', 'fax number'],
  ['--street', 'Street', 'street'],
  ['--city', 'City', 'city'],
  ['--region', 'Region', 'state or province'],
  ['--zip-code', 'ZipCode', 'postal code'],
  ['--country', 'Country', 'country'],
  ['--website', 'Website', 'web page'],
  ['--notes', 'Notes', 'notes, up to 1024 characters'],
  ['--phonetic-first-name', 'PhoneticFirstName', 'how the first name is said'],
  ['--phonetic-last-name', 'PhoneticLastName', 'how the last name is said'],
  ['--phonetic-display-name', 'PhoneticDisplayName', 'how the display name is said'],
] as const

const attachments = [
  ['photo', 'Photo', 'picture: JPEG, PNG, GIF or WebP of at most 100 KB'],
  ['certificate', 'Certificate', 'X.509 certificate, DER or PEM, for encrypted mail to them'],
] as const

const mostFileBytes = 500_000

/** The options of what the address book shows; with `removes`, also those that take photo and certificate away. */
export function detailOptions(command: Command, { removes = false } = {}): Command {
  for (const [flags, , what] of texts) command.option(`${flags} <text>`, what)
  command
    .option('--other-telephone <number...>', 'further telephone numbers; they replace those there are')
    .option('--attribute <number=text...>', "Exchange's custom attributes 1 to 15")
  for (const [name, , what] of attachments) {
    command.option(`--${name} <file>`, what)
    if (removes) command.option(`--no-${name}`, `take the ${name} away`)
  }
  return command
}

/** Members of the API that the options give; `before` is what is there, for the attributes that stay. */
export function detailMembers(
  options: Readonly<Record<string, unknown>>,
  before: JsonObject = {},
): Record<string, JsonValue> {
  const members: Record<string, JsonValue> = {}
  for (const [flags, member] of texts) {
    const value = options[nameOf(flags)]
    if (typeof value === 'string') members[member] = value
  }
  const telephones = options.otherTelephone as string[] | undefined
  if (telephones !== undefined) members.OtherTelephones = telephones.filter((number) => number !== '')
  const pairs = options.attribute as string[] | undefined
  if (pairs !== undefined) members.CustomAttributes = attributesOf(pairs, before.CustomAttributes)
  return members
}

const nameOf = (flags: string): string =>
  flags.replace(/^.*--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

function attributesOf(pairs: readonly string[], before: JsonValue | undefined): JsonObject {
  const attributes = new Map(Object.entries((before ?? {}) as JsonObject))
  for (const pair of pairs) {
    const [, number, text] = /^([1-9]|1[0-5])=(.*)$/s.exec(pair) ?? []
    if (number === undefined)
      throw new UsageFault(`--attribute ${pair}: write it as NUMBER=TEXT, with a number from 1 to 15.`)
    if (text === '') attributes.delete(number)
    else attributes.set(number, text!)
  }
  return Object.fromEntries(attributes)
}

/** Photo and certificate as the options say: the octets of a file in base64, or null to take it away. */
export async function readAttachments(
  options: Readonly<Record<string, unknown>>,
): Promise<Record<string, string | null | undefined>> {
  const read: Record<string, string | null | undefined> = {}
  for (const [name, member] of attachments) {
    const file = options[name]
    if (file === false) read[member] = null
    else if (typeof file === 'string') read[member] = await base64Of(`--${name}`, file)
  }
  return read
}

export async function putAttachments(
  session: Session,
  UserId: JsonValue,
  given: Readonly<Record<string, string | null | undefined>>,
): Promise<void> {
  for (const [member, octets] of Object.entries(given)) {
    if (octets === null) await session.callHere(`DeleteUser${member}`, { UserId })
    else if (octets !== undefined) await session.callHere(`PutUser${member}`, { UserId, [member]: octets })
  }
}

async function base64Of(option: string, file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined || !found.isFile()) throw new UsageFault(`${option}: there is no file ${file}.`)
  if (found.size > mostFileBytes)
    throw new UsageFault(
      `${option}: ${file} has ${found.size} octets, far more than is allowed. Make it smaller.`,
    )
  return (await readFile(file)).toString('base64')
}

/** What `show` tells of them, for people. */
export function shownDetails(found: JsonObject): (readonly [string, JsonValue | undefined])[] {
  return [
    ...texts.map(
      ([, member]) => [spaced(member), member === 'Manager' ? found.ManagerName : found[member]] as const,
    ),
    ['Other telephones', found.OtherTelephones],
    ...Object.entries((found.CustomAttributes ?? {}) as JsonObject).map(
      ([number, text]) => [`Attribute ${number}`, text] as const,
    ),
    ...attachments.map(([, member]) => [member, shownNote(found[member])] as const),
  ]
}

const spaced = (member: string): string =>
  member.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

function shownNote(note: JsonValue | undefined): string | undefined {
  if (note === undefined) return undefined
  const { ContentType, SizeBytes } = note as JsonObject
  return `${ContentType}, ${Number(SizeBytes).toLocaleString('en')} octets`
}
