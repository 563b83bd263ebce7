import { beginEnvelope, endEnvelope, writerFor } from '../soap/envelope.ts'
import { anyElement } from '../xml/any-element.ts'
import type { ComplexType, Type } from '../xml/schema.ts'
import type { SimpleType } from '../xml/simple-type.ts'
import type { XmlPart } from '../xml/xml-writer.ts'
import { type Operation, type Response, type ResponseCode, responseField } from './message.ts'
import { replyEnvelope } from './response.ts'
import { messagesNamespace, typesNamespace } from './schema.ts'

export type Refused = {
  code: ResponseCode
  /** For people; nothing decides by it. */
  text: string
  /** What stands in MessageXml, for example BackOffMilliseconds. */
  values?: Readonly<Record<string, string>>
}

/** The part that every response message has, for a refusal. */
export function refusedMessage({ code, text, values = {} }: Refused) {
  const named = Object.entries(values).map(([name, value]) =>
    anyElement(typesNamespace, 'Value', value, { Name: name }),
  )
  return {
    ResponseClass: 'Error' as const,
    MessageText: text,
    ResponseCode: code,
    DescriptiveLinkKey: 0,
    MessageXml: named.length === 0 ? undefined : named,
  }
}

/**
 * The typed answer that says no to the whole of a request, `count` times where an operation answers for each thing asked
 * for. Outlook takes a fault for a wrong password (exchange-interop.md 3.1), so this is the answer to what we do not do too.
 * Undefined for GetUserAvailability, which has no place for it: it answers for each mailbox, or with a fault.
 */
export function refusedResponse<O extends Operation>(
  operation: O,
  refused: Refused,
  count = 1,
): Response<O> | undefined {
  const type = responseField(operation).type as ComplexType
  const list = type.byName.get('ResponseMessages')?.type as ComplexType | undefined
  const message = refusedMessage(refused)
  let response: unknown
  if (list?.form === 'choices') {
    const name = `${operation}ResponseMessage`
    const messageType = list.byName.get(name)?.type
    if (messageType === undefined) return undefined
    const one = { [name]: { ...required(messageType), ...message } }
    response = { ResponseMessages: Array.from({ length: count }, () => one) }
  } else if (type.attributes.has('ResponseClass')) {
    response = { ...required(type), ...message }
  } else if (type.byName.has('ResponseMessage')) {
    response = { ...required(type), ResponseMessage: message }
  }
  return response as Response<O> | undefined
}

/** The least that a type must have. */
function required(type: Type): Record<string, unknown> {
  if (type.kind === 'simple') return {}
  const chosen = type.choices.flatMap(({ branches, optional }) => (optional ? [] : branches[0]!))
  const names = [...type.required, ...chosen, ...type.requiredAttributes].filter(
    (name) => name !== 'ResponseClass',
  )
  const text = type.text === undefined ? {} : { Value: leastSimple(type.text) }
  const parts = Object.fromEntries(
    names.map((name) => [name, least(type.attributes.get(name)?.type ?? type.byName.get(name)!.type)]),
  )
  return { ...text, ...parts }
}

/** The least value of a type that the schema allows. */
export function least(type: Type): unknown {
  if (type.kind === 'simple') return leastSimple(type)
  if (type.form === 'record') return required(type)
  if (type.form === 'any' || type.least === 0) return []
  const [first] = type.fields
  const one = least(first!.type)
  return [type.form === 'choices' ? { [first!.name]: one } : one]
}

function leastSimple({ base, words, list, pattern, least = 0 }: SimpleType): unknown {
  const [word] = words ?? []
  // The only pattern among them is that of a GUID.
  if (pattern !== undefined) return '00000000-0000-0000-0000-000000000000'
  if (word !== undefined) return list ? [word] : word
  if (base === 'string' || base === 'uri') return 'x'.repeat(least)
  if (base === 'base64') return new Uint8Array()
  if (base === 'language') return 'en'
  if (base === 'boolean') return false
  if (base === 'dateTime') return '0001-01-01T00:00:00Z'
  if (base === 'date') return '0001-01-01'
  if (base === 'time') return '00:00:00'
  if (base === 'duration') return 'PT0S'
  return least
}

/** What Exchange Online was given after the schema; Outlook and the web clients ask any Exchange for some of it. */
const laterOperations: ReadonlySet<string> = new Set([
  'FindUnifiedGroups',
  'GetUnifiedGroupDetails',
  'GetUnifiedGroupMembers',
  'GetUnifiedGroupsSettings',
  'GetUserUnifiedGroups',
])

/** Whether an operation that the schema does not have is one of Exchange all the same. */
export const isLaterOperation = (name: string): boolean => laterOperations.has(name)

/**
 * The answer to such an operation: a response message by itself, as what Exchange was given later answers. Outlook asks for
 * some, and takes a fault for a wrong password (exchange-interop.md 3.1).
 */
export function formatUnknownResponse(operation: string, { code, text }: Refused): XmlPart[] {
  if (!isLaterOperation(operation)) throw new Error('This is the name of no operation')
  const writer = beginEnvelope(writerFor(replyEnvelope), replyEnvelope)
  const children = { MessageText: text, ResponseCode: code, DescriptiveLinkKey: '0' }
  writer.raw(`<m:${operation}Response ResponseClass="Error">`)
  for (const [name, value] of Object.entries(children)) writer.any(anyElement(messagesNamespace, name, value))
  return endEnvelope(writer.raw(`</m:${operation}Response>`)).take()
}
