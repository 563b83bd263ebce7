/** The faults of EWS: what Exchange answers when it does not look at the request at all. */

import type { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { SoapFault } from '../soap/fault.ts'
import { formatSoapFault } from '../soap/fault.ts'
import { type AnyElement, anyElement } from '../xml/any-element.ts'
import { XmlFault } from '../xml/xml-fault.ts'
import type { XmlPart } from '../xml/xml-writer.ts'
import { prefixes, type ResponseCode, serverVersion, serverVersionField } from './message.ts'
import { errorsNamespace, typesNamespace } from './schema.ts'

export type EwsFault = {
  /** Words of ResponseCodeType from Exchange; another server may have others, SOAP's own (`Client`) among them. */
  code: string
  text: string
  /** What `t:MessageXml` says by name, for example BackOffMilliseconds. */
  values: Readonly<Record<string, string>>
}

/** The whole reply, to be sent with HTTP status 500. `values` are for ErrorServerBusy and its like. */
export function formatFault(
  code: ResponseCode,
  text: string,
  values: Record<string, string> = {},
): XmlPart[] {
  const named = Object.entries(values).map(([name, value]) =>
    anyElement(typesNamespace, 'Value', value, { Name: name }),
  )
  return faultWith(code, text, text, named)
}

/** The answer to a request that could not be read, with the place, as Exchange writes it. */
export function formatSchemaFault(fault: SyntaxFault): XmlPart[] {
  const { message } = fault
  const { line, column } = fault instanceof XmlFault ? fault : {}
  const place = [
    ...(line === undefined ? [] : [anyElement(typesNamespace, 'LineNumber', String(line))]),
    ...(column === undefined ? [] : [anyElement(typesNamespace, 'LinePosition', String(column))]),
    anyElement(typesNamespace, 'Violation', message),
  ]
  const text = 'The request failed schema validation.'
  return faultWith('ErrorSchemaValidation', `The request failed schema validation: ${message}`, text, place)
}

/** The answer to a header that has to be understood and is not (SOAP 1.1 §4.4.1): it has no detail, as that is about the body. */
export function formatNotUnderstood({ name, namespace }: AnyElement): XmlPart[] {
  const text = `The header ${name.slice(0, 100)} of the namespace "${namespace.slice(0, 200)}" must be understood, and is not known here.`
  return formatSoapFault(
    { namespaces: prefixes, headers: [[serverVersionField, serverVersion]] },
    { code: 'MustUnderstand', text, detail: [] },
  )
}

function faultWith(code: ResponseCode, text: string, detail: string, xml: readonly AnyElement[]): XmlPart[] {
  const messageXml: AnyElement = { ...anyElement(typesNamespace, 'MessageXml'), children: xml }
  const fault: SoapFault = {
    code,
    text,
    detail: [
      anyElement(errorsNamespace, 'ResponseCode', code),
      anyElement(errorsNamespace, 'Message', detail),
      ...(xml.length === 0 ? [] : [messageXml]),
    ],
  }
  const namespaces = new Map([...prefixes, ['e', errorsNamespace]])
  return formatSoapFault(
    { namespaces, headers: [[serverVersionField, serverVersion]] },
    fault,
    typesNamespace,
  )
}

/** What a fault of a peer says, whatever of the detail is there. */
export function faultOf({ code, text, detail }: SoapFault): EwsFault {
  const find = (name: string): AnyElement | undefined => detail.find((element) => element.name === name)
  return {
    code: find('ResponseCode')?.text.trim() ?? code,
    text: find('Message')?.text ?? text,
    values: namedValues(find('MessageXml')?.children ?? []),
  }
}

/** The `t:Value` elements of a MessageXml, by name. */
export function namedValues(elements: readonly AnyElement[]): Record<string, string> {
  const values = elements.flatMap(({ name, attributes, text }) => {
    const key = attributes.get('Name')
    return name === 'Value' && key !== undefined ? [[key, text] as const] : []
  })
  return Object.fromEntries(values)
}
