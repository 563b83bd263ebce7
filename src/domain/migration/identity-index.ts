import type { MailboxNames } from './mailbox.ts'

const ambiguous = -2

/** Who is meant by a name: an address, a DN, `DOMAIN\user`, a canonical name, a display name. Upper and lower case are one. */
export class IdentityIndex {
  readonly #exact = new Map<string, number>()
  readonly #loose = new Map<string, number>()
  /** Of all mailboxes. */
  readonly #domains = new Set<string>()
  #domainOf = new Map<number, NonNullable<MailboxNames['domain']>>()

  add(who: number, { exact, loose, domain }: MailboxNames): void {
    if (domain !== undefined) {
      const name = foldName(domain.name)
      this.#domainOf.set(who, { ...domain, name })
      this.#domains.add(name)
    }
    for (const name of exact) this.#enter(this.#exact, name, who)
    for (const name of loose) this.#enter(this.#loose, name, who)
  }

  /** Whoever was added as `who` is `numbers[who]` from now on. */
  renumber(numbers: Int32Array): void {
    for (const names of [this.#exact, this.#loose])
      for (const [name, who] of names) if (who !== ambiguous) names.set(name, numbers[who]!)
    this.#domainOf = new Map([...this.#domainOf].map(([who, domain]) => [numbers[who]!, domain]))
  }

  #enter(names: Map<string, number>, name: string, who: number): void {
    const key = foldName(name)
    if (key === '') return
    for (const each of spellings(key)) {
      const known = names.get(each)
      names.set(each, known === undefined || known === who ? who : ambiguous)
    }
  }

  /** The words are answers too, and listed for whoever plans. `other-domain`: an account of that name is in another domain. */
  find(name: string): number | 'nobody' | 'several' | 'other-domain' {
    const key = foldName(name)
    const found = this.#exact.get(key) ?? this.#loose.get(key)
    if (found !== undefined) return found === ambiguous ? 'several' : found
    const part = ownPart(key)
    const loose = part === undefined ? undefined : this.#loose.get(part)
    if (loose === undefined) return 'nobody'
    if (loose === ambiguous) return 'several'
    return this.#isElsewhere(loose, accountIn(key)?.domain) ? 'other-domain' : loose
  }

  /** Whether it is a name that one mailbox alone has: an address, a DN, an account with its domain. */
  isNamed(name: string): boolean {
    return (this.#exact.get(foldName(name)) ?? ambiguous) !== ambiguous
  }

  /** What is found for these names, in no more memory than they take: nothing else of the index is held. */
  only(names: readonly string[]): Pick<IdentityIndex, 'find'> {
    const found = new Map<string, ReturnType<IdentityIndex['find']>>()
    // A closure over the index here would hold it for the answer's sake.
    for (const name of names) found.set(name, this.find(name))
    return { find: (name) => found.get(name) ?? 'nobody' }
  }

  #isElsewhere(who: number, domain: string | undefined): boolean {
    const of = this.#domainOf.get(who)
    if (domain === undefined || of === undefined || of.name === domain) return false
    return of.told || this.#domains.has(domain)
  }
}

const accountIn = (key: string): { domain: string; account: string } | undefined => {
  const [, domain, account] = /^([^\\@=/]+)\\([^\\]+)$/.exec(key) ?? []
  return domain === undefined || account === undefined ? undefined : { domain, account }
}

/** What a folded name calls somebody, without where that is: `corp\anna` is anna, `corp.example/staff/anna` and `cn=anna,dc=corp` too. */
export const ownPart = (key: string): string | undefined =>
  accountIn(key)?.account ??
  /^[^/]+\.[^/]+\/(?:.*\/)?([^/]+)$/.exec(key)?.[1] ??
  /^cn=((?:[^,\\]|\\.)+),/.exec(key)?.[1]?.replace(/\\(.)/g, '$1')

/** A folded name, and the same as Windows PowerShell writes it without -Encoding: `j?rg`. */
export const spellings = (key: string): readonly string[] => {
  const plain = key.replace(/[^\x00-\x7f]/g, '?')
  return plain === key ? [key] : [key, plain]
}

/** Case, blanks around and the prefix of a proxy address make no difference. */
export const foldName = (name: string): string =>
  name
    .trim()
    .replace(/^(smtp|x500|sip):/i, '')
    .toLowerCase()
    .normalize('NFC')
