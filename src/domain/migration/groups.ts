import { foldName, type IdentityIndex, spellings } from './identity-index.ts'

/** Members that a source told for a group: names of mailboxes or of groups. */
export type GroupRow = { group: string; groupNames: readonly string[]; member: string }

/** Who is in a group in the end: mailboxes in ascending order, and members that are neither mailbox nor group. */
export type GroupMembers = { mailboxes: Int32Array; strangers: readonly string[] }

/** Groups by name, and who is in them in the end: through nested groups, each mailbox once, cycles harmless. */
export class Groups {
  readonly #byName = new Map<string, number>()
  readonly #names: string[] = []
  readonly #members: Set<string>[] = []
  readonly #expanded = new Map<number, GroupMembers>()

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

  expand(group: number, identities: IdentityIndex): GroupMembers {
    const known = this.#expanded.get(group)
    if (known !== undefined) return known
    const found = new Set<number>()
    const strangers = new Set<string>()
    // A Set hands out what is added while it is walked, and each nested group once.
    const seen = new Set([group])
    for (const nested of seen)
      for (const member of this.#members[nested]!) {
        const mailbox = identities.find(member)
        const deeper = typeof mailbox === 'number' ? undefined : this.find(member)
        if (typeof mailbox === 'number') found.add(mailbox)
        else if (deeper === undefined) strangers.add(member)
        else seen.add(deeper)
      }
    const members = { mailboxes: Int32Array.from(found).sort(), strangers: [...strangers] }
    this.#expanded.set(group, members)
    return members
  }
}
