import { none, RareNumbers } from './rare-numbers.ts'

/** Where each of many things was read, as `mailboxes.csv line 17`: these mostly differ in the number at their end. */
export class Places {
  readonly #name = new RareNumbers()
  readonly #line = new RareNumbers()
  readonly #names: string[] = []
  readonly #numberOf = new Map<string, number>()

  set(at: number, where: string): void {
    const [, name, line] = /^(.*?)(\d*)$/s.exec(where)!
    const known = line !== '' && !line!.startsWith('0') && line!.length <= 9
    this.#name.set(at, this.#number(known ? name! : where))
    this.#line.set(at, known ? Number(line) : none)
  }

  get(at: number): string {
    const name = this.#name.get(at)
    const line = this.#line.get(at)
    return `${name === none ? '' : this.#names[name]!}${line === none ? '' : line}`
  }

  copy(from: number, to: number): void {
    this.#name.set(to, this.#name.get(from))
    this.#line.set(to, this.#line.get(from))
  }

  #number(name: string): number {
    const known = this.#numberOf.get(name)
    if (known !== undefined) return known
    this.#numberOf.set(name, this.#names.length)
    return this.#names.push(name) - 1
  }
}
