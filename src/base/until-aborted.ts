/** Waits for what somebody else does until the own wait is aborted. Rejects as the promise, or with the signal's reason. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const cut = Promise.withResolvers<never>()
  const abort = () => cut.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([promise, cut.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
