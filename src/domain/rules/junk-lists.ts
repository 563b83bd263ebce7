/**
 * Whose mail the owner of a mailbox wants in Junk, and whose never there: addresses and domains in lower case, `@corp.example` for just
 * that domain, `corp.example` for those below it too ([MS-OXCSPAM] §2.2.4). Safe recipients are lists that somebody has subscribed to.
 */
export type JunkLists = {
  blocked: readonly string[]
  safe: readonly string[]
  safeRecipients: readonly string[]
}

/** Octets of all lists together, about 9,000 addresses: Exchange's usual limit, in which each character counts two. */
export const MOST_JUNK_BYTES = 256 * 1024
/** Characters of one entry; no address is longer. */
const LONGEST = 320

export const noJunkLists: JunkLists = { blocked: [], safe: [], safeRecipients: [] }

/** Whose mail it is, in lower case: `senders` are all whom it names as that, its authors among them. */
export type MailPeople = Record<'authors' | 'senders' | 'recipients', readonly string[]>

/**
 * Pure: what lists say of mail. Who is named counts for more than a whole domain, and who is safe for more than who is blocked. Safe are
 * authors alone, as only of those their domain says whether they are forged (DMARC).
 */
export function judgeSender(
  { blocked, safe, safeRecipients }: JunkLists,
  { authors, senders, recipients }: MailPeople,
): 'blocked' | 'safe' | undefined {
  const named = (list: readonly string[], given: readonly string[]) => given.some((one) => list.includes(one))
  const within = (list: readonly string[], given: readonly string[]) =>
    given.some((one) => matches(list, one))
  if (named(safe, authors)) return 'safe'
  if (named(blocked, senders)) return 'blocked'
  if (within(safe, authors) || within(safeRecipients, recipients)) return 'safe'
  return within(blocked, senders) ? 'blocked' : undefined
}

function matches(list: readonly string[], address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return list.some((entry) =>
    entry.startsWith('@')
      ? entry === `@${domain}`
      : entry.includes('@')
        ? entry === address
        : domain === entry || domain.endsWith(`.${entry}`),
  )
}

/** Pure: lists with others put to them, in lower case, each entry once; `left`: how many of those there was no room for. */
export function joinedLists(here: JunkLists, more: JunkLists): { lists: JunkLists; left: number } {
  let room = MOST_JUNK_BYTES - keys.reduce((sum, key) => sum + bytesOf(here[key]), 0)
  let left = 0
  const join = (key: keyof JunkLists): readonly string[] => {
    const known = new Set(here[key])
    const fresh = new Set(more[key].map((entry) => entry.trim().toLowerCase()).filter(Boolean))
    const fitting = [...fresh.difference(known)].filter((entry) => {
      const bytes = bytesOf([entry])
      const fits = entry.length <= LONGEST && bytes <= room
      if (fits) room -= bytes
      else left++
      return fits
    })
    return [...known, ...fitting]
  }
  const lists = { blocked: join('blocked'), safe: join('safe'), safeRecipients: join('safeRecipients') }
  return { lists, left }
}

const keys = ['blocked', 'safe', 'safeRecipients'] as const

/** As they are kept, each with its quotes and a comma. */
const bytesOf = (list: readonly string[]): number =>
  list.reduce((sum, entry) => sum + Buffer.byteLength(entry) + 3, 0)
