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

/** Pure: what lists say of mail. Who is named blocked is, whatever else; a whole domain yields to whom is safe in it. */
export function judgeSender(
  { blocked, safe, safeRecipients }: JunkLists,
  { senders, recipients }: { senders: readonly string[]; recipients: readonly string[] },
): 'blocked' | 'safe' | undefined {
  const named = (list: readonly string[]) => senders.some((one) => list.includes(one))
  const within = (list: readonly string[], given: readonly string[]) =>
    given.some((one) => matches(list, one))
  if (named(safe)) return 'safe'
  if (named(blocked)) return 'blocked'
  if (within(safe, senders) || within(safeRecipients, recipients)) return 'safe'
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

/** Pure: lists with others put to them, in lower case, each entry once; `left`: how many of them there was no room for. */
export function joinedLists(here: JunkLists, more: JunkLists): { lists: JunkLists; left: number } {
  let room = MOST_JUNK_BYTES
  let left = 0
  const join = (key: keyof JunkLists) => {
    const fresh = more[key].map((entry) => entry.trim().toLowerCase()).filter(Boolean)
    return [...new Set([...here[key], ...fresh])].filter((entry) => {
      const bytes = Buffer.byteLength(entry) + 3
      const fits = entry.length <= LONGEST && bytes <= room
      if (fits) room -= bytes
      else left++
      return fits
    })
  }
  const lists = { blocked: join('blocked'), safe: join('safe'), safeRecipients: join('safeRecipients') }
  return { lists, left }
}
