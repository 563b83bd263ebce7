/** The same, asked for the next while the last is being worked on: what a peer does and what we do overlap. One is held in advance. */
export async function* ahead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  const ask = () => {
    const asked = iterator.next()
    // Whoever asks for it hears of its failure; until then it is nobody's.
    asked.catch(() => undefined)
    return asked
  }
  let next = ask()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = ask()
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}
