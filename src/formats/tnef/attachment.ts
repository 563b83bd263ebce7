import { decodeText } from '../text/charset.ts'
import { attribute } from './attributes.ts'
import type { TnefBudget } from './budget.ts'
import { formatGuid } from './guid.ts'
import type { TnefMessage } from './message.ts'
import { PropertyBag } from './property.ts'
import { tag } from './property-ids.ts'
import { propertyType, readProperties } from './property-stream.ts'

/** An attachment of a TNEF message: octets, or a message. */
export interface TnefAttachment {
  fileName?: string
  /** Lower case, `type/subtype`; absent when the sender gave none that could be one. */
  contentType?: string
  /** Without angle brackets. */
  contentId?: string
  contentLocation?: string
  /** Shown within the body and not as a file. */
  inline: boolean
  bytes: Uint8Array
  message?: TnefMessage
}

/** IID_IMessage, MS-OXTNEF §2.1.3.5.1.4. */
const MESSAGE_OBJECT = '00020307-0000-0000-c000-000000000046'
const IID_SIZE = 16
/** PidTagAttachMethod afEmbeddedMessage, MS-OXCMSG §2.2.2.9. */
const EMBEDDED_MESSAGE = 5
/** PidTagAttachFlags attRenderedInBody, MS-OXCMSG §2.2.2.18. */
const RENDERED_IN_BODY = 4

/** Reads one attachment from its attributes; `decode` opens an embedded message. SyntaxFault as `decodeTnef`. */
export function readAttachment(
  attributes: ReadonlyMap<number, Uint8Array>,
  charset: string,
  budget: TnefBudget,
  decode: (tnef: Uint8Array) => TnefMessage,
): TnefAttachment {
  const stored = attributes.get(attribute.attachment)
  const properties = stored ? readProperties(stored, charset, budget) : new PropertyBag()
  const string = (id: number) => {
    const data = attributes.get(id)
    return data && decodeText(data, charset).replace(/\0.*$/s, '')
  }
  const fileName = [
    properties.text(tag.attachLongFileName),
    string(attribute.attachTitle),
    properties.text(tag.attachFileName),
    string(attribute.attachTransportFileName),
    properties.text(tag.displayName),
  ]
    .map((name) => name && cleanFileName(name))
    .find((name) => name !== undefined && name !== '')
  const contentType = properties.text(tag.attachMimeTag)?.trim().toLowerCase()
  const contentId = properties.text(tag.attachContentId)?.replace(/^<|>$/g, '')
  const contentLocation = properties.text(tag.attachContentLocation)
  const shown = ((properties.number(tag.attachFlags) ?? 0) & RENDERED_IN_BODY) !== 0
  return {
    ...(fileName !== undefined && { fileName }),
    ...(contentType && /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(contentType) && { contentType }),
    ...(contentId && /^[\x21-\x3b\x3d\x3f-\x7e]{1,500}$/.test(contentId) && { contentId }),
    ...(contentLocation && /^[\x21-\x7e]{1,500}$/.test(contentLocation) && { contentLocation }),
    inline: contentId !== undefined && (shown || properties.flag(tag.attachmentHidden)),
    ...readContent(properties, attributes.get(attribute.attachData), decode),
  }
}

function readContent(
  properties: PropertyBag,
  data: Uint8Array | undefined,
  decode: (tnef: Uint8Array) => TnefMessage,
): Pick<TnefAttachment, 'bytes' | 'message'> {
  const object = properties.find(tag.attachData)
  const value = properties.bytes(tag.attachData)
  if (!object || !value) return { bytes: data ?? new Uint8Array(0) }
  if (object.type !== propertyType.object || value.length < IID_SIZE) return { bytes: value }
  const content = value.subarray(IID_SIZE)
  const isMessage =
    formatGuid(value.subarray(0, IID_SIZE)) === MESSAGE_OBJECT &&
    (properties.number(tag.attachMethod) ?? EMBEDDED_MESSAGE) === EMBEDDED_MESSAGE
  return isMessage ? { bytes: content, message: decode(content) } : { bytes: content }
}

const cleanFileName = (name: string) =>
  name
    .replace(/[\x00-\x1f\x7f]/g, '')
    .replace(/^.*[/\\]/s, '')
    .trim()
    .slice(0, 255)
