import type { Day } from './day.ts'
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

const none = -1

/** Grants between mailboxes (by number) in columns: five million take about 150 MB. */
export class GrantTable {
  count = 0
  #owner = new Int32Array(1024)
  #grantee = new Int32Array(1024)
  #right = new Uint8Array(1024)
  #lastUsed = new Int32Array(1024)
  #members = new Int32Array(1024)
  #group = new Int32Array(1024)
  #folder = new Int32Array(1024)
  #place = new Int32Array(1024)
  #line = new Int32Array(1024)
  readonly #words: string[] = []
  readonly #wordAt = new Map<string, number>()

  add(grant: TableGrant): void {
    if (this.count === this.#owner.length) this.#widen()
    const at = this.count++
    this.#owner[at] = grant.owner
    this.#grantee[at] = grant.grantee
    this.#right[at] = rights.indexOf(grant.right)
    this.#lastUsed[at] = grant.lastUsedDay ?? none
    this.#members[at] = grant.groupMembers ?? none
    this.#group[at] = this.#word(grant.group)
    this.#folder[at] = this.#word(grant.folder)
    // Where it was read mostly differs in the number at its end.
    const [, place, line] = /^(.*?)(\d*)$/s.exec(grant.where)!
    this.#place[at] = this.#word(place!)
    this.#line[at] = line === '' || line!.length > 9 ? none : Number(line)
  }

  get(at: number): TableGrant {
    const members = this.#members[at]!
    const lastUsed = this.#lastUsed[at]!
    const line = this.#line[at]!
    return {
      owner: this.#owner[at]!,
      grantee: this.#grantee[at]!,
      right: this.rightOf(at),
      folder: this.#text(this.#folder[at]!),
      group: this.#text(this.#group[at]!),
      groupMembers: members === none ? null : members,
      lastUsedDay: lastUsed === none ? null : lastUsed,
      where: `${this.#text(this.#place[at]!) ?? ''}${line === none ? '' : line}`,
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
    const members = this.#members[at]!
    const lastUsed = this.#lastUsed[at]!
    const use = { today, lastUsedDay: lastUsed === none ? null : lastUsed }
    return weightOf(this.rightOf(at), use, members === none ? null : members)
  }

  /**
   * What several sources tell of one grant (same ends, right, folder and group) becomes one row, used on the latest day that any
   * of them knows. Answers how many rows fell out.
   */
  mergeDoubles(): number {
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * this.count + 2))).fill(none)
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
      this.#lastUsed[before] = Math.max(this.#lastUsed[before]!, this.#lastUsed[at]!)
    }
    const doubles = this.count - kept
    this.count = kept
    return doubles
  }

  #hash(at: number): number {
    const ends = Math.imul(this.#owner[at]!, 0x9e3779b1) ^ Math.imul(this.#grantee[at]!, 0x85ebca6b)
    const kind = (this.#right[at]! << 24) ^ this.#group[at]!
    const mixed = Math.imul(ends ^ (ends >>> 15) ^ kind, 0xc2b2ae35) ^ this.#folderOfRight(at)
    return Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f) >>> 1
  }

  #same(a: number, b: number): boolean {
    return (
      this.#owner[a] === this.#owner[b] &&
      this.#grantee[a] === this.#grantee[b] &&
      this.#right[a] === this.#right[b] &&
      this.#group[a] === this.#group[b] &&
      this.#folderOfRight(a) === this.#folderOfRight(b)
    )
  }

  /** Some sources tell of a right on the whole mailbox at which folder they saw it. */
  #folderOfRight(at: number): number {
    return isOnFolder(this.rightOf(at)) ? this.#folder[at]! : none
  }

  #copy(from: number, to: number): void {
    this.#owner[to] = this.#owner[from]!
    this.#grantee[to] = this.#grantee[from]!
    this.#right[to] = this.#right[from]!
    this.#lastUsed[to] = this.#lastUsed[from]!
    this.#members[to] = this.#members[from]!
    this.#group[to] = this.#group[from]!
    this.#folder[to] = this.#folder[from]!
    this.#place[to] = this.#place[from]!
    this.#line[to] = this.#line[from]!
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
    this.#owner = widened(this.#owner, new Int32Array(wide))
    this.#grantee = widened(this.#grantee, new Int32Array(wide))
    this.#right = widened(this.#right, new Uint8Array(wide))
    this.#lastUsed = widened(this.#lastUsed, new Int32Array(wide))
    this.#members = widened(this.#members, new Int32Array(wide))
    this.#group = widened(this.#group, new Int32Array(wide))
    this.#folder = widened(this.#folder, new Int32Array(wide))
    this.#place = widened(this.#place, new Int32Array(wide))
    this.#line = widened(this.#line, new Int32Array(wide))
  }
}

function widened<T extends Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from)
  return to
}
