import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { TnefBudget } from './budget.ts'
import { codepageCharset } from './codepage.ts'
import { decompressRtf } from './compressed-rtf.ts'
import type { TnefMessage } from './message.ts'
import { tag } from './property-ids.ts'
import { readRtfBody } from './rtf-body.ts'

/** A message's text, in every form that it has. */
interface TnefBody {
  plain?: string
  /** Octets as stored, with their charset: what the page says of itself stays true. */
  html?: { bytes: Uint8Array; charset: string }
  /** RTF that was no wrapping of anything: the only place where its formatting is. */
  rtf?: Uint8Array
}

/** RTF of more text than this is no letter; its plain text, if any, stands alone then. */
const RTF_LIMIT_BYTES = 16 * 1024 * 1024

/**
 * The body of a TNEF message: PidTagBody, PidTagBodyHtml, PidTagRtfCompressed and what it wraps (MS-OXRTFEX). RTF that is
 * broken, or larger than 16 MiB when opened (or than what is left of `budget`), counts as absent.
 */
export function bodyOf({ properties, charset }: TnefMessage, budget = new TnefBudget()): TnefBody {
  const body: TnefBody = {}
  const plain = properties.text(tag.body)
  if (plain !== undefined) body.plain = plain
  const htmlBytes = properties.bytes(tag.bodyHtml)
  const htmlText = properties.text(tag.bodyHtml)
  if (htmlBytes && htmlBytes.length > 0) {
    const codepage = properties.number(tag.internetCodepage) ?? properties.number(tag.messageCodepage)
    body.html = { bytes: htmlBytes, charset: codepage === undefined ? charset : codepageCharset(codepage) }
  } else if (htmlText !== undefined) {
    body.html = { bytes: Buffer.from(htmlText.toWellFormed()), charset: 'utf-8' }
  }
  const packed = properties.bytes(tag.rtfCompressed)
  if (!body.html && packed) addRtf(body, packed, budget)
  return body
}

function addRtf(body: TnefBody, packed: Uint8Array, budget: TnefBudget): void {
  try {
    const rtf = decompressRtf(packed, Math.min(RTF_LIMIT_BYTES, budget.rtfBytes))
    budget.takeRtf(rtf.length)
    const { form, content } = readRtfBody(rtf)
    if (content.trim() === '') return
    if (form === 'html') body.html = { bytes: Buffer.from(content), charset: 'utf-8' }
    else body.plain ??= content
    if (form === 'rtf') body.rtf = rtf
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
  }
}
