import type { Loss } from '#src/domain/migration/source.ts'
import { decodeText } from '#src/formats/text/charset.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { bodyOf } from '#src/formats/tnef/body.ts'
import { codepageCharset } from '#src/formats/tnef/codepage.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import type { StoredMessage } from './stored-message.ts'

type Text = { description?: string; descriptionContentType?: 'text/html' }

/** Properties that hold the text of an item, each in another form. */
export const textTags: ReadonlySet<number> = new Set([tag.body, tag.bodyHtml, tag.rtfCompressed])

/** Control words of RTF for what plain text has not; pictures and files within it are more than form. */
const formed = /\\(?:b|i|ul|strike|highlight[1-9]\d*|cf[1-9]\d*|trowd|pn|ls\d+)(?![a-z])/
const pictured = /\\(?:pict|objdata)(?![a-z])/

const bodyOfStored = ({ bag, codepage }: StoredMessage) =>
  bodyOf({
    ...{ messageClass: '', charset: codepageCharset(codepage), properties: bag },
    ...{ recipients: [], attachments: [] },
  })

/** The text of an event or task: HTML where it is that, or is wrapped in RTF; what RTF alone has of form is a loss. */
export function textOf(stored: StoredMessage, losses: Loss[]): Text {
  const { html, plain, rtf } = bodyOfStored(stored)
  if (html !== undefined)
    return { description: decodeText(html.bytes, html.charset), descriptionContentType: 'text/html' }
  loseForm(rtf, losses)
  return plain === undefined || plain.trim() === '' ? {} : { description: plain.trim() }
}

/** The text of what has it without form here: contacts and notes. */
export function plainTextOf(stored: StoredMessage, losses: Loss[]): string | undefined {
  const { html, plain, rtf } = bodyOfStored(stored)
  loseForm(rtf, losses)
  if (plain !== undefined || html === undefined) return plain
  return htmlToText(decodeText(html.bytes, html.charset))
}

function loseForm(rtf: Uint8Array | undefined, losses: Loss[]): void {
  if (rtf === undefined) return
  const text = Buffer.from(rtf).toString('latin1')
  const lost: Loss | undefined = pictured.test(text)
    ? { property: 'pictures in the text', reason: wordsAlone, weight: 'visible' }
    : formed.test(text)
      ? { property: 'form of the text', reason: wordsAlone, weight: 'metadata' }
      : undefined
  // Occurrences have the text of their series again.
  if (lost !== undefined && !losses.some(({ property }) => property === lost.property)) losses.push(lost)
}

const wordsAlone = 'The text is RTF, of which the words are kept.'
