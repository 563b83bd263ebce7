import type { Day } from './day.ts'
import { type Right, rights, weightOf } from './right.ts'

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
