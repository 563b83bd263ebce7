import { Refusal } from './refusal.ts'

/** Something stored does not prove itself. `what` is what a check tells of it, which has a remedy of its own. */
export class Damaged extends Refusal {
  readonly what: string

  constructor(what: string, remedy: string, options?: { cause?: unknown }) {
    super('damaged', `${what} ${remedy}`, options)
    this.what = what
  }
}
