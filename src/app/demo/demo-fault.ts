/** Something that did not come as it should have; the message is a sentence for whoever watches. */
export class DemoFault extends Error {
  override readonly name = 'DemoFault'
}

/** Looks until there is an answer, at most `seconds`; says what was waited for when there is none. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { seconds = 120, everyMs = 100, signal }: { seconds?: number; everyMs?: number; signal: AbortSignal },
): Promise<T> {
  const late = Date.now() + seconds * 1_000
  for (;;) {
    signal.throwIfAborted()
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > late) throw new DemoFault(`${what} did not happen within ${seconds} seconds.`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
