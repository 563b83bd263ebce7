import { Refusal } from '#src/domain/refusal.ts'

const defaultPage = 100

/** Opaque to clients and at most 1,024 characters (API-07): the cursor of the store in base64. */
export function formatNextToken(cursor: string | number | null): string | undefined {
  return cursor === null ? undefined : Buffer.from(JSON.stringify(cursor)).toString('base64')
}

/** The cursor in a token of ours; refuses `invalid-parameter` for anything else. */
export function parseNextToken<Cursor extends 'string' | 'number'>(
  token: string | undefined,
  kind: Cursor,
): (Cursor extends 'string' ? string : number) | null {
  if (token === undefined) return null
  try {
    const cursor: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'))
    if (typeof cursor === kind) return cursor as Cursor extends 'string' ? string : number
  } catch {
    // Falls through to the refusal below.
  }
  throw foreignToken()
}

export const foreignToken = (): Refusal =>
  new Refusal(
    'invalid-parameter',
    'NextToken is not one that this operation gave out. Start the list anew without it.',
  )

/** MaxResults, 1 to 100. */
export const pageLimit = (maxResults: number | undefined): number => maxResults ?? defaultPage
