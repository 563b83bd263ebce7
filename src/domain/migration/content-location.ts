import type { Loss, SourceAttachment } from './source.ts'

/** Characters; one word of a header line has at most 998 octets (RFC 5322 §2.1.1). */
const LONGEST = 900

/** Content-Location of a file, where a header field can say it exactly; otherwise it is a loss. */
export function carriedLocation(
  location: string | undefined,
  name: string,
  losses: Loss[],
): Pick<SourceAttachment, 'contentLocation'> {
  if (!location) return {}
  const isSaid =
    location.length <= LONGEST && location.isWellFormed() && !/[\x00-\x1f\x7f]|^\s|\s$/.test(location)
  if (isSaid) return { contentLocation: location }
  losses.push({
    property: `attachment "${name}", its Content-Location`,
    reason: `it has more than ${LONGEST} characters, or signs that no header field can hold`,
    weight: 'metadata',
  })
  return {}
}
