import { fileNameOf, isAttachment, type MimePart } from './part.ts'
import { findShownText } from './shown-text.ts'

/**
 * The parts of a message that mail programs list beside its text, those shown within its HTML too; its body is none. Of a
 * `meeting` neither is the calendar that says what the message is.
 */
export function attachedParts(root: MimePart, { meeting }: { meeting: boolean }): MimePart[] {
  const bodies = new Set([findShownText(root, 'plain'), findShownText(root, 'html')])
  const found: MimePart[] = []
  const walk = (part: MimePart): void => {
    if (part.parts.length > 0) part.parts.forEach(walk)
    else if (!bodies.has(part) && isListed(part, root, meeting)) found.push(part)
  }
  walk(root)
  return found
}

function isListed(part: MimePart, root: MimePart, meeting: boolean): boolean {
  if (meeting && part.type === 'text' && part.subtype === 'calendar') return false
  const isNameless = part.disposition === undefined && fileNameOf(part) === undefined
  if (part.type === 'text' && isNameless && !isAttachment(part)) return false
  return part !== root || isAttachment(part)
}

/** Whether a part is the calendar of a meeting message (RFC 6047 §2.4), not a file that somebody attached. */
export const isMeetingPart = ({ type, subtype, params, disposition }: MimePart): boolean =>
  type === 'text' && subtype === 'calendar' && params.method !== undefined && disposition !== 'attachment'
