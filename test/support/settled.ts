/** What is ready to go on has gone on by then. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
