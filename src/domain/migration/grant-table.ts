import { resized } from './batching/resized.ts'
import type { Day } from './day.ts'
import { Places } from './places.ts'
import { none, RareNumbers } from './rare-numbers.ts'
import { isOnFolder, type Right, rights, weightOf } from './right.ts'

export type TableGrant = {
  owner: number
  grantee: number
  right: Right
  folder: string | null
  group: string | null
  groupMembers: number | null
  lastUsedDay: Day | null
  where: string
}

/** Grants between mailboxes (by number) in columns: five million take 85 MB, and 20 for each of what else sources tell of them. */
export class GrantTable {
  count = 0
  #owner = new Int32Array(1024)
  #grantee = new Int32Array(1024)
  #right = new Uint8Array(1024)
  readonly #lastUsed = new RareNumbers()
  readonly #members = new RareNumbers()
  readonly #group = new RareNumbers()
  readonly #folder = new RareNumbers()
  readonly #places = new Places()
  readonly #words: string[] = []
  readonly #wordAt = new Map<string, number>()

  add(grant: TableGrant): void {
    if (this.count === this.#owner.length) this.#widen()
    const at = this.count++
    this.#owner[at] = grant.owner
    this.#grantee[at] = grant.grantee
    this.#right[at] = rights.indexOf(grant.right)
    this.#lastUsed.set(at, grant.lastUsedDay ?? none)
    this.#members.set(at, grant.groupMembers ?? none)
    this.#group.set(at, this.#word(grant.group))
    this.#folder.set(at, this.#word(grant.folder))
    this.#places.set(at, grant.where)
  }

  get(at: number): TableGrant {
    const members = this.#members.get(at)
    const lastUsed = this.#lastUsed.get(at)
    return {
      owner: this.#owner[at]!,
      grantee: this.#grantee[at]!,
      right: this.rightOf(at),
      folder: this.#text(this.#folder.get(at)),
      group: this.#text(this.#group.get(at)),
      groupMembers: members === none ? null : members,
      lastUsedDay: lastUsed === none ? null : lastUsed,
      where: this.#places.get(at),
    }
  }

  ownerOf(at: number): number {
    return this.#owner[at]!
  }

  granteeOf(at: number): number {
    return this.#grantee[at]!
  }

  rightOf(at: number): Right {
    return rights[this.#right[at]!]!
  }

  /** In hundredths. */
  weightOf(at: number, today: Day): number {
    const members = this.#members.get(at)
    const lastUsed = this.#lastUsed.get(at)
    const use = { today, lastUsedDay: lastUsed === none ? null : lastUsed }
    return weightOf(this.rightOf(at), use, members === none ? null : members)
  }

  /**
   * What several sources tell of one grant (same ends, right, folder and group) becomes one row, used on the latest day that any
   * of them knows. Answers how many rows fell out.
   */
  mergeDoubles(): number {
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(1.4 * this.count + 2))).fill(none)
    let kept = 0
    for (let at = 0; at < this.count; at++) {
      let slot = this.#hash(at) & (slots.length - 1)
      while (slots[slot] !== none && !this.#same(slots[slot]!, at)) slot = (slot + 1) & (slots.length - 1)
      const before = slots[slot]!
      if (before === none) {
        this.#copy(at, kept)
        slots[slot] = kept++
        continue
      }
      this.#lastUsed.set(before, Math.max(this.#lastUsed.get(before), this.#lastUsed.get(at)))
    }
    resized(slots, 0)
    const doubles = this.count - kept
    this.count = kept
    return doubles
  }

  #hash(at: number): number {
    const ends = Math.imul(this.#owner[at]!, 0x9e3779b1) ^ Math.imul(this.#grantee[at]!, 0x85ebca6b)
    const kind = (this.#right[at]! << 24) ^ this.#group.get(at)
    const mixed = Math.imul(ends ^ (ends >>> 15) ^ kind, 0xc2b2ae35) ^ this.#folderOfRight(at)
    return Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f) >>> 1
  }

  #same(a: number, b: number): boolean {
    return (
      this.#owner[a] === this.#owner[b] &&
      this.#grantee[a] === this.#grantee[b] &&
      this.#right[a] === this.#right[b] &&
      this.#group.get(a) === this.#group.get(b) &&
      this.#folderOfRight(a) === this.#folderOfRight(b)
    )
  }

  /** Some sources tell of a right on the whole mailbox at which folder they saw it. */
  #folderOfRight(at: number): number {
    return isOnFolder(this.rightOf(at)) ? this.#folder.get(at) : none
  }

  #copy(from: number, to: number): void {
    this.#owner[to] = this.#owner[from]!
    this.#grantee[to] = this.#grantee[from]!
    this.#right[to] = this.#right[from]!
    this.#lastUsed.set(to, this.#lastUsed.get(from))
    this.#members.set(to, this.#members.get(from))
    this.#group.set(to, this.#group.get(from))
    this.#folder.set(to, this.#folder.get(from))
    this.#places.copy(from, to)
  }

  #word(text: string | null): number {
    if (text === null) return none
    const known = this.#wordAt.get(text)
    if (known !== undefined) return known
    this.#words.push(text)
    this.#wordAt.set(text, this.#words.length - 1)
    return this.#words.length - 1
  }

  #text(word: number): string | null {
    return word === none ? null : this.#words[word]!
  }

  #widen(): void {
    const wide = this.#owner.length * 2
    this.#owner = resized(this.#owner, wide)
    this.#grantee = resized(this.#grantee, wide)
    this.#right = new Uint8Array(this.#right.buffer.transfer(wide))
  }
}
