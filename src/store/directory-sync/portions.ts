/** How many keys one statement asks about; always as many, so that it stays prepared. */
const AT_ONCE = 40

/** Behind `IN`, for one portion. */
export const them = `(${Array(AT_ONCE).fill('?').join(', ')})`

/** As many as a statement asks about: where there are too few, the first stands for the others. */
export function* portions<T>(keys: readonly T[]): Generator<T[]> {
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const some = keys.slice(from, from + AT_ONCE)
    yield Array.from({ length: AT_ONCE }, (_, at) => some[at] ?? some[0]!)
  }
}
