/** Does `work` for each, a few at a time; begins none after one failed or the signal aborted. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, at: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let next = 0
  const one = async () => {
    while (next < items.length) {
      signal?.throwIfAborted()
      const at = next++
      await work(items[at]!, at)
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, one))
}
