import { PeerTooSlow } from '../peer-connection.ts'
import type { SmtpLimits } from './limits.ts'
import type { PeerStream } from './peer-stream.ts'

/**
 * Reads content no slower than the limits allow: each block within its time, and all of it at the least rate, so that
 * a client which sends one octet a minute does not hold a message open for days. Our own waiting does not count.
 */
export class Pace {
  readonly #peer: PeerStream
  readonly #limits: SmtpLimits
  #waitedMs = 0
  #bytes = 0

  constructor({ peer, limits }: { peer: PeerStream; limits: SmtpLimits }) {
    this.#peer = peer
    this.#limits = limits
  }

  async octets(most: number): Promise<Uint8Array> {
    const { dataGraceMs, dataBytesPerSecond, dataBlockMs } = this.#limits
    const leftMs = dataGraceMs + (this.#bytes / dataBytesPerSecond) * 1_000 - this.#waitedMs
    if (leftMs <= 0) throw new PeerTooSlow('The message comes too slowly')
    const since = performance.now()
    const chunk = await this.#peer.octets(most, Math.min(leftMs, dataBlockMs))
    this.#waitedMs += performance.now() - since
    this.#bytes += chunk.length
    return chunk
  }
}
