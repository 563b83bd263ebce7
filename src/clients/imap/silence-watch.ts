/** How long nothing may move, in milliseconds. */
export type Silences = {
  /** Before an answer, or between two parts of it: the server may have to look for something. */
  afterMs: number
  /** In the middle of one, where nobody has to look for anything any more. */
  amidMs: number
  /** Where nothing but the end of an answer is due. */
  endMs: number
  /** Once the server has said goodbye: it closes the connection itself then (RFC 9051 §7.1.5). */
  closeMs: number
}

/** Says when nothing has moved for too long while something was expected. One timer, set anew only when it runs out. */
export class SilenceWatch {
  readonly #afterMs: number
  readonly #amidMs: number
  readonly #endMs: number
  /** How often it is looked, at least. */
  readonly #lookMs: number
  readonly #silent: () => void
  #timer: NodeJS.Timeout | undefined
  #last = 0
  #expecting = false
  #patient = 0
  #hurriedMs = Number.POSITIVE_INFINITY
  #amid = false
  #ending = false

  constructor({ afterMs, amidMs, endMs }: Silences, silent: () => void) {
    this.#afterMs = afterMs
    this.#amidMs = Math.min(afterMs, amidMs)
    this.#endMs = Math.min(afterMs, endMs)
    this.#lookMs = Math.min(this.#amidMs, this.#endMs)
    this.#silent = silent
  }

  touch(): void {
    this.#last = performance.now()
  }

  /** An answer has begun, and is not whole. */
  setAmid(amid: boolean): void {
    this.#amid = amid
  }

  /** Nothing but the end of what was asked is due. */
  setEnding(ending: boolean): void {
    this.#ending = ending
  }

  expect(something: boolean): void {
    this.touch()
    this.#expecting = something
    if (something && this.#timer === undefined) this.#set(this.#lookMs)
  }

  /** The wait is ours, or it is quiet by nature. Calls nest. */
  setPatient(patient: boolean): void {
    this.#patient += patient ? 1 : -1
    this.touch()
  }

  /** No longer than this from now on, wherever an answer stands; undefined: as long as ever. */
  hurry(ms: number | undefined): void {
    this.#hurriedMs = ms ?? Number.POSITIVE_INFINITY
    this.touch()
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#set(this.#lookMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#expecting = false
  }

  #set(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.min(ms, this.#hurriedMs))
    this.#timer.unref()
  }

  #look(): void {
    this.#timer = undefined
    if (!this.#expecting) return
    const usualMs = this.#amid ? this.#amidMs : this.#ending ? this.#endMs : this.#afterMs
    const afterMs = Math.min(usualMs, this.#hurriedMs)
    const leftMs = this.#patient > 0 ? afterMs : this.#last + afterMs - performance.now()
    if (leftMs <= 0) this.#silent()
    else this.#set(Math.min(leftMs, this.#lookMs))
  }
}
