import { domainToASCII, domainToUnicode } from 'node:url'
import { Refusal } from '../refusal.ts'

/**
 * Whose mail the owner of a mailbox wants in Junk, and whose never there: addresses and domains as `plainEntry` has them, `@corp.example` for just
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

/** Whose mail it is: `senders` are all whom it names as that, its authors among them. */
export type MailPeople = Record<'authors' | 'senders' | 'recipients', readonly string[]>

/** An address or domain as it is kept: in lower case, a domain with the letters that its punycode stands for (RFC 5891). */
export function plainEntry(text: string): string {
  const entry = text.trim().toLowerCase()
  if (!isInternational(entry)) return entry
  const at = entry.lastIndexOf('@') + 1
  const domain = domainToUnicode(domainToASCII(entry.slice(at)))
  return domain === '' ? entry : entry.slice(0, at) + domain
}

const isInternational = (entry: string): boolean => /xn--|[^\0-\x7f]/.test(entry)

/** As an address may stand in lists: those that older versions kept have punycode where it came so. */
function formsOf(address: string): readonly string[] {
  const plain = plainEntry(address)
  if (!isInternational(plain)) return [plain]
  const at = plain.lastIndexOf('@') + 1
  return [plain, plain.slice(0, at) + domainToASCII(plain.slice(at))]
}

/**
 * Pure: what lists say of mail. Who is named counts for more than a whole domain, and who is safe for more than who is blocked. Safe are
 * authors alone, as only of those their domain says whether they are forged (DMARC). Domains are the same in letters and in punycode.
 */
export function judgeSender(
  { blocked, safe, safeRecipients }: JunkLists,
  people: MailPeople,
): 'blocked' | 'safe' | undefined {
  const [authors, senders, recipients] = [people.authors, people.senders, people.recipients].map((list) =>
    list.flatMap(formsOf),
  ) as [string[], string[], string[]]
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
  const whole = `@${domain}`
  return list.some((entry) =>
    entry.startsWith('@')
      ? entry === whole
      : entry.includes('@')
        ? entry === address
        : domain === entry || domain.endsWith(`.${entry}`),
  )
}

/** What somebody wants of lists; who is blocked is safe no more, and the other way round. */
export type JunkChange = { [Of in 'block' | 'trust' | 'forget']?: readonly string[] | undefined }

/** Pure. Refuses `invalid-parameter` for what is neither address nor domain, `limit-exceeded` where there is no room. */
export function changedLists(
  here: JunkLists,
  { block = [], trust = [], forget = [] }: JunkChange,
): JunkLists {
  const trusted = new Set(requireEntries(trust))
  const both = requireEntries(block).find((entry) => trusted.has(entry))
  if (both !== undefined)
    throw new Refusal('invalid-parameter', `"${both}" cannot be blocked and trusted at once.`)
  const without = {
    blocked: withoutEntries(here.blocked, [...trust, ...forget]),
    safe: withoutEntries(here.safe, [...block, ...forget]),
    safeRecipients: withoutEntries(here.safeRecipients, forget),
  }
  const { lists, left } = joinedLists(without, { blocked: block, safe: trust, safeRecipients: [] })
  if (left > 0)
    throw new Refusal(
      'limit-exceeded',
      `The lists have room for ${MOST_JUNK_BYTES} octets, and ${left} entries do not fit. Take others out, or name whole domains.`,
    )
  return lists
}

/** A list without entries, however their domains are written. */
export function withoutEntries(list: readonly string[], entries: readonly string[]): readonly string[] {
  const gone = new Set(entries.map(plainEntry))
  return list.filter((entry) => !gone.has(plainEntry(entry)))
}

const entryForm = /^(?:[^\s@\p{Cc}]+@|@)?[^\s@.\p{Cc}]+(?:\.[^\s@.\p{Cc}]+)+$/u

const requireEntries = (entries: readonly string[]): string[] =>
  entries.map((text) => {
    const entry = plainEntry(text)
    if (entryForm.test(entry) && entry.length <= LONGEST) return entry
    throw new Refusal(
      'invalid-parameter',
      `"${text.slice(0, 80)}" is neither an address nor a domain: say spam@example.com, @example.com for that domain alone, or example.com for those below it too.`,
    )
  })

/** Pure: lists with others put to them, as `plainEntry` has them, each entry once; `left`: how many of those there was no room for. */
export function joinedLists(here: JunkLists, more: JunkLists): { lists: JunkLists; left: number } {
  let room = MOST_JUNK_BYTES - keys.reduce((sum, key) => sum + bytesOf(here[key]), 0)
  let left = 0
  const join = (key: keyof JunkLists): readonly string[] => {
    const known = new Set(here[key])
    const fresh = new Set(more[key].map(plainEntry).filter(Boolean))
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
