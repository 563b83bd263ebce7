import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { primaryAddress } from '../directory/entry.ts'
import type { DirectoryReader } from '../directory/store.ts'
import type { FolderNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { bytesOfRules, inboxRules, isAnswer, isFolder, keepRules } from '../rules/kept-rules.ts'
import { RULE_LIMITS, type Rule, type RulePerson, type RuleTests } from '../rules/rule.ts'
import type { Writer } from '../store.ts'
import { findParty } from './engine/grants/grants.ts'
import type { Loss, SourceRule, SourceRuleFolder } from './source.ts'
import type { MigrationReader } from './store.ts'

type NewRule = Omit<Rule, 'id'>
/** One of the source that does not come, and why. */
export type LeftRule = { rule: SourceRule; why: string }
export type RuleReaders = {
  migration: Pick<MigrationReader, 'listLedgerFolders' | 'findLedgerItems'>
  mailboxes: MailboxReader
  directory: DirectoryReader
}

/** What a rule of one side asks for and the other cannot do. */
export class Untranslatable extends Error {}

/**
 * What has to be added to the rules of a mailbox so that it has those of the source: folders and answers through the ledger, people
 * by their addresses. One that is there already is not named again. A rule that cannot be said as a whole is lost as a whole, since
 * half of it would do what nobody asked for.
 */
export async function translateRules(
  readers: RuleReaders,
  at: MailboxRef,
  source: string,
  rules: readonly SourceRule[],
): Promise<{ rules: readonly NewRule[]; left: readonly LeftRule[] }> {
  if (rules.length === 0) return { rules: [], left: [] }
  const place = await placeOfRules(readers, at, source)
  const known = await inboxRules(readers.mailboxes, at)
  const told = new Set(known.map(({ id: _, ...rule }) => sameAs(rule)))
  const fresh: NewRule[] = []
  const left: LeftRule[] = []
  for (const rule of rules)
    try {
      const here = await translated(readers, at, place, rule)
      if (told.has(sameAs(here))) continue
      if (bytesOfRules([...known, ...fresh, here]) > RULE_LIMITS.totalBytes)
        throw new Untranslatable(`rules of more than ${RULE_LIMITS.totalBytes / 1024} KB are not kept`)
      fresh.push(here)
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      left.push({ rule, why: error.message })
    }
  return { rules: fresh, left }
}

export const lossOfLeft = ({ rule: { name }, why }: LeftRule): Loss => ({
  property: `rule "${name}"`,
  reason: `It did not come over: ${why}. Make it anew.`,
  weight: 'visible',
})

/**
 * Gives a mailbox, inside the transaction that makes its owner at home here, the rules that it had: behind those that are there.
 * One that is there already is not added again. Answers those that do not come.
 */
export async function applyRules(
  writer: Writer,
  at: MailboxRef,
  source: string,
  rules: readonly SourceRule[],
): Promise<readonly LeftRule[]> {
  const { rules: fresh, left } = await translateRules(writer, at, source, rules)
  if (fresh.length > 0) await keepRules(writer.mailboxes, at, fresh)
  return left
}

/** The same for two rules that say the same, whatever the order of their members. */
export const sameAs = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

export type RulePlace = { source: string; folders: ReadonlyMap<string, FolderNo> }

/** Where the folders of a source are here. */
export async function placeOfRules(
  { migration }: Pick<RuleReaders, 'migration'>,
  at: MailboxRef,
  source: string,
): Promise<RulePlace> {
  const ledger = await migration.listLedgerFolders(at, source)
  return { source, folders: new Map(ledger.map(({ key, target }) => [key, target])) }
}

/** A rule of the source as one of this mailbox; throws `Untranslatable`. */
export async function translated(
  readers: RuleReaders,
  at: MailboxRef,
  place: RulePlace,
  { name, enabled, conditions, exceptions, actions }: SourceRule,
): Promise<NewRule> {
  const { copyTo, moveTo, replyWith, forwardTo, forwardAttachedTo, redirectTo, ...others } = actions
  const people = (list: readonly RulePerson[] | undefined) => peopleHere(readers.directory, at, list)
  const folder = (given: SourceRuleFolder | undefined) => folderHere(readers.mailboxes, at, place, given)
  const [forward, attached, redirect] = [
    await people(forwardTo),
    await people(forwardAttachedTo),
    await people(redirectTo),
  ]
  const [copied, moved] = [await folder(copyTo), await folder(moveTo)]
  const answer = replyWith === undefined ? undefined : await answerHere(readers, at, place.source, replyWith)
  for (const list of [forward, attached, redirect])
    if ((list?.length ?? 0) > RULE_LIMITS.recipients)
      throw new Untranslatable(`it sends to more than ${RULE_LIMITS.recipients} people`)
  return {
    name: name.slice(0, RULE_LIMITS.name),
    enabled,
    conditions: await testsHere(readers, at, conditions),
    exceptions: await testsHere(readers, at, exceptions),
    actions: {
      ...others,
      ...(copied !== undefined && { copyTo: copied }),
      ...(moved !== undefined && { moveTo: moved }),
      ...(forward && { forwardTo: forward }),
      ...(attached && { forwardAttachedTo: attached }),
      ...(redirect && { redirectTo: redirect }),
      ...(answer !== undefined && { replyWith: answer }),
    },
  }
}

async function testsHere({ directory }: RuleReaders, at: MailboxRef, tests: RuleTests): Promise<RuleTests> {
  const { from, sentTo, contains, categories, itemClasses } = tests
  const lists = [
    ...Object.values(contains ?? {}),
    categories ?? [],
    itemClasses ?? [],
    from ?? [],
    sentTo ?? [],
  ]
  if (lists.some((list) => list.length > RULE_LIMITS.list))
    throw new Untranslatable(`one of its lists has more than ${RULE_LIMITS.list} entries`)
  const senders = await peopleHere(directory, at, from)
  const recipients = await peopleHere(directory, at, sentTo)
  return { ...tests, ...(senders && { from: senders }), ...(recipients && { sentTo: recipients }) }
}

/** Old Exchange writes people by their distinguished names, which the address book knows as X500 addresses. */
async function peopleHere(
  directory: DirectoryReader,
  { organization }: MailboxRef,
  list: readonly RulePerson[] | undefined,
): Promise<readonly RulePerson[] | undefined> {
  if (list === undefined) return undefined
  const people: RulePerson[] = []
  for (const { name, address } of list) {
    const written = address.includes('@') && !address.startsWith('/') ? address : undefined
    const entry = written === undefined ? await findParty(directory, organization, address) : undefined
    const found = written ?? (entry && primaryAddress(entry))
    if (found == null || !isAddress(found))
      throw new Untranslatable(`it names "${name ?? address}", whose address nobody here knows`)
    people.push({ ...(name !== undefined && { name }), address: found })
  }
  return people
}

function isAddress(text: string): boolean {
  try {
    parseAddrSpec(text)
    return true
  } catch {
    return false
  }
}

async function folderHere(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { folders }: RulePlace,
  given: SourceRuleFolder | undefined,
): Promise<FolderNo | undefined> {
  if (given === undefined) return undefined
  const found =
    'key' in given
      ? folders.get(given.key)
      : (await mailboxes.findFolder(at, { distinguished: given.role }))?.no
  if (found !== undefined && (await isFolder(mailboxes, at, found))) return found
  throw new Untranslatable('the folder it puts mail into did not come over')
}

async function answerHere(
  { migration, mailboxes }: RuleReaders,
  at: MailboxRef,
  source: string,
  key: string,
) {
  const item = (await migration.findLedgerItems(at, source, [key])).get(key)?.item
  if (item != null && (await isAnswer(mailboxes, at, item))) return item
  throw new Untranslatable('the message it answers with lies where no program reads it')
}
