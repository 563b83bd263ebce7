import type { AnyElement } from '../xml/any-element.ts'
import { escapeAttribute, escapeText } from '../xml/escape.ts'
import { type XmlPart, XmlWriter } from '../xml/xml-writer.ts'
import { beginEnvelope, type Envelope, endEnvelope } from './envelope.ts'

export type SoapFault = {
  /** Without a prefix: `Client`, `Server`, or a code of the service. */
  code: string
  text: string
  detail: readonly AnyElement[]
}

/** `codeNamespace`: what the code belongs to; without it the code is one of SOAP's own. */
export function formatSoapFault(envelope: Envelope, fault: SoapFault, codeNamespace?: string): XmlPart[] {
  const prefixes = new Map([...envelope.namespaces].map(([prefix, namespace]) => [namespace, prefix]))
  const writer = beginEnvelope(new XmlWriter(prefixes), envelope)
  writer.raw('<s:Fault>')
  if (codeNamespace === undefined) writer.raw(`<faultcode>s:${escapeText(fault.code)}</faultcode>`)
  else {
    const declared = escapeAttribute(codeNamespace)
    writer.raw(`<faultcode xmlns:a="${declared}">a:${escapeText(fault.code)}</faultcode>`)
  }
  writer.raw(`<faultstring xml:lang="en-US">${escapeText(fault.text)}</faultstring>`)
  if (fault.detail.length > 0) {
    writer.raw('<detail>')
    for (const element of fault.detail) writer.any(element)
    writer.raw('</detail>')
  }
  return endEnvelope(writer.raw('</s:Fault>')).take()
}
