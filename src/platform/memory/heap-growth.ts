import { setFlagsFromString } from 'node:v8'

const FLAG = '--heap-growing-percent='

/**
 * How far V8 lets the heap grow beyond what lives in it before it looks through all of it. `bin/with-node` holds it to half, for a
 * service that waits; whoever moves much mail through memory holds this meanwhile, as half of the collector's work is then in vain.
 * V8 reads the number anew after each collection. Without that flag on the command line nothing is changed.
 */
export class HeapGrowth {
  readonly #usual: string | undefined
  readonly #set: (flag: string) => void
  #holders = 0

  constructor(flags: readonly string[] = process.execArgv, set: (flag: string) => void = setFlagsFromString) {
    this.#usual = flags.findLast((flag) => flag.startsWith(FLAG))
    this.#set = set
  }

  /** Until what it answers is called: the last one out has it as usual again. */
  begin(): () => void {
    if (this.#usual === undefined) return () => undefined
    if (this.#holders++ === 0) this.#set(`${FLAG}${2 * Number(this.#usual.slice(FLAG.length))}`)
    let ended = false
    return () => {
      if (ended) return
      ended = true
      if (--this.#holders === 0) this.#set(this.#usual!)
    }
  }
}

/** Of this process. */
export const heapGrowth = new HeapGrowth()
