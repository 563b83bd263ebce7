/** SOAP Autodiscover (MS-OXWSADISC): GetUserSettings and GetDomainSettings. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatEnvelope, type SoapMessage, SoapReader } from '../soap/envelope.ts'
import { formatSoapFault, type SoapFault } from '../soap/fault.ts'
import type { AnyElement } from '../xml/any-element.ts'
import type { ReadOptions } from '../xml/read-document.ts'
import type { Field } from '../xml/schema.ts'
import type { XmlPart } from '../xml/xml-writer.ts'
import { smallDocument } from './pox.ts'
import { addressingNamespace, autodiscoverSchema, soapAutodiscoverNamespace } from './schema.ts'
import type { AElements, AutodiscoverServerVersion } from './schema-types.ts'

export type AutodiscoverOperation = 'GetUserSettings' | 'GetDomainSettings'
type AutodiscoverRequest<O extends AutodiscoverOperation> = AElements[`${O}RequestMessage`]['Request']
type AutodiscoverReply<O extends AutodiscoverOperation> = AElements[`${O}ResponseMessage`]['Response']

type AutodiscoverCall = {
  [O in AutodiscoverOperation]: { operation: O; request: AutodiscoverRequest<O> }
}[AutodiscoverOperation]

export type SoapAutodiscoverRequest = {
  requestedServerVersion: string | undefined
  /** WS-Addressing: what the reply's RelatesTo names. */
  messageId: string | undefined
  /** Without an operation: one that is not ours. */
  call: AutodiscoverCall | { operation: undefined; element: AnyElement }
}

type AutodiscoverAnswer<O extends AutodiscoverOperation> = {
  /** One of the two is there. */
  reply: AutodiscoverReply<O> | undefined
  fault: SoapFault | undefined
}

const operations = ['GetUserSettings', 'GetDomainSettings'] as const
const root = (name: string): Field => autodiscoverSchema.root(name)
const [action, to, messageId, relatesTo] = ['Action', 'To', 'MessageID', 'RelatesTo'].map((name) =>
  root(`w/${name}`),
) as [Field, Field, Field, Field]
const requestedVersion = root('a/RequestedServerVersion')
const versionInfo = root('a/ServerVersionInfo')
const requestField = (operation: AutodiscoverOperation): Field => root(`a/${operation}RequestMessage`)
const responseField = (operation: AutodiscoverOperation): Field => root(`a/${operation}ResponseMessage`)

const requests = new SoapReader({
  headers: [requestedVersion, action, to, messageId],
  bodies: operations.map(requestField),
})
const replies = new SoapReader({ headers: [versionInfo, action], bodies: operations.map(responseField) })

const namespaces = new Map([['w', addressingNamespace]])
const actionOf = (name: string): { Value: string } => ({
  Value: `${soapAutodiscoverNamespace}/Autodiscover/${name}`,
})

type TextHeader = { Value: string } | undefined

/** XmlFault for what is not an envelope of Autodiscover. */
export function parseSoapRequest(document: Uint8Array | string): SoapAutodiscoverRequest {
  const { header, body } = requests.parse(document, { limits: smallDocument })
  const text = (name: string): string | undefined => (header[name] as TextHeader)?.Value.trim()
  const common = { requestedServerVersion: text('RequestedServerVersion'), messageId: text('MessageID') }
  if (body.kind === 'fault') throw new SyntaxFault('A fault is no request')
  if (body.kind === 'unknown') return { ...common, call: { operation: undefined, element: body.element } }
  const operation = operations.find((one) => requestField(one).name === body.name)
  const { Request: request } = body.value as { Request: unknown }
  return { ...common, call: { operation, request } as AutodiscoverCall }
}

/** What a client sends. `url` is where it sends it to. */
export function formatSoapRequest<O extends AutodiscoverOperation>(
  operation: O,
  request: AutodiscoverRequest<O>,
  options: { url: string; version?: string },
): XmlPart[] {
  const headers = [
    [requestedVersion, { Value: options.version ?? 'Exchange2013' }],
    [action, actionOf(operation)],
    [to, { Value: options.url }],
  ] as const
  return formatEnvelope({ namespaces, headers }, requestField(operation), { Request: request })
}

/** A reply; `asked` is the request's message id. */
export function formatSoapReply<O extends AutodiscoverOperation>(
  operation: O,
  reply: AutodiscoverReply<O>,
  asked?: string,
): XmlPart[] {
  const headers = [
    ...addressed(`${operation}Response`, asked),
    [versionInfo, autodiscoverVersion] as [Field, unknown],
  ]
  return formatEnvelope({ namespaces, headers }, responseField(operation), { Response: reply })
}

/** What cannot be answered at all; with HTTP status 500. */
export function formatSoapFaultReply(code: 'Client' | 'Server', text: string): XmlPart[] {
  return formatSoapFault(
    { namespaces, headers: [[versionInfo, autodiscoverVersion]] },
    { code, text, detail: [] },
  )
}

const addressed = (name: string, asked: string | undefined): [Field, unknown][] => [
  [action, actionOf(name)],
  [relatesTo, asked === undefined ? undefined : { Value: asked }],
]

/** The same build that `src/wire/ews` says. Here the version is a word that every client knows. */
export const autodiscoverVersion: AutodiscoverServerVersion = {
  MajorVersion: 15,
  MinorVersion: 2,
  MajorBuildNumber: 2562,
  MinorBuildNumber: 17,
  Version: 'Exchange2016',
}

/** Reads the reply to an operation, whatever of it is there; XmlFault when it is something else. */
export function parseSoapReply<O extends AutodiscoverOperation>(
  operation: O,
  document: Uint8Array | string,
  options: ReadOptions = {},
): AutodiscoverAnswer<O> {
  return answerOf(operation, replies.parse(document, { lenient: true, limits: smallDocument, ...options }))
}

function answerOf<O extends AutodiscoverOperation>(
  operation: O,
  { body }: SoapMessage,
): AutodiscoverAnswer<O> {
  if (body.kind === 'fault') return { reply: undefined, fault: body.fault }
  if (body.kind === 'unknown' || body.name !== responseField(operation).name) {
    throw new SyntaxFault(`This is no reply to ${operation}`)
  }
  const { Response } = body.value as { Response?: AutodiscoverReply<O> }
  if (Response === undefined) throw new SyntaxFault('There is no response in the reply')
  return { reply: Response, fault: undefined }
}

/** A setting with a text, `i:type` and all. */
export const stringSetting = (name: string, value: string) =>
  ({ type: 'StringSetting', Name: name, Value: value }) as const
