import { DemoFault } from './demo-fault.ts'
import type { ServiceProcess } from './service-process.ts'

/** Where the demonstration is told: a terminal, or whatever its output goes to. */
export type Voice = {
  write(text: string): unknown
  isTTY?: boolean | undefined
  columns?: number | undefined
}

const AGAIN_MS = 5_000

type Told = { title: string; seconds: number }

/** Tells acts one after the other, how long each took, and what it came to. */
export class Stage {
  readonly #voice: Voice
  readonly #acts: number
  readonly #now: () => number
  readonly told: Told[] = []
  #drawn = false

  constructor(voice: Voice, acts: number, now: () => number = Date.now) {
    this.#voice = voice
    this.#acts = acts
    this.#now = now
  }

  /** Runs one act. `what` says before it begins what there is to see. */
  async act(title: string, what: string, run: () => Promise<void>): Promise<void> {
    const begun = this.#now()
    this.#line('')
    this.#line(`${String(this.told.length + 1).padStart(2)}/${this.#acts}  ${title}`)
    this.say(what)
    await run()
    const seconds = (this.#now() - begun) / 1_000
    this.told.push({ title, seconds })
    this.#line(`       ${seconds.toFixed(1)} s`)
  }

  say(text: string): void {
    for (const line of text.split('\n')) this.#line(`       ${line}`)
  }

  /**
   * Does what somebody would type, and shows the first lines of what it says. A command that fails ends the demonstration.
   * `codes` that are no failure beside 0; `lines` at most are shown; it is asked up to `tries` times, where the other side may be late.
   */
  async command(
    side: Pick<ServiceProcess, 'command'>,
    args: readonly string[],
    { stdin = '', lines = 6, codes = [] as readonly number[], tries = 1 } = {},
  ): Promise<string> {
    const typed = ['landbridge', ...args].map((arg) => (/[\s"*]/.test(arg) ? `"${arg}"` : arg)).join(' ')
    this.say(`$ ${typed}`)
    const isGood = (code: number) => code === 0 || codes.includes(code)
    let outcome = await side.command(args, stdin)
    for (let more = 1; more < tries && !isGood(outcome.exitCode); more++) {
      // Who did not answer is known as that for some seconds.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      outcome = await side.command(args, stdin)
    }
    const { exitCode, stdout, stderr } = outcome
    if (!isGood(exitCode))
      throw new DemoFault(`"${typed}" ended with ${exitCode}: ${(stderr || stdout).trim()}`)
    // That there is nothing to list is said beside the output.
    const said = (stdout.trim() === '' ? stderr : stdout)
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
    for (const line of said.slice(0, lines)) this.say(`  ${line}`)
    if (said.length > lines && lines > 0) this.say(`  … ${said.length - lines} lines more`)
    return stdout
  }

  /** Drawn over itself on a terminal; elsewhere the last word of it comes from `say`. */
  progress(text: string): void {
    if (this.#voice.isTTY !== true) return
    this.#voice.write(`\r\x1b[2K       ${text.slice(0, (this.#voice.columns ?? 80) - 8)}`)
    this.#drawn = true
  }

  #line(text: string): void {
    if (this.#drawn) this.#voice.write('\r\x1b[2K')
    this.#drawn = false
    this.#voice.write(`${text}\n`)
  }
}
