import { encodeParam } from '#src/formats/header/format-params.ts'
import { bodySizeBytes, type MimePart } from '#src/formats/mime/part.ts'
import { formatEnvelope, formatHeaderText, formatRawText } from './envelope.ts'
import { formatString, toWire } from './strings.ts'

/**
 * BODYSTRUCTURE, or BODY without `extended`, of a stored message (RFC 9051 §7.5.2). Parameters that are not ASCII are
 * encoded as RFC 2231 again. message/global is told as a message only with `utf8` (RFC 6855 §3); a message/rfc822 that
 * was not looked into (it is encoded, against RFC 2046) is told as application/octet-stream, since the grammar asks for its
 * envelope.
 */
export function formatBodyStructure(root: MimePart, options: { extended: boolean; utf8?: boolean }): string {
  return formatPart(root, options.extended, options.utf8 ?? false)
}

function formatPart(part: MimePart, extended: boolean, utf8: boolean): string {
  if (part.type !== 'multipart') return formatSingle(part, extended, utf8)
  let text = '('
  for (const child of part.parts) text += formatPart(child, extended, utf8)
  text += ` ${word(part.subtype)}`
  if (extended) text += ` ${formatParameters(part.params)}${formatExtension(part, utf8)}`
  return `${text})`
}

function formatSingle(part: MimePart, extended: boolean, utf8: boolean): string {
  const { message } = part
  const isMessage = message !== undefined && (part.subtype === 'rfc822' || utf8)
  const hidden = part.type === 'message' && part.subtype === 'rfc822' && message === undefined
  const type = hidden ? '"application" "octet-stream"' : `${word(part.type)} ${word(part.subtype)}`
  let text = `(${type} ${formatParameters(part.params)} ${formatRawText(part.id, utf8)}`
  text += ` ${formatHeaderText(part.description, utf8)} ${word(part.encoding)} ${bodySizeBytes(part)}`
  if (isMessage) {
    text += ` ${formatEnvelope(message.envelope, utf8)} ${formatPart(message.root, extended, utf8)} ${part.bodyLines}`
  } else if (part.type === 'text') {
    text += ` ${part.bodyLines}`
  }
  if (extended) text += ` ${formatRawText(part.md5, utf8)}${formatExtension(part, utf8)}`
  return `${text})`
}

const plainWord = /^[A-Za-z0-9!#$&+^_.-]+$/

const word = (text: string) => (plainWord.test(text) ? `"${text}"` : formatHeaderText(text, false))

/** Disposition, language and location, each with a blank in front. */
function formatExtension(
  { disposition, dispositionParams, language, location }: MimePart,
  utf8: boolean,
): string {
  const dsp =
    disposition === undefined ? 'NIL' : `(${word(disposition)} ${formatParameters(dispositionParams ?? {})})`
  const tags =
    language === undefined || language.length === 0
      ? 'NIL'
      : language.length === 1
        ? formatRawText(language[0], utf8)
        : `(${language.map((tag) => formatRawText(tag, utf8)).join(' ')})`
  return ` ${dsp} ${tags} ${formatRawText(location, utf8)}`
}

const token = /^[A-Za-z0-9!#$&+^_`{|}~.-]{1,60}$/

function formatParameters(params: Readonly<Record<string, string>>): string {
  let text = ''
  for (const [name, value] of Object.entries(params)) text += ` ${formatParameter(name, value)}`
  return text === '' ? 'NIL' : `(${text.slice(1)})`
}

function formatParameter(name: string, given: string): string {
  const value = given.replace(/[\r\n\0]+/g, ' ')
  if (/^[\x20-\x7e]*$/.test(value)) return `${word(name)} ${formatString(value)}`
  // A name RFC 2231 cannot carry keeps its value as it is.
  if (!token.test(name)) return `${word(name)} ${formatString(toWire(value).replace(/[^\x20-\x7e]/g, '?'))}`
  return encodeParam(name, value)
    .map((pair) => {
      const equals = pair.indexOf('=')
      return `"${pair.slice(0, equals)}" ${formatString(pair.slice(equals + 1))}`
    })
    .join(' ')
}
