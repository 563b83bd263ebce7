/**
 * What a search of the address book takes (issue "One address book"): 100,000 entries with names in four languages, held in memory;
 * the entry that is found is read from where the directory keeps it, here a map. Aim: 50 ms.
 *
 *   node bench/address-book.ts [--entries 100000]
 */
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { AddressBooks } from '#src/domain/address-book/address-book.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { freshEntry } from '#src/domain/directory/entry-changes.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({ options: { entries: { type: 'string', default: '100000' } } })
const count = Number(values.entries)
const organization = 'm-bench' as OrganizationId

const people: readonly (readonly [first: string, last: string, phonetic?: string])[] = [
  ['Anna', 'Müller'],
  ['Jörg', 'Weißmann'],
  ['Hans-Peter', 'Müller-Lüdenscheidt'],
  ['Élodie', 'Béranger'],
  ['François', "d'Artagnan"],
  ['Семён', 'Королёв'],
  ['Андрей', 'Щукин'],
  ['太郎', '山田', 'ヤマダ タロウ'],
  ['花子', '佐藤', 'サトウ ハナコ'],
  ['Mary Ann', 'O’Connor'],
]

const entries = new Map<EntryId, Entry>()
for (let no = 1; no <= count; no++) {
  const [firstName, lastName, phonetic] = people[no % people.length]!
  const id = `00000000-0000-4000-8000-${no.toString(16).padStart(12, '0')}` as EntryId
  entries.set(id, {
    ...freshEntry(id, `user${no}`, `${lastName}, ${firstName} ${no}`, 0),
    kind: 'contact',
    state: 'ENABLED',
    home: 'exchange',
    addresses: [
      { kind: 'primary', address: `user${no}@corp.example` },
      { kind: 'alias', address: `person.number${no}@corp.example` },
      { kind: 'alias', address: `u${no}@old.example` },
    ],
    details: {
      firstName,
      lastName,
      ...(phonetic !== undefined && { phoneticDisplayName: `${phonetic} ${no}` }),
      department: `Department ${no % 500}`,
      company: 'Example',
      office: `B ${no % 300}`,
      telephone: `+49 30 ${100_000 + no}`,
    },
    version: no,
    createdVersion: no,
  } as Entry)
}

const all = [...entries.values()]
const books = new AddressBooks({
  directory: {
    directoryVersion: async () => count,
    directoryChanges: async () => ({ rows: [], next: null }),
    listEntries: async (_, { after, limit }) => {
      const from = after ?? 0
      const next = from + limit
      return { rows: all.slice(from, next), next: next < all.length ? next : null }
    },
    findEntry: async (_, by) => ('id' in by ? entries.get(by.id) : undefined),
  },
  keeper: { find: async () => undefined, keep: async () => undefined, forget: async () => undefined },
  now: Date.now,
  memoryBytes: 2 ** 30,
  trouble: (message) => say(message),
})

const say = (text: string) => process.stdout.write(`${text}\n`)
const begin = performance.now()
await books.search(organization, 'nobody at all', 25)
say(
  `${count} entries: read in ${(performance.now() - begin).toFixed(0)} ms, ${Math.round(books.held.characters / count)} characters each`,
)

const queries = [
  ...[
    'm',
    'mü',
    'mueller',
    'muller',
    'MULLER',
    'weissmann',
    'weiß',
    'beranger',
    'Élo',
    "d'art",
    'oconnor',
    'o’c',
  ],
  ...['королев', 'Королёв', 'сем', 'やま', 'ﾔﾏﾀﾞ', 'ヤマダ タ', '山', '佐藤', 'さとう'],
  ...[
    'anna müller',
    'müller anna',
    'hans-peter',
    'peter mull',
    'müller-lü',
    'lüdenscheidt hans',
    'mary ann o',
  ],
  ...[
    'user77',
    'person.number4',
    'person.number99999',
    'u5@old',
    'user1@corp.example',
    '@corp',
    'dep',
    'department 77',
  ],
  ...[
    '100500',
    '+49 30 1005',
    '4930100500',
    '%',
    '_',
    '*',
    "'",
    '"',
    '\\',
    '()',
    '  ',
    ',',
    'x',
    'e',
    'z'.repeat(200),
  ],
  ...['a '.repeat(100), 'nobody', 'number 99 pers', 'department 77 müller example b', '12345'],
  // Found by nobody as they are, so that their vowels are read otherwise too.
  ...['joergen', 'andrea muellner', 'aou oua uao aoa ouo uau aouaou uoauoa', 'hannsen peetersen sorensen'],
]
const times: { ms: number; text: string }[] = []
for (let turn = 0; turn < 20; turn++)
  for (const text of queries) {
    const { user, system } = process.threadCpuUsage()
    await books.search(organization, text, 25)
    const now = process.threadCpuUsage()
    times.push({ ms: (now.user + now.system - user - system) / 1_000, text })
  }
times.sort((a, b) => a.ms - b.ms)
const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))]!
say(
  `${times.length} searches, processor time: median ${at(0.5).ms.toFixed(1)} ms, p99 ${at(0.99).ms.toFixed(1)} ms ("${at(0.99).text.slice(0, 20)}"), slowest ${at(1).ms.toFixed(1)} ms ("${at(1).text.slice(0, 20)}")`,
)
for (const text of queries.slice(0, -2)) {
  const found = await books.search(organization, text, 3)
  say(
    `  ${text.slice(0, 24).padEnd(26)}${found.map(({ displayName }) => displayName).join(' | ') || 'nobody'}`,
  )
}
books.close()
