import type { Field } from '../xml/schema.ts'
import { operations } from './operations.ts'
import { ewsSchema, messagesNamespace, typesNamespace } from './schema.ts'
import type { MElements, ResponseCodeType, TElements } from './schema-types.ts'

/** A name as the documents use it (`GetUserAvailability`), also where the elements are called something else. */
export type Operation = keyof typeof operations
export type Request<O extends Operation> = MElements[(typeof operations)[O]['request']]
export type Response<O extends Operation> = MElements[(typeof operations)[O]['response']]
export type ResponseCode = ResponseCodeType

/** The header blocks of a request that a service acts on. */
export type RequestHeaders = Partial<Pick<TElements, (typeof requestHeaders)[number]>>
export type ServerVersion = TElements['ServerVersionInfo']

const requestHeaders = [
  'RequestServerVersion',
  'MailboxCulture',
  'ExchangeImpersonation',
  'OpenAsAdminOrSystemService',
  'ManagementRole',
  'TimeZoneContext',
  'DateTimePrecision',
] as const

export const requestHeaderFields: readonly Field[] = requestHeaders.map((name) => ewsSchema.root(`t/${name}`))
export const serverVersionField = ewsSchema.root('t/ServerVersionInfo')

/**
 * What we say we are. evolution-ews takes a Version it does not know as 2013 or later, DavMail reads the numbers
 * (exchange-interop.md 3.1).
 */
export const serverVersion: ServerVersion = {
  MajorVersion: 15,
  MinorVersion: 2,
  MajorBuildNumber: 2562,
  MinorBuildNumber: 17,
  Version: 'V2017_07_11',
}

/** Prefixes of everything we write. */
export const prefixes: ReadonlyMap<string, string> = new Map([
  ['m', messagesNamespace],
  ['t', typesNamespace],
])

const names = Object.keys(operations) as Operation[]
const byRequest = new Map(names.map((name) => [operations[name].request as string, name]))

export const isOperation = (name: string): name is Operation => Object.hasOwn(operations, name)
/** The operation that an element in a body asks for. */
export const operationOf = (requestElement: string): Operation | undefined => byRequest.get(requestElement)

export const requestField = (operation: Operation): Field => fieldOf(operations[operation].request)
export const responseField = (operation: Operation): Field => fieldOf(operations[operation].response)

export const requestFields = (): Field[] => names.map(requestField)
export const responseFields = (): Field[] => names.map(responseField)

const fields = new Map<string, Field>()
function fieldOf(name: string): Field {
  const known = fields.get(name) ?? ewsSchema.root(`m/${name}`)
  fields.set(name, known)
  return known
}

/** What a request's SOAPAction says. Servers look at the body, old ones at this too. */
export const soapAction = (operation: Operation): string => `"${messagesNamespace}/${operation}"`
