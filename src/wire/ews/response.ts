import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  beginEnvelope,
  type Envelope,
  endEnvelope,
  formatEnvelope,
  type SoapMessage,
  SoapReader,
  writerFor,
} from '../soap/envelope.ts'
import type { OctetFlow } from '../xml/octets.ts'
import type { ReadOptions } from '../xml/read-document.ts'
import type { ComplexType, Field } from '../xml/schema.ts'
import type { XmlPart } from '../xml/xml-writer.ts'
import { type EwsFault, faultOf } from './fault.ts'
import {
  type Operation,
  prefixes,
  type Response,
  responseField,
  responseFields,
  type ServerVersion,
  serverVersion,
  serverVersionField,
} from './message.ts'
import type { ArrayOfResponseMessagesType } from './schema-types.ts'

export const replyEnvelope: Envelope = {
  namespaces: prefixes,
  headers: [[serverVersionField, serverVersion]],
}

/** A whole reply. For GetStreamingEvents each chunk is one. */
export const formatResponse = <O extends Operation>(operation: O, response: Response<O>): XmlPart[] =>
  formatEnvelope(replyEnvelope, responseField(operation), response)

/** The response messages of an operation that answers with a list of them. */
export type ResponseMessage = ArrayOfResponseMessagesType[number]

/**
 * A reply whose response messages are made while it is sent: the next one is asked for when those before it were taken.
 * Only for operations whose response is `ResponseMessages`.
 */
export async function* streamResponse(
  operation: Operation,
  messages: Iterable<ResponseMessage> | AsyncIterable<ResponseMessage>,
): AsyncGenerator<XmlPart> {
  const response = responseField(operation)
  const list = (response.type as ComplexType).byName.get('ResponseMessages')
  if (list === undefined) throw new Error(`${operation} has no list of response messages`)
  const writer = beginEnvelope(writerFor(replyEnvelope), replyEnvelope)
  writer.raw(`<${response.tag}><${list.tag}>`)
  for await (const message of messages) {
    for (const name in message) {
      writer.element(messageField(list, name), message[name as keyof ResponseMessage])
    }
    yield* writer.take()
  }
  yield* endEnvelope(writer.raw(`</${list.tag}></${response.tag}>`)).take()
}

function messageField(list: Field, name: string): Field {
  const field = (list.type as ComplexType).byName.get(name)
  if (field === undefined) throw new Error(`${name} is no response message`)
  return field
}

export type EwsReply<O extends Operation> = {
  serverVersion: ServerVersion | undefined
  /** One of the two is there. */
  response: Response<O> | undefined
  fault: EwsFault | undefined
}

const reader = new SoapReader({ headers: [serverVersionField], bodies: responseFields() })

/**
 * Reads the reply to an operation as it arrives. XmlFault when it is the reply to another one, or none. By default what the
 * server left out is no fault, and neither are words newer than the schema: check what you need.
 */
export async function readResponse<O extends Operation>(
  operation: O,
  source: AsyncIterable<Uint8Array> | OctetFlow,
  options: ReadOptions = {},
): Promise<EwsReply<O>> {
  return replyOf(operation, await reader.read(source, { lenient: true, ...options }))
}

export const parseResponse = <O extends Operation>(
  operation: O,
  document: Uint8Array | string,
  options: ReadOptions = {},
): EwsReply<O> => replyOf(operation, reader.parse(document, { lenient: true, ...options }))

/** The envelopes of GetStreamingEvents, each when it has arrived. */
export async function* readResponses<O extends Operation>(
  operation: O,
  source: AsyncIterable<Uint8Array>,
  options: ReadOptions = {},
): AsyncGenerator<EwsReply<O>> {
  for await (const message of reader.readAll(source, { lenient: true, ...options })) {
    yield replyOf(operation, message)
  }
}

function replyOf<O extends Operation>(operation: O, { header, body }: SoapMessage): EwsReply<O> {
  const serverVersion = header.ServerVersionInfo as ServerVersion | undefined
  if (body.kind === 'fault') return { serverVersion, response: undefined, fault: faultOf(body.fault) }
  const expected = responseField(operation).name
  if (body.kind === 'unknown' || body.name !== expected) {
    const name = body.kind === 'unknown' ? body.element.name : body.name
    throw new SyntaxFault(`The reply is '${name}' and not '${expected}'`)
  }
  return { serverVersion, response: body.value as Response<O>, fault: undefined }
}
