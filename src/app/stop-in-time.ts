/** A stop did not end in the time it has. The message is a sentence. */
export class StopOverdue extends Error {
  override readonly name = 'StopOverdue'
}

/** Waits for the stop of the service, `seconds` long at most; then rejects with `StopOverdue`, and the process is to end. */
export async function stopInTime(stopping: Promise<void>, seconds: number): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const sentence = `The stop took longer than the ${seconds} seconds of service.stopSeconds and was cut off. Nothing that was acknowledged is lost.`
    late.reject(new StopOverdue(sentence))
  }, seconds * 1_000)
  try {
    await Promise.race([stopping, late.promise])
  } finally {
    clearTimeout(timer)
    stopping.catch(() => undefined)
  }
}

/** How long requests under way may go on: the rest of the time is for closing the data. */
export const drainMs = (seconds: number): number => Math.max(seconds * 500, seconds * 1_000 - 2_000)
