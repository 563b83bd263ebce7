const names = ['SIGTERM', 'SIGINT'] as const
export type StopSignal = (typeof names)[number]

/** Calls `first` at the first SIGTERM or SIGINT and `again` at each one after. Returns how to stop watching. */
export function onStopSignals(
  first: (name: StopSignal) => void,
  again: (name: StopSignal) => void,
): () => void {
  let seen = false
  const take = (name: StopSignal) => {
    if (seen) again(name)
    else first(name)
    seen = true
  }
  for (const name of names) process.on(name, take)
  return () => {
    for (const name of names) process.off(name, take)
  }
}
