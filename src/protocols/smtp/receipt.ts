import type { RefusedWith } from '#src/domain/delivery/intake.ts'
import { NewlineNormalizer, NewlineWatch } from '#src/wire/smtp/newlines.ts'
import type { Reply } from '#src/wire/smtp/reply.ts'
import { replies } from './replies.ts'

/** What is done with a CR or LF that stands alone in a message. */
export type NewlinePolicy = 'refuse' | 'normalize'

type ReceiptOptions = { messageBytes: number; newlines: NewlinePolicy }

/** Where the content goes. */
type ReceiptSink = {
  write(octets: Uint8Array): Promise<void>
  /** `because`: the refusal is not one that `write` threw. */
  abort(because?: RefusedWith): Promise<void>
  /** The reply for what `write` threw. */
  replyTo(error: unknown): Reply
}

/**
 * The content of one message on its way into the domain: counted, watched, and handed on chunk by chunk. What was
 * refused once is only counted from then on.
 */
export class Receipt {
  readonly #sink: ReceiptSink
  readonly #options: ReceiptOptions
  readonly #normalizer: NewlineNormalizer | undefined
  readonly #watch: NewlineWatch | undefined
  /** Octets that came, refused ones too. */
  bytes = 0
  refused: Reply | undefined

  constructor(sink: ReceiptSink, options: ReceiptOptions) {
    this.#sink = sink
    this.#options = options
    this.#normalizer = options.newlines === 'normalize' ? new NewlineNormalizer() : undefined
    this.#watch = options.newlines === 'refuse' ? new NewlineWatch() : undefined
  }

  /** How far past the limit the client went. */
  get excessBytes(): number {
    return Math.max(0, this.bytes - this.#options.messageBytes)
  }

  /** Takes octets of the message; resolves when more may come. */
  async take(octets: Uint8Array): Promise<void> {
    this.bytes += octets.length
    if (this.refused !== undefined) return
    if (this.bytes > this.#options.messageBytes) return this.refuseAsTooLarge()
    this.#watch?.push(octets)
    if (this.#watch?.bareNewline === true) return this.refuse(replies.bareNewline)
    await this.#hand(this.#normalizer?.push(octets) ?? octets)
  }

  /** No more will come. Resolves with the reply, or with undefined when all was taken. */
  async end(): Promise<Reply | undefined> {
    this.#watch?.end()
    if (this.refused === undefined && this.#watch?.bareNewline === true)
      await this.refuse(replies.bareNewline)
    if (this.refused === undefined) await this.#hand(this.#normalizer?.end() ?? new Uint8Array(0))
    return this.refused
  }

  /** From now on the message is refused with this reply; the domain lets go of what it has. */
  async refuse(reply: Reply): Promise<void> {
    if (this.refused !== undefined) return
    this.refused = reply
    await this.#sink.abort({ reason: reply.lines.join(' '), status: reply.status ?? '5.0.0' })
  }

  refuseAsTooLarge(): Promise<void> {
    return this.refuse(replies.tooLarge(this.#options.messageBytes))
  }

  async #hand(octets: Uint8Array): Promise<void> {
    if (octets.length === 0) return
    try {
      await this.#sink.write(octets)
    } catch (error) {
      this.refused = this.#sink.replyTo(error)
      await this.#sink.abort()
    }
  }
}
