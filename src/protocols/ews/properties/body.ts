import { htmlToText } from '#src/formats/text/html-text.ts'
import type { BodyType, BodyTypeResponseType } from '#src/wire/ews/schema-types.ts'
import type { ItemView } from '../item-view.ts'

/** The body of an item in the type that is asked for; `Best` is HTML where there is some. */
export async function bodyOf(view: ItemView, wanted: BodyTypeResponseType = 'Best'): Promise<BodyType> {
  const { text, html, cut } = await writtenBody(view, wanted)
  const truncated = cut ? { IsTruncated: true } : {}
  const type = wanted === 'Best' ? (html === undefined ? 'Text' : 'HTML') : wanted
  if (type === 'HTML') return { BodyType: 'HTML', Value: html ?? htmlOf(text ?? ''), ...truncated }
  return { BodyType: 'Text', Value: text ?? htmlToText(html ?? ''), ...truncated }
}

type Written = { text?: string; html?: string; cut?: boolean }

async function writtenBody(view: ItemView, wanted: BodyTypeResponseType): Promise<Written> {
  const { item, object } = view
  if (item.class === 'note') return { text: textOf(item.content?.text) }
  if (item.class === 'contact') return { text: notesOf(item.content) }
  if (object !== undefined) {
    const description = object.description ?? ''
    return object.descriptionContentType?.startsWith('text/html')
      ? { html: description }
      : { text: description }
  }
  const order = wanted === 'Text' ? (['plain', 'html'] as const) : (['html', 'plain'] as const)
  for (const subtype of order) {
    const part = item.body === null ? undefined : view.bodyPart(subtype)
    if (part === undefined) continue
    const { text, cut } = await view.partText(part)
    return subtype === 'html' ? { html: text, cut } : { text, cut }
  }
  return { text: '' }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function notesOf(content: unknown): string {
  const notes = Object.values((content as { notes?: Record<string, { note?: unknown }> } | null)?.notes ?? {})
  return notes.map(({ note }) => textOf(note)).join('\n')
}

/** Text as a page that shows it as it is. */
export function htmlOf(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const lines = escaped.replace(/\r?\n/g, '<br>\r\n').replace(/ {2}/g, ' &nbsp;')
  return `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><div>${lines}</div></body></html>`
}
