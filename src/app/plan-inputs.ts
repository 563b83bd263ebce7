import { realpath } from 'node:fs/promises'
import { readAnnounced } from '#connectors/exchange-csv/announced.ts'
import { grantSource, sendOnBehalfSource } from '#connectors/exchange-csv/grant-source.ts'
import { readGroups } from '#connectors/exchange-csv/groups.ts'
import { type FoundMailbox, type FoundSize, readMailboxes } from '#connectors/exchange-csv/mailboxes.ts'
import { counted } from '#src/base/figure-words.ts'
import {
  type Collected,
  collectGrants,
  type GrantRules,
  type LeftOutList,
} from '#src/domain/migration/collect-grants.ts'
import { type Day, formatDay } from '#src/domain/migration/day.ts'
import type { DirectoryHome } from '#src/domain/migration/directory-grants.ts'
import { type GrantSource, type LeftOutReason, leftOutWords, needsLook } from '#src/domain/migration/grant.ts'
import type { GrantTable } from '#src/domain/migration/grant-table.ts'
import { Groups } from '#src/domain/migration/groups.ts'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'
import type { PlanMailbox } from '#src/domain/migration/mailbox.ts'
import { Places } from '#src/domain/migration/places.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type AskedGrants, addressBookGrants, addressBookGroups, openGrants } from './grant-sources.ts'

export type PlanFiles = {
  mailboxes: readonly string[]
  permissions: readonly string[]
  groups: readonly string[]
  announced: string | null
  /** Servers that are asked too. */
  asked?: AskedGrants
}

type PlanInputs = {
  mailboxes: readonly PlanMailbox[]
  /** Of the names that were asked for. */
  identities: Pick<IdentityIndex, 'find'>
  collected: Collected
  notes: string[]
  /** What is as it should be. */
  asides: string[]
  sources: { name: string; rows: number }[]
}

type Reading = { signal: AbortSignal; today: Day; seen: (what: string, done: number) => void }

/** Everything that a plan is made from, read from files; whom `named` mean is told with it. A `Refusal` names file, line and remedy. */
export async function readPlanInputs(
  files: PlanFiles,
  rules: GrantRules,
  named: readonly string[],
  reading: Reading,
): Promise<PlanInputs> {
  const { signal, seen } = reading
  const notes: string[] = []
  const { mailboxes, identities } = await readAllMailboxes(files, notes, reading)
  const groups = new Groups()
  for (const file of files.groups) {
    for await (const rows of readGroups(file, signal)) for (const row of rows) groups.add(row)
  }
  const homes: DirectoryHome[] = []
  const askedFor = { mailboxes, home: (home: DirectoryHome) => homes.push(home) }
  const sources: GrantSource[] = await askedSources(files.asked, askedFor, groups, signal)
  const exports: GrantSource[] = []
  const told = new Set<string>()
  for (const file of files.permissions) {
    const source = await grantSource(file, signal)
    exports.push(source)
    told.add(`${await realpath(file)} ${source.name}`)
  }
  sources.push(...exports)
  for (const file of files.mailboxes) {
    const source = await sendOnBehalfSource(file, signal)
    // A file may be named under both.
    if (source !== null && !told.has(`${await realpath(file)} ${source.name}`)) sources.push(source)
  }
  const perSource = new Map<string, number>()
  let before = 0
  const collected = await collectGrants(sources, identities, groups, rules, (read, source) => {
    signal.throwIfAborted()
    perSource.set(source, (perSource.get(source) ?? 0) + read - before)
    before = read
    seen('Reading permissions', read)
  })
  for (const { name } of exports) {
    if (perSource.has(name)) continue
    perSource.set(name, 0)
    notes.push(
      `No grant was found in ${name}: it has headings and no row. Export it again if there should be some.`,
    )
  }
  addHomes(mailboxes, identities, homes)
  notes.push(...grantNotes(mailboxes, collected))
  const asides = grantAsides(collected)
  return {
    mailboxes,
    identities: identities.only(named),
    collected,
    notes,
    asides,
    sources: [...perSource].map(([name, rows]) => ({ name, rows })),
  }
}

/** Servers as sources of grants; groups that they know are added. */
async function askedSources(
  asked: AskedGrants | undefined,
  { mailboxes, home }: { mailboxes: readonly PlanMailbox[]; home: (home: DirectoryHome) => void },
  groups: Groups,
  signal: AbortSignal,
): Promise<GrantSource[]> {
  const sources: GrantSource[] = []
  for (const file of asked?.files ?? []) {
    const opened = await openGrants(file, asked?.authorities, signal)
    for await (const row of opened.groups() ?? []) groups.add(row)
    sources.push(opened.grants(mailboxes.map(({ id }) => id)))
  }
  if (asked?.addressBook) {
    for await (const row of addressBookGroups(asked.addressBook, signal)) groups.add(row)
    sources.push(addressBookGrants(asked.addressBook, home, signal))
  }
  return sources
}

async function readAllMailboxes(
  files: PlanFiles,
  notes: string[],
  { signal, today, seen }: Reading,
): Promise<{ mailboxes: PlanMailbox[]; identities: IdentityIndex }> {
  const unsorted: PlanMailbox[] = []
  const found = new Map<string, number>()
  const places = new Places()
  const identities = new IdentityIndex()
  const list = ({ mailbox, names, where }: FoundMailbox) => {
    // What a million are called is not held twice.
    identities.add(found.size, names)
    places.set(found.size, where)
    found.set(mailbox.id, found.size)
    unsorted.push(mailbox)
  }
  const placeOf = (id: string) => {
    const at = found.get(id)
    return at === undefined ? undefined : places.get(at)
  }
  // Addresses with sizes: which of the two kinds of files it is, the others tell.
  const sized = new Map<string, FoundMailbox>()
  const sizes: FoundSize[] = []
  const ignored: string[] = []
  for (const file of files.mailboxes) {
    for await (const read of readMailboxes(file, signal)) {
      for (const each of read.mailboxes) {
        const { id } = each.mailbox
        const twice = read.maybeSizes ? sized.get(id)?.where : placeOf(id)
        if (twice !== undefined) {
          throw new Refusal(
            'invalid-parameter',
            `${each.where}: ${id} is there twice, first in ${twice}. Remove one of the two rows.`,
          )
        }
        refuseMovedLater(each, today)
        if (read.maybeSizes) sized.set(id, each)
        else list(each)
      }
      sizes.push(...read.sizes)
      ignored.push(...read.ignored)
      seen('Reading mailboxes', found.size + sized.size)
    }
  }
  // Sizes of nobody who is listed elsewhere are a list of their own: of another site.
  if (![...sized.keys()].some((id) => found.has(id))) for (const each of sized.values()) list(each)
  else
    for (const [id, { mailbox }] of sized)
      sizes.push({ names: [id], sizeBytes: mailbox.sizeBytes, items: mailbox.items })
  if (found.size === 0) {
    throw new Refusal('invalid-parameter', `${files.mailboxes.join(', ')} has no mailbox.`)
  }
  // The order of the files does not show in the plan.
  const order = Int32Array.from(unsorted.keys()).sort((a, b) => (unsorted[a]!.id < unsorted[b]!.id ? -1 : 1))
  const numbers = new Int32Array(order.length)
  order.forEach((read, at) => {
    numbers[read] = at
  })
  identities.renumber(numbers)
  const mailboxes = Array.from(order, (read) => unsorted[read]!)
  if (ignored.length > 0)
    notes.push(
      `${counted(ignored.length, 'system mailbox is', 'system mailboxes are')} no part of the plan: ${some(ignored)}.`,
    )
  addSizes(mailboxes, identities, sizes, notes)
  if (files.announced !== null)
    await addAnnounced(mailboxes, identities, files.announced, notes, { signal, today })
  return { mailboxes, identities }
}

/** Tomorrow may have begun where the mailbox lies. */
function refuseMovedLater({ mailbox, where }: FoundMailbox, today: Day): void {
  if (mailbox.migratedDay === null || mailbox.migratedDay <= today + 1) return
  throw new Refusal(
    'invalid-parameter',
    `${where}: ${mailbox.id} has moved (column Status), and MigratedOn ${formatDay(mailbox.migratedDay)} is still to come: today is ${formatDay(today)}. ` +
      'Give the night on which it moved; one that is to move has its night in MoveOn.',
  )
}

/** What the directory tells of where mailboxes lie; what the files say of it stays. */
function addHomes(
  mailboxes: PlanMailbox[],
  identities: IdentityIndex,
  homes: readonly DirectoryHome[],
): void {
  for (const { mailbox, database, server } of homes) {
    const at = identities.find(mailbox)
    if (typeof at !== 'number') continue
    const known = mailboxes[at]!
    // Where no server is told a database stands in its place.
    const isTold = known.server !== '' && known.server !== known.database
    const where = isTold ? known.server : (server ?? (known.server || (database ?? '')))
    const lies = known.database ?? database
    mailboxes[at] = { ...known, server: where, ...(lies !== undefined && { database: lies }) }
  }
}

function addSizes(
  mailboxes: PlanMailbox[],
  identities: IdentityIndex,
  sizes: readonly FoundSize[],
  notes: string[],
): void {
  const unknown: string[] = []
  for (const { names, sizeBytes, items } of sizes) {
    const at = names.map((name) => identities.find(name)).find((found) => typeof found === 'number')
    if (at === undefined) unknown.push(names.at(-1) ?? '?')
    else mailboxes[at] = { ...mailboxes[at]!, sizeBytes, items }
  }
  if (unknown.length > 0) {
    notes.push(`${unknown.length} sizes belong to no mailbox that is listed: ${some(unknown)}.`)
  }
}

async function addAnnounced(
  mailboxes: PlanMailbox[],
  identities: IdentityIndex,
  file: string,
  notes: string[],
  { signal, today }: Pick<Reading, 'signal' | 'today'>,
): Promise<void> {
  const gone: string[] = []
  for await (const { address, day, batch, pilot } of readAnnounced(file, signal)) {
    const at = identities.find(address)
    const told = {
      announcedDay: day,
      ...(batch !== null && { announcedBatch: batch }),
      // Whoever missed the pilot's night has no other pilot to wait for.
      ...(pilot && day >= today && { pilot, announcedPilot: true }),
    }
    if (typeof at === 'number') mailboxes[at] = { ...mailboxes[at]!, ...told }
    else gone.push(address)
  }
  if (gone.length > 0)
    notes.push(
      `${counted(gone.length, 'mailbox that was announced is', 'mailboxes that were announced are')} listed no more: ${some(gone)}.`,
    )
}

/** What whoever plans should look at before the plan is told to anybody. */
function grantNotes(
  mailboxes: readonly PlanMailbox[],
  { grants, leftOut, ignoredNobody }: Collected,
): string[] {
  const notes: string[] = []
  if (ignoredNobody.length > 0)
    notes.push(
      `${counted(ignoredNobody.length, 'grantee', 'grantees')} to be ignored (--ignore-grantee, ignoreGrantees) ` +
        `${ignoredNobody.length === 1 ? 'is' : 'are'} neither a mailbox nor named by any grant: ${some(ignoredNobody)}.`,
    )
  notes.push(...unlistedNotes(leftOut, (reason) => needsLook.has(reason)))
  const wide = ofMany(grants, mailboxes.length)
  for (const [grantee, owners] of wide.slice(0, 10)) {
    const { id } = mailboxes[grantee]!
    notes.push(
      `${id} has rights in ${owners.size} of ${mailboxes.length} mailboxes and looks like a service account. ` +
        `--ignore-grantee ${id} leaves it out.`,
    )
  }
  const lost = leftOut.kept.filter(({ grantee, owner }) => /\w\?|\?\w/.test(grantee + owner)).length
  if (lost > 0) {
    notes.push(
      `${lost} names have question marks: the export lost letters. Export again with Export-Csv -Encoding UTF8.`,
    )
  }
  return notes
}

/** Grantees with rights in a quarter of all mailboxes, in the order in which they were read, and the mailboxes of each. */
function ofMany(grants: GrantTable, mailboxes: number): [grantee: number, owners: Set<number>][] {
  const least = Math.max(50, mailboxes / 4)
  const counts = new Int32Array(mailboxes)
  for (let at = 0; at < grants.count; at++) counts[grants.granteeOf(at)]!++
  // A set for each of a million would take more than all else that is read.
  const reach = new Map<number, Set<number>>()
  for (let at = 0; at < grants.count; at++) {
    const grantee = grants.granteeOf(at)
    if (counts[grantee]! >= least) reach.getOrInsert(grantee, new Set()).add(grants.ownerOf(at))
  }
  return [...reach].filter(([, owners]) => owners.size >= least)
}

function grantAsides({ leftOut, doubles }: Collected): string[] {
  const told = unlistedNotes(leftOut, (reason) => !needsLook.has(reason))
  if (doubles === 0) return told
  return [`${counted(doubles, 'grant was', 'grants were')} told more than once; each counts once.`, ...told]
}

const unlistedNotes = (leftOut: LeftOutList, wanted: (reason: LeftOutReason) => boolean): string[] =>
  [...leftOut.counts.keys()]
    .filter((reason) => wanted(reason) && leftOut.unlisted(reason) > 0)
    .map((reason) => {
      const more = counted(leftOut.unlisted(reason), 'more row', 'more rows')
      return `left-out.csv does not name ${more} of one kind: ${leftOutWords[reason]}.`
    })

const some = (names: readonly string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
