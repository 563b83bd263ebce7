import { ApiException } from './exceptions.ts'

const mostFailures = 20
const windowMs = 60_000
const keptPeers = 10_000

/** Slows down whoever sends signatures that do not fit: past 20 in a minute an address waits for the minute to end. */
export class Failures {
  readonly #peers = new Map<string, { count: number; until: number }>()

  /** Throws `ThrottlingException` while the address has to wait. */
  check(peer: string, now: number): void {
    const known = this.#peers.get(peer)
    if (known !== undefined && known.until > now && known.count >= mostFailures) {
      throw new ApiException(
        'ThrottlingException',
        'Too many requests from your address were not signed rightly. Wait a minute.',
      )
    }
  }

  note(peer: string, now: number): void {
    const known = this.#peers.get(peer)
    if (known !== undefined && known.until > now) {
      known.count++
      return
    }
    this.#peers.delete(peer)
    this.#peers.set(peer, { count: 1, until: now + windowMs })
    if (this.#peers.size > keptPeers) this.#peers.delete(this.#peers.keys().next().value!)
  }
}
