import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatEnvelope, type SoapMessage, SoapReader } from '../soap/envelope.ts'
import type { AnyElement } from '../xml/any-element.ts'
import type { ReadOptions } from '../xml/read-document.ts'
import type { XmlPart } from '../xml/xml-writer.ts'
import {
  type Operation,
  operationOf,
  prefixes,
  type Request,
  type RequestHeaders,
  requestField,
  requestFields,
  requestHeaderFields,
} from './message.ts'

/** What is asked for: `if (call.operation === 'GetItem') call.request.ItemIds`. */
export type Call = { [O in Operation]: { operation: O; request: Request<O> } }[Operation]

export type EwsRequest = {
  headers: RequestHeaders
  unknownHeaders: readonly AnyElement[]
  /** Without an operation: a name that is not in the schema; it deserves an answer, not a fault. */
  call: Call | { operation: undefined; element: AnyElement }
}

const reader = new SoapReader({ headers: requestHeaderFields, bodies: requestFields() })

/**
 * Reads a request as it arrives: any prefix, any order of elements, what the schema does not have is passed over. XmlFault
 * where Exchange answers ErrorSchemaValidation: not well-formed, something required is missing, a word is none of its
 * enumeration. Attachments and MIME content beyond `memoryOctets` go to `options.store`.
 */
export async function readRequest(
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): Promise<EwsRequest> {
  return requestOf(await reader.read(source, options))
}

/** A request that is in memory. */
export const parseRequest = (document: Uint8Array | string, options: ReadOptions = {}): EwsRequest =>
  requestOf(reader.parse(document, options))

function requestOf({ header, unknownHeaders, body }: SoapMessage): EwsRequest {
  const headers = header as RequestHeaders
  if (body.kind === 'fault') throw new SyntaxFault('A fault is no request')
  if (body.kind === 'unknown')
    return { headers, unknownHeaders, call: { operation: undefined, element: body.element } }
  const call = { operation: operationOf(body.name), request: body.value } as Call
  return { headers, unknownHeaders, call }
}

/** A request as a client sends it; `encodeParts` makes octets of it. */
export function formatRequest<O extends Operation>(
  operation: O,
  request: Request<O>,
  headers: RequestHeaders = {},
): XmlPart[] {
  const blocks = requestHeaderFields.map((field) => [field, headers[field.name as never]] as const)
  return formatEnvelope({ namespaces: prefixes, headers: blocks }, requestField(operation), request)
}
