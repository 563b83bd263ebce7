/** Plain XML Autodiscover, for Outlook (MS-OXDSCLI) and for ActiveSync (MS-ASCMD 2.2.3.15). */

import type { XmlLimits } from '../xml/markup-reader.ts'
import { parseDocument, parseEither, type ReadOptions } from '../xml/read-document.ts'
import { type XmlPart, XmlWriter } from '../xml/xml-writer.ts'
import { autodiscoverSchema, mobileRequestNamespace } from './schema.ts'
import type {
  MobileResponse,
  OutlookResponse,
  RElements,
  RequestedAddress,
  RequestedMobileAddress,
} from './schema-types.ts'

/** Nothing in these documents is large. */
export const smallDocument: Partial<XmlLimits> = { depth: 30, elements: 5_000, textChars: 1024 * 1024 }

export type PoxRequest =
  | ({ for: 'outlook' } & RequestedAddress)
  | ({ for: 'mobilesync' } & RequestedMobileAddress)

const outlookRoot = autodiscoverSchema.root('q/Autodiscover')
const mobileRoot = autodiscoverSchema.root('j/Autodiscover')
const replyRoot = autodiscoverSchema.root('r/Autodiscover')

/** Who asks for which address; XmlFault when it is neither of the two. */
export function parsePoxRequest(document: Uint8Array | string): PoxRequest {
  const { root, value } = parseEither(document, [outlookRoot, mobileRoot], { limits: smallDocument })
  if (root.namespace === mobileRequestNamespace) {
    return { for: 'mobilesync', ...(value as { Request: RequestedMobileAddress }).Request }
  }
  return { for: 'outlook', ...(value as { Request: RequestedAddress }).Request }
}

export function formatPoxRequest(request: PoxRequest): string {
  const { for: asked, ...address } = request
  return document(new XmlWriter().field(asked === 'outlook' ? outlookRoot : mobileRoot, { Request: address }))
}

/** A reply; one of the three is there. */
export type PoxReply = RElements['Autodiscover']

export const formatOutlookReply = (response: OutlookResponse): string => formatReply({ Outlook: response })
export const formatMobileReply = (response: MobileResponse): string => formatReply({ Mobile: response })

/** 500: nobody has that address. 600: the request is not understood. 601: there is no such protocol. 603: try later. */
type PoxErrorCode = 500 | 600 | 601 | 603

/** What Exchange says when there is nothing to tell; with HTTP status 200. `at` is UTC. */
export function formatPoxError(code: PoxErrorCode, message: string, at: Date, id = '1'): string {
  const error = { ErrorCode: code, Message: message, DebugData: '', Time: clock(at), Id: id }
  return formatReply({ Failure: { Error: error } })
}

/** Reads a reply, whatever of it is there. */
export const parsePoxReply = (reply: Uint8Array | string, options: ReadOptions = {}): PoxReply =>
  parseDocument(reply, replyRoot, { lenient: true, limits: smallDocument, ...options }) as PoxReply

const formatReply = (reply: PoxReply): string => document(new XmlWriter().field(replyRoot, reply))

function document(writer: XmlWriter): string {
  const parts: XmlPart[] = writer.take()
  return `<?xml version="1.0" encoding="utf-8"?>${parts.join('')}`
}

/** Time of day with seven digits behind the seconds. */
const clock = (at: Date): string => `${at.toISOString().slice(11, 23)}0000`
