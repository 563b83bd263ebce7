/** What is left of the pieces behind their first `bytes` octets. */
export function behind(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  return pieces.flatMap((piece) => {
    const left = piece.subarray(skip)
    skip = Math.max(0, skip - piece.length)
    return left.length > 0 ? [left] : []
  })
}
