/** Says when nothing has moved for too long while something was expected. One timer, set anew only when it runs out. */
export class SilenceWatch {
  readonly #afterMs: number
  readonly #silent: () => void
  #timer: NodeJS.Timeout | undefined
  #last = 0
  #expecting = false
  #patient = 0

  constructor(afterMs: number, silent: () => void) {
    this.#afterMs = afterMs
    this.#silent = silent
  }

  touch(): void {
    this.#last = performance.now()
  }

  expect(something: boolean): void {
    this.touch()
    this.#expecting = something
    if (something && this.#timer === undefined) this.#set(this.#afterMs)
  }

  /** The wait is ours, or it is quiet by nature. Calls nest. */
  setPatient(patient: boolean): void {
    this.#patient += patient ? 1 : -1
    this.touch()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#expecting = false
  }

  #set(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms)
    this.#timer.unref()
  }

  #look(): void {
    this.#timer = undefined
    if (!this.#expecting) return
    const leftMs = this.#patient > 0 ? this.#afterMs : this.#last + this.#afterMs - performance.now()
    if (leftMs <= 0) this.#silent()
    else this.#set(leftMs)
  }
}
