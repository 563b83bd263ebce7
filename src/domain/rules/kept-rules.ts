import { randomBytes } from 'node:crypto'
import { readSettings } from '../calendar/settings.ts'
import type { FolderNo, ItemNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { changedLists, type JunkChange, type JunkLists, noJunkLists } from './junk-lists.ts'
import { RULE_LIMITS, type Rule } from './rule.ts'

const NAME = 'Landbridge.InboxRules'

/** A rule not yet kept, and its place among the others, from 1. */
export type PlacedRule = { rule: Omit<Rule, 'id'>; place: number }

export type RuleChange =
  | ({ kind: 'create' } & PlacedRule)
  | ({ kind: 'set'; id: string } & PlacedRule)
  | { kind: 'delete'; id: string }

/** What is asked of each message on its way into a mailbox lies together, so that it is one read. */
type Kept = { rules: readonly Rule[]; junk: JunkLists }

/** Rules in the order in which they are asked, and whom the owner always or never wants in Junk. */
export const mailRules = (mailboxes: MailboxReader, at: MailboxRef): Promise<Kept> =>
  readSettings<Kept>(mailboxes, at, NAME, { rules: [], junk: noJunkLists })

/** The rules of a mailbox in the order in which they are asked. */
export const inboxRules = async (mailboxes: MailboxReader, at: MailboxRef): Promise<readonly Rule[]> =>
  (await mailRules(mailboxes, at)).rules

export const junkLists = async (mailboxes: MailboxReader, at: MailboxRef): Promise<JunkLists> =>
  (await mailRules(mailboxes, at)).junk

/** Within a transaction. */
export async function setJunkLists(mailboxes: MailboxWriter, at: MailboxRef, junk: JunkLists): Promise<void> {
  await write(mailboxes, at, { ...(await mailRules(mailboxes, at)), junk })
}

/** In one transaction. Answers the lists as they are then, and whether that is new. Refuses as `changedLists`. */
export function changeJunkLists(
  store: Store,
  at: MailboxRef,
  change: JunkChange,
): Promise<{ lists: JunkLists; isNew: boolean }> {
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const before = await junkLists(mailboxes, at)
    const lists = changedLists(before, change)
    const isNew = JSON.stringify(lists) !== JSON.stringify(before)
    if (isNew) await setJunkLists(mailboxes, at, lists)
    return { lists, isNew }
  })
}

async function write(mailboxes: MailboxWriter, at: MailboxRef, { rules, junk }: Kept): Promise<void> {
  const root = await mailboxes.findFolder(at, { distinguished: 'root' })
  if (root === undefined) throw new Refusal('no-such-folder', 'The mailbox has no root folder for settings.')
  const isEmpty = Object.values(junk).every((list) => list.length === 0)
  const content = { rules, ...(!isEmpty && { junk }) }
  await mailboxes.putConfiguration(at, root.no, NAME, rules.length === 0 && isEmpty ? null : content)
}

/** Changes rules, all of these or none. Refuses `no-such-item` for a rule that is not there, `limit-exceeded` when they are too much. */
export async function changeRules(
  store: Store,
  at: MailboxRef,
  changes: readonly RuleChange[],
): Promise<readonly Rule[]> {
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const kept = await mailRules(mailboxes, at)
    const rules = changes.reduce(changed, kept.rules)
    const bytes = bytesOfRules(rules)
    if (bytes > RULE_LIMITS.totalBytes)
      throw new Refusal(
        'limit-exceeded',
        `The rules have ${bytes} octets, and at most ${RULE_LIMITS.totalBytes} are kept. Remove some, or lists in them.`,
      )
    await write(mailboxes, at, { ...kept, rules })
    return rules
  })
}

/** As they are kept, near enough: rules without a number count as if they had one. */
export const bytesOfRules = (rules: readonly (Omit<Rule, 'id'> & { id?: string })[]): number =>
  Buffer.byteLength(JSON.stringify(rules.map((rule) => ({ id: 'aaaaaaaaaaa=', ...rule }))))

/** Puts rules behind those that are kept, in the transaction of whoever has looked whether they fit. */
export async function keepRules(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  fresh: readonly Omit<Rule, 'id'>[],
): Promise<void> {
  const kept = await mailRules(mailboxes, at)
  let { rules } = kept
  for (const rule of fresh) rules = [...rules, { id: newId(rules), ...rule }]
  await write(mailboxes, at, { ...kept, rules })
}

function changed(rules: readonly Rule[], change: RuleChange): readonly Rule[] {
  if (change.kind === 'create') return placed(rules, { id: newId(rules), ...change.rule }, change.place)
  const others = rules.filter(({ id }) => id !== change.id)
  if (others.length === rules.length) throw new Refusal('no-such-item', 'There is no such rule.')
  return change.kind === 'delete' ? others : placed(others, { id: change.id, ...change.rule }, change.place)
}

const placed = (rules: readonly Rule[], rule: Rule, place: number): Rule[] =>
  rules.toSpliced(Math.max(0, Math.min(place - 1, rules.length)), 0, rule)

function newId(rules: readonly Rule[]): string {
  for (;;) {
    const id = randomBytes(8).toString('base64')
    if (rules.every((rule) => rule.id !== id)) return id
  }
}

/** Whether everything is there that a rule works with: its folders and its answer. One of which it is not is left alone. */
export async function isInOrder(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { actions: { moveTo, copyTo, replyWith } }: Rule,
): Promise<boolean> {
  for (const folder of [moveTo, copyTo])
    if (folder !== undefined && !(await isFolder(mailboxes, at, folder))) return false
  return replyWith === undefined || (await isAnswer(mailboxes, at, replyWith))
}

/** A folder that messages can be put into. */
export async function isFolder(mailboxes: MailboxReader, at: MailboxRef, folder: FolderNo): Promise<boolean> {
  try {
    return (await mailboxes.getFolder(at, folder)).class !== 'search'
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-such-folder') return false
    throw error
  }
}

/** A message that can be an answer. */
export async function isAnswer(mailboxes: MailboxReader, at: MailboxRef, item: ItemNo): Promise<boolean> {
  const [found] = await mailboxes.getItems(at, [item])
  return found?.class === 'message' && found.body !== null
}
