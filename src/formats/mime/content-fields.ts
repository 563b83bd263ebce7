import { stripComments } from '../header/comments.ts'
import { findField, type HeaderField } from '../header/fields.ts'
import { type ParamValue, parseParams } from '../header/params.ts'
import type { MimePart } from './part.ts'

/** What the Content-… fields say of a part, before anything is known of where it ends. */
type ContentFields = Pick<
  MimePart,
  | 'type'
  | 'subtype'
  | 'params'
  | 'disposition'
  | 'dispositionParams'
  | 'id'
  | 'description'
  | 'encoding'
  | 'md5'
  | 'language'
  | 'location'
>

const mediaType = /^([!-.0-~]{1,100})\/([!-.0-~]{1,100})$/

function readType({ value, params }: ParamValue): Pick<MimePart, 'type' | 'subtype' | 'params'> {
  const match = mediaType.exec(value.toLowerCase().replace(/\s+/g, ''))
  if (match) return { type: match[1]!, subtype: match[2]!, params }
  // RFC 2045 §5.2 makes every broken Content-Type text/plain; one that names something else is no text, though.
  if (/^multipart\b/i.test(value)) return { type: 'multipart', subtype: 'mixed', params }
  if (value === '' || /^text\b/i.test(value)) return { type: 'text', subtype: 'plain', params }
  return { type: 'application', subtype: 'octet-stream', params }
}

/**
 * Reads the MIME fields of one header block (RFC 2045, 2183, 1864, 2557, 3282). `digest`: the part stands in a
 * multipart/digest and is a message when it does not say otherwise (RFC 2046 §5.1.5). Never fails.
 */
export function readContentFields(fields: readonly HeaderField[], digest: boolean): ContentFields {
  const stored = (key: string) => fields.find((field) => field.key === key)?.value
  const given = stored('content-type')
  const content: ContentFields = {
    ...(given === undefined
      ? { type: digest ? 'message' : 'text', subtype: digest ? 'rfc822' : 'plain', params: {} }
      : readType(parseParams(given))),
    encoding: '7bit',
  }
  const encoding = stored('content-transfer-encoding')
  if (encoding !== undefined) {
    content.encoding = /[a-z0-9][a-z0-9-]{0,40}/i.exec(stripComments(encoding))?.[0].toLowerCase() ?? '7bit'
  }
  const disposition = stored('content-disposition')
  if (disposition !== undefined) {
    const { value, params } = parseParams(disposition)
    content.disposition = /^[!-~]{1,60}$/.test(value) ? value.toLowerCase() : 'attachment'
    content.dispositionParams = params
  }
  const language = findField(fields, 'content-language')
  if (language)
    content.language = language
      .split(',', 50)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== '')
  for (const [key, name] of textFields) {
    const text = findField(fields, key)
    if (text) content[name] = text
  }
  return content
}

const textFields = [
  ['content-id', 'id'],
  ['content-description', 'description'],
  ['content-md5', 'md5'],
  ['content-location', 'location'],
] as const
