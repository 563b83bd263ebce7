/** SOAP 1.1: envelopes around elements of any schema. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AnyElement } from '../xml/any-element.ts'
import { escapeAttribute } from '../xml/escape.ts'
import { xsiNamespace } from '../xml/namespaces.ts'
import type { OctetFlow } from '../xml/octets.ts'
import { parseDocument, type ReadOptions, readDocument, readDocuments } from '../xml/read-document.ts'
import { type Field, recordOf, Schema } from '../xml/schema.ts'
import { type XmlPart, XmlWriter } from '../xml/xml-writer.ts'
import type { SoapFault } from './fault.ts'

const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/'

const soapSchema = new Schema([
  {
    prefix: 's',
    namespace: soapNamespace,
    text: `
FaultType = n/faultcode? n/faultstring? n/faultactor? n/detail:DetailType?
DetailType = any*
element Fault : FaultType
`,
  },
  { prefix: 'n', bare: true, namespace: '', text: '' },
])

export type SoapMessage = {
  /** Header blocks that the reader knows, by name. */
  header: Readonly<Record<string, unknown>>
  /** Other blocks; `mustUnderstand` is among their attributes. */
  unknownHeaders: readonly AnyElement[]
  body: SoapBody
}

/** The only element of the body; `unknown` when nothing describes it. */
type SoapBody =
  | { kind: 'element'; name: string; value: unknown }
  | { kind: 'fault'; fault: SoapFault }
  | { kind: 'unknown'; element: AnyElement }

/** Which header blocks and which body elements a service has. */
type SoapService = {
  readonly headers: readonly Field[]
  readonly bodies: readonly Field[]
}

/** Reads messages of a service. */
export class SoapReader {
  readonly #root: Field

  constructor({ headers, bodies }: SoapService) {
    const body = recordOf('Body', [...bodies, soapSchema.root('s/Fault')])
    const header = recordOf('Header', headers)
    this.#root = element('Envelope', recordOf('Envelope', [element('Header', header), element('Body', body)]))
  }

  /** XmlFault for what is not an envelope with exactly one element in its body. Octets go to stores as `readDocument` says. */
  async read(source: AsyncIterable<Uint8Array> | OctetFlow, options: ReadOptions = {}): Promise<SoapMessage> {
    return messageOf(await readDocument(source, this.#root, options))
  }

  /** One that is in memory. */
  parse(document: Uint8Array | string, options: ReadOptions = {}): SoapMessage {
    return messageOf(parseDocument(document, this.#root, options))
  }

  /** Envelopes that follow each other in one reply. */
  async *readAll(source: AsyncIterable<Uint8Array>, options: ReadOptions = {}): AsyncGenerator<SoapMessage> {
    for await (const document of readDocuments(source, this.#root, options)) yield messageOf(document)
  }
}

function element(name: string, type: Field['type']): Field {
  return {
    name,
    property: name,
    namespace: soapNamespace,
    tag: `s:${name}`,
    declared: '',
    type,
    many: false,
    nillable: false,
    list: undefined,
  }
}

type Block = Record<string, unknown> & { Any?: AnyElement[] }

function messageOf(document: unknown): SoapMessage {
  const { Header = {}, Body } = document as { Header?: Block; Body?: Block }
  const { Any: unknownHeaders = [], ...header } = Header
  if (Body === undefined) throw new SyntaxFault('The envelope has no body')
  const { Any: unknown = [], ...known } = Body
  const names = Object.keys(known)
  if (names.length + unknown.length !== 1) throw new SyntaxFault('The body has not exactly one element')
  const [name] = names
  if (name === undefined) return { header, unknownHeaders, body: { kind: 'unknown', element: unknown[0]! } }
  if (name !== 'Fault') return { header, unknownHeaders, body: { kind: 'element', name, value: known[name] } }
  return { header, unknownHeaders, body: { kind: 'fault', fault: faultOf(known.Fault as WrittenFault) } }
}

type WrittenFault = { faultcode?: string; faultstring?: string; detail?: readonly AnyElement[] }

function faultOf({ faultcode = '', faultstring = '', detail = [] }: WrittenFault): SoapFault {
  return { code: faultcode.trim().replace(/^.*:/, ''), text: faultstring, detail }
}

/** Begin and end of an envelope, with the header blocks in it; the body's element stands between them. */
export type Envelope = {
  /** By prefix. */
  readonly namespaces: ReadonlyMap<string, string>
  readonly headers: readonly (readonly [field: Field, value: unknown])[]
}

const declaration = '<?xml version="1.0" encoding="utf-8"?>'

/** Everything up to the body's element. A header is always there: some clients fail without one. */
export function beginEnvelope(writer: XmlWriter, { namespaces, headers }: Envelope): XmlWriter {
  const all = [['s', soapNamespace], ...namespaces, ['xsi', xsiNamespace]]
  const declared = all.map(([prefix, namespace]) => ` xmlns:${prefix}="${escapeAttribute(namespace!)}"`)
  writer.raw(`${declaration}<s:Envelope${declared.join('')}><s:Header>`)
  for (const [field, value] of headers) writer.field(field, value)
  return writer.raw('</s:Header><s:Body>')
}

export const endEnvelope = (writer: XmlWriter): XmlWriter => writer.raw('</s:Body></s:Envelope>')

export function writerFor({ namespaces }: Pick<Envelope, 'namespaces'>): XmlWriter {
  return new XmlWriter(new Map([...namespaces].map(([prefix, namespace]) => [namespace, prefix])))
}

/** A whole message. */
export function formatEnvelope(envelope: Envelope, field: Field, value: unknown): XmlPart[] {
  const writer = beginEnvelope(writerFor(envelope), envelope)
  return endEnvelope(writer.field(field, value)).take()
}
