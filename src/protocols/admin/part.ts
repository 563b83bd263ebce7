import { Refusal } from '#src/domain/refusal.ts'

/** How long a call goes through a list before it answers with where to go on: one step more still ends well before any limit of requests. */
const PART_MS = 10_000

/** Says whether the time of one call is over; the caller takes at least one step in any case. */
export function partOf(now: () => number): () => boolean {
  const until = now() + PART_MS
  return () => now() >= until
}

/** Where to go on, as an opaque token; nothing where nothing is left. */
export const formatPlace = (place: object | null): string | undefined =>
  place === null ? undefined : Buffer.from(JSON.stringify(place)).toString('base64')

/** The place in a token of ours, as `read` knows it. Refuses `invalid-parameter`. */
export function parsePlace<Place>(
  token: string | undefined,
  read: { safeParse(value: unknown): { success: true; data: Place } | { success: false } },
): Place | null {
  if (token === undefined) return null
  try {
    const found = read.safeParse(JSON.parse(Buffer.from(token, 'base64').toString('utf8')))
    if (found.success) return found.data
  } catch {
    // Said below.
  }
  throw new Refusal(
    'invalid-parameter',
    'NextToken is not one that this operation gave out. Begin anew without it.',
  )
}
