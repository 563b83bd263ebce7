import { EwsRefusal } from '../refusal-codes.ts'

const MOST_ATTEMPTS = 10

/**
 * What is read, worked on and written back: from the beginning again, with `attempt`, when somebody else wrote meanwhile (undefined).
 * Refuses ErrorIrresolvableConflict where that does not end.
 */
export async function undisturbed<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let count = 0; count < MOST_ATTEMPTS; count++) {
    const done = await attempt()
    if (done !== undefined) return done
  }
  throw new EwsRefusal(
    'ErrorIrresolvableConflict',
    'try-later',
    'Others change this item all the time. Try again later.',
  )
}
