/** Words of others made fit for a comment in a header: printable ASCII without brackets and backslashes, of bounded length. */
export function reasonOf(text: unknown): { reason?: string } {
  if (typeof text !== 'string' || text === '') return {}
  const plain = text
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/[()\\]/g, ' ')
    .slice(0, 200)
    .trim()
  return plain === '' ? {} : { reason: plain }
}
