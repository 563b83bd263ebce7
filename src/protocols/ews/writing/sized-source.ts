import type { SizedSource } from '#src/formats/mime/compose.ts'
import type { Octets } from '#src/wire/xml/octets.ts'

/** Octets of a request, wherever they lie, to be read more than once. */
export function sourceOf(octets: Octets): SizedSource {
  if (octets instanceof Uint8Array) {
    return {
      sizeBytes: octets.length,
      async *read() {
        yield octets
      },
    }
  }
  const { sizeBytes } = octets
  if (sizeBytes === undefined) throw new Error('Octets in the spool of which the size is not known')
  return { sizeBytes, read: () => octets.read() }
}
