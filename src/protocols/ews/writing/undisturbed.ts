import { ChangedMeanwhile } from '#src/domain/mailbox/unchanged.ts'
import { EwsRefusal } from '../refusal-codes.ts'

const MOST_ATTEMPTS = 10

/**
 * What is read, worked on and written back: from the beginning again, with `attempt`, when somebody else wrote meanwhile.
 * Refuses ErrorIrresolvableConflict where that does not end.
 */
export async function undisturbed<T>(attempt: () => Promise<T>, attempts = MOST_ATTEMPTS): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error
      if (count >= attempts) throw irresolvable()
    }
  }
}

export const irresolvable = () =>
  new EwsRefusal(
    'ErrorIrresolvableConflict',
    'wrong-state',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  )
