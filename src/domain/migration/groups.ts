import { foldName, type IdentityIndex, ownPart, spellings } from './identity-index.ts'

const ambiguous = -2

/** Members that a source told for a group: names of mailboxes or of groups. */
export type GroupRow = { group: string; groupNames: readonly string[]; member: string }

/** Who is in a group in the end: mailboxes in ascending order, and members that are neither mailbox nor group. */
export type GroupMembers = { mailboxes: Int32Array; strangers: readonly string[] }

/** Groups by name, and who is in them in the end: through nested groups, each mailbox once, cycles harmless. */
export class Groups {
  /** What each was called where its members were told, mostly its address. `ambiguous`: so were several. */
  readonly #own = new Map<string, number>()
  /** All that each is called. */
  readonly #byName = new Map<string, number>()
  readonly #names: string[] = []
  /** The DN that each was told with first. */
  readonly #dnOf = new Map<number, string>()
  readonly #members: Set<string>[] = []
  readonly #expanded = new Map<number, GroupMembers>()

  add({ group, groupNames, member }: GroupRow): void {
    const key = foldName(group)
    // Another source may call the same one by another of its names.
    const sure = groupNames.map(foldName).filter((name) => /[@=]/.test(name))
    const dn = [key, ...sure].find((name) => name.includes(',dc='))
    const known = [
      ...[key, ...sure].map((name) => this.#own.get(name)),
      ...[...sure, key].map((name) => this.#byName.get(name)),
    ]
    // A plain name may be that of several, each in a place of its own.
    const isAnother = (each: number) =>
      !/[@=\\]/.test(key) && dn !== undefined && (this.#dnOf.get(each) ?? dn) !== dn
    let at = known.find((each) => each !== undefined && each !== ambiguous && !isAnother(each))
    if (at === undefined) {
      at = this.#members.length
      this.#names.push(group)
      this.#members.push(new Set())
    }
    if (dn !== undefined && !this.#dnOf.has(at)) this.#dnOf.set(at, dn)
    this.#own.set(key, (this.#own.get(key) ?? at) === at ? at : ambiguous)
    for (const other of [group, ...groupNames].map(foldName).flatMap(spellings)) {
      const known = this.#byName.get(other)
      if (other !== '') this.#byName.set(other, known === undefined || known === at ? at : ambiguous)
    }
    if (member.trim() !== '') this.#members[at]!.add(member)
  }

  /** By address or name, or as Exchange names it: `DOMAIN\name`, a canonical name, a DN. */
  find(name: string): number | 'nobody' | 'several' {
    const key = foldName(name)
    const found = this.#own.get(key) ?? this.#byName.get(key) ?? this.#byName.get(ownPart(key) ?? '')
    if (found === ambiguous) return 'several'
    return found ?? 'nobody'
  }

  /** Whether it is called so in full, by an address or a DN, which nobody else has. */
  isNamed(name: string): boolean {
    const key = foldName(name)
    return /[@=]/.test(key) && (this.#own.has(key) || this.#byName.has(key))
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
        const meant = whoIsMeant(member, identities, this)
        if (typeof meant === 'string') strangers.add(member)
        else if ('mailbox' in meant) found.add(meant.mailbox)
        else seen.add(meant.group)
      }
    const members = { mailboxes: Int32Array.from(found).sort(), strangers: [...strangers] }
    this.#expanded.set(group, members)
    return members
  }
}

type Meant = { mailbox: number } | { group: number } | 'nobody' | 'several' | 'other-domain'

/** Whom a name means. Who is named in full comes first; a plain name that a mailbox and a group have is that of several. */
export function whoIsMeant(name: string, identities: IdentityIndex, groups: Groups): Meant {
  const mailbox = identities.find(name)
  if (typeof mailbox === 'number' && identities.isNamed(name)) return { mailbox }
  const group = groups.find(name)
  if (typeof group === 'number' && groups.isNamed(name)) return { group }
  const mayBeMailbox = typeof mailbox === 'number' || mailbox === 'several'
  if (mayBeMailbox && group !== 'nobody') return 'several'
  if (typeof mailbox === 'number') return { mailbox }
  if (typeof group === 'number') return { group }
  return mailbox === 'nobody' ? group : mailbox
}
