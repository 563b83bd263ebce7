import type { MailboxNames } from './mailbox.ts'

const ambiguous = -2
const nobody = -1

/** Who is meant by a name: an address, a DN, `DOMAIN\user`, a canonical name, a display name. Upper and lower case are one. */
export class IdentityIndex {
  readonly #exact = new Map<string, number>()
  readonly #loose = new Map<string, number>()

  add(who: number, { exact, loose }: MailboxNames): void {
    for (const name of exact) this.#enter(this.#exact, name, who)
    for (const name of loose) this.#enter(this.#loose, name, who)
  }

  #enter(names: Map<string, number>, name: string, who: number): void {
    const key = foldName(name)
    if (key === '') return
    for (const each of spellings(key)) {
      const known = names.get(each)
      names.set(each, known === undefined || known === who ? who : ambiguous)
    }
  }

  /** `nobody` and `several` are answers too: both are listed for whoever plans. */
  find(name: string): number | 'nobody' | 'several' {
    const key = foldName(name)
    const found = this.#exact.get(key) ?? this.#byParts(key)
    if (found === ambiguous) return 'several'
    return found === nobody ? 'nobody' : found
  }

  /** `corp\anna` is the account anna; the last part of a canonical name or DN is a display name or common name. */
  #byParts(key: string): number {
    const loose = this.#loose.get(key)
    if (loose !== undefined) return loose
    const account = /^[^\\@]+\\([^\\]+)$/.exec(key)?.[1]
    if (account !== undefined) return this.#loose.get(account) ?? nobody
    const canonical = /^[^/]+\.[^/]+\/(?:.*\/)?([^/]+)$/.exec(key)?.[1]
    if (canonical !== undefined) return this.#loose.get(canonical) ?? nobody
    const common = /^cn=((?:[^,\\]|\\.)+),/.exec(key)?.[1]
    if (common !== undefined) return this.#loose.get(common.replace(/\\(.)/g, '$1')) ?? nobody
    return nobody
  }
}

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
