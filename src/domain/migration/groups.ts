import { foldName, type IdentityIndex, spellings } from './identity-index.ts'

/** Members that a source told for a group: names of mailboxes or of groups. */
export type GroupRow = { group: string; groupNames: readonly string[]; member: string }

const deepest = 64

/** Groups by name, and who is in them in the end: through nested groups, each mailbox once, cycles harmless. */
export class Groups {
  readonly #byName = new Map<string, number>()
  readonly #names: string[] = []
  readonly #members: Set<string>[] = []
  readonly #expanded = new Map<number, Int32Array>()

  add({ group, groupNames, member }: GroupRow): void {
    const key = foldName(group)
    let at = this.#byName.get(key)
    if (at === undefined) {
      at = this.#members.length
      this.#names.push(group)
      this.#members.push(new Set())
      this.#byName.set(key, at)
    }
    for (const other of [group, ...groupNames].map(foldName).flatMap(spellings))
      if (other !== '' && !this.#byName.has(other)) this.#byName.set(other, at)
    if (member.trim() !== '') this.#members[at]!.add(member)
  }

  find(name: string): number | undefined {
    const key = foldName(name)
    return this.#byName.get(key) ?? this.#byName.get(key.replace(/^[^\\@]+\\/, ''))
  }

  nameOf(group: number): string {
    return this.#names[group]!
  }

  /** Mailboxes of the group, in ascending order. */
  expand(group: number, identities: IdentityIndex): Int32Array {
    const known = this.#expanded.get(group)
    if (known !== undefined) return known
    const found = new Set<number>()
    const seen = new Set([group])
    let layer = [group]
    for (let depth = 0; layer.length > 0 && depth < deepest; depth++) {
      const next: number[] = []
      for (const member of layer.flatMap((each) => [...this.#members[each]!])) {
        const mailbox = identities.find(member)
        if (typeof mailbox === 'number') {
          found.add(mailbox)
          continue
        }
        const nested = this.find(member)
        if (nested !== undefined && !seen.has(nested)) {
          seen.add(nested)
          next.push(nested)
        }
      }
      layer = next
    }
    const members = Int32Array.from(found).sort()
    this.#expanded.set(group, members)
    return members
  }
}
