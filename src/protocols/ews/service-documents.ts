import type { HttpReply } from '#src/platform/http/route.ts'
import type { Operation } from '#src/wire/ews/message.ts'
import { messagesDocument, serviceDescription, typesDocument } from '#src/wire/ews/service-description.ts'
import { operations } from './operations/index.ts'

const makers: Readonly<Record<string, () => string>> = {
  '/ews/services.wsdl': () => serviceDescription([...operations.keys()].sort() as Operation[]),
  '/ews/messages.xsd': messagesDocument,
  '/ews/types.xsd': typesDocument,
}

/** Made when first asked for; nobody changes them while the process runs. */
const made = new Map<string, string>()

export const isServiceDocument = (path: string): boolean => Object.hasOwn(makers, path)

/** What Exchange serves beside the endpoint (exchange-interop.md 3.1). */
export function serviceDocument(path: string): HttpReply {
  const text = made.get(path) ?? makers[path]!()
  made.set(path, text)
  return { status: 200, headers: { 'content-type': 'text/xml; charset=utf-8' }, body: text }
}
