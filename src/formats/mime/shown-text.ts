import { isAttachment, type MimePart } from './part.ts'

/** The first text of that type that is shown as the body; of alternatives, not one beside another. Undefined where there is none. */
export function findShownText(part: MimePart, subtype: 'plain' | 'html'): MimePart | undefined {
  for (const child of part.parts) {
    const found = findShownText(child, subtype)
    if (found !== undefined) return found
    // Only what comes first of a mixed message is its body; the rest is attached.
    if (part.subtype !== 'alternative' && part.subtype !== 'related' && isShownText(child)) return undefined
  }
  return part.parts.length === 0 && part.type === 'text' && part.subtype === subtype && !isAttachment(part)
    ? part
    : undefined
}

const isShownText = (part: MimePart): boolean =>
  part.parts.length > 0 ? part.parts.some(isShownText) : part.type === 'text' && !isAttachment(part)
