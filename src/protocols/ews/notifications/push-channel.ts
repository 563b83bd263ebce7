/** The way to a client that has notifications sent to it. `src/app` makes it of an HTTP client; tests of what they like. */
export type PushChannel = {
  /** POSTs a document and resolves with what was answered. Rejects with `PushUndelivered`; nothing is tried twice. */
  send(document: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
  close(): void
}

/** Refuses `invalid-parameter` for an address that may not be spoken to. */
export type OpenPushChannel = (url: URL) => PushChannel

/** A notification did not arrive, or was not answered as one. The message is a sentence without secrets. */
export class PushUndelivered extends Error {
  override readonly name = 'PushUndelivered'
}
