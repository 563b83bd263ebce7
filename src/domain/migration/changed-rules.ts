import type { FolderNo, ItemNo } from '../mailbox/item.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { inboxRules } from '../rules/kept-rules.ts'
import type { Rule } from '../rules/rule.ts'
import {
  type LeftRule,
  placeOfRules,
  type RuleReaders,
  sameAs,
  translated,
  Untranslatable,
} from './inbox-rules.ts'
import type { Loss, RuleOrder, SourceRule, SourceRuleFolder } from './source.ts'

/** A rule that stands otherwise here than at the source. */
export type ChangedRule =
  | { kind: 'made'; here: Rule }
  | { kind: 'changed'; here: Rule; was: SourceRule }
  | { kind: 'deleted'; was: SourceRule }

export type ChangedRules = {
  /** Those of the source. */
  there: readonly SourceRule[]
  /** Those that are here, in their order, and then what is here no more. */
  rules: readonly (ChangedRule | { kind: 'same'; was: SourceRule })[]
  /** The order of those that both sides have is another. */
  isReordered: boolean
}

/**
 * What was done here with rules since the source had these. One of the source that did not come, or that rules here cannot say, was
 * not deleted here, and whoever made one of its name has done it by hand.
 */
export async function changedRules(
  readers: RuleReaders,
  at: MailboxRef,
  source: string,
  { rules, leftRules = [] }: { rules: readonly SourceRule[]; leftRules?: readonly LeftRule[] },
): Promise<ChangedRules> {
  const here = await inboxRules(readers.mailboxes, at)
  const place = await placeOfRules(readers, at, source)
  const brought: { said: string; was: SourceRule; place: number }[] = []
  const untold = new Set(leftRules.map(({ rule }) => rule.name))
  for (const [index, rule] of rules.entries())
    try {
      brought.push({ said: sameAs(await translated(readers, at, place, rule)), was: rule, place: index })
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      untold.add(rule.name)
    }
  const told = here.map(({ id: _, ...rule }) => sameAs(rule))
  const places: number[] = []
  const same = told.map((said) => {
    // Of rules that say the same, the one that stands behind the last that was found.
    const alike = brought.filter((each) => each.said === said)
    const found = alike.find((each) => each.place > (places.at(-1) ?? -1)) ?? alike[0]
    if (found === undefined) return undefined
    places.push(found.place)
    brought.splice(brought.indexOf(found), 1)
    return found.was
  })
  const isTold = ({ said }: { said: string }) => told.includes(said)
  const missing = brought.filter((each) => !isTold(each))
  // One that is here less often than there is not deleted: the same was here before the move, or one of them was changed.
  const twins = brought.filter(isTold)
  const found = here.flatMap((rule, index): ChangedRules['rules'] => {
    const was = same[index]
    if (was !== undefined) return [{ kind: 'same', was }]
    for (const list of [missing, twins]) {
      const at = list.findIndex(({ was: { name } }) => name === rule.name)
      if (at >= 0) return [{ kind: 'changed', here: rule, was: list.splice(at, 1)[0]!.was }]
    }
    return untold.has(rule.name) ? [] : [{ kind: 'made', here: rule }]
  })
  return {
    there: rules,
    rules: [...found, ...missing.map(({ was }): ChangedRule => ({ kind: 'deleted', was }))],
    isReordered: places.some((each, index) => index > 0 && each < places[index - 1]!),
  }
}

/** What nobody did there of the rules. */
export function lossOfRule(change: ChangedRule, why = ''): Loss {
  const said = {
    made: 'It was made here and is not there since the move.',
    changed: 'It was changed here and is as it was there since the move.',
    deleted: 'It was deleted here and is still there since the move.',
  }[change.kind]
  const { name } = change.kind === 'deleted' ? change.was : change.here
  const reason = [said, why, 'Do the same there, if it is still wanted.'].filter((part) => part !== '')
  return { property: `rule "${name}"`, reason: reason.join(' '), weight: 'visible' }
}

export const orderLoss: Loss = {
  property: 'order of the rules',
  reason:
    'It was changed here and is as it was there since the move. Put them in order there, if it is still wanted.',
  weight: 'visible',
}

type OrderedRule = { change: ChangedRule; order?: RuleOrder; why?: string }

/** What the source is asked for each change, or why it cannot be asked. */
export function ruleOrders(
  { rules }: ChangedRules,
  asThere: (rule: Rule) => SourceRule,
): readonly OrderedRule[] {
  let behind: SourceRule | null = null
  return rules.flatMap((each): OrderedRule[] => {
    if (each.kind === 'deleted') return [{ change: each, order: { kind: 'delete', was: each.was } }]
    if (each.kind === 'same') {
      behind = each.was
      return []
    }
    try {
      const rule = asThere(each.here)
      const order: RuleOrder =
        each.kind === 'made' ? { kind: 'make', rule, behind } : { kind: 'set', was: each.was, rule }
      behind = rule
      return [{ change: each, order }]
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error
      return [{ change: each, why: error.message }]
    }
  })
}

/** Rules of the source after a change is done there. */
export function rulesAfter(rules: readonly SourceRule[], order: RuleOrder): readonly SourceRule[] {
  if (order.kind === 'make') {
    const before = order.behind === null ? undefined : rules.indexOf(order.behind)
    return rules.toSpliced(before === undefined ? 0 : before < 0 ? rules.length : before + 1, 0, order.rule)
  }
  const at = rules.indexOf(order.was)
  return order.kind === 'set' ? rules.with(at, order.rule) : rules.toSpliced(at, 1)
}

/**
 * Says rules of this mailbox as the source does, which has these: folders by the keys of the ledger or by what they are for, an
 * answer by the rule that brought it.
 */
export async function rulesThere(
  readers: RuleReaders,
  at: MailboxRef,
  source: string,
  rules: readonly SourceRule[],
): Promise<(rule: Rule) => SourceRule> {
  const rows = await readers.migration.listLedgerFolders(at, source)
  const keys = new Map(rows.toReversed().flatMap(({ key, target, gone }) => (gone ? [] : [[target, key]])))
  const here = new Map((await readers.mailboxes.listFolders(at)).map((folder) => [folder.no, folder]))
  const answers = rules.flatMap(({ actions }) => actions.replyWith ?? [])
  const items = await readers.migration.findLedgerItems(at, source, answers)
  const brought = new Map<ItemNo, string>(
    [...items].flatMap(([key, { item }]) => (item === null ? [] : [[item, key]])),
  )
  const folder = (no: FolderNo): SourceRuleFolder => {
    const key = keys.get(no)
    if (key !== undefined) return { key }
    const role = here.get(no)?.distinguished
    if (role == null)
      throw new Untranslatable(`The folder "${here.get(no)?.name ?? ''}" it puts mail into is not there.`)
    return { role }
  }
  const answer = (no: ItemNo): string => {
    const key = brought.get(no)
    if (key === undefined) throw new Untranslatable('The message it answers with is here alone.')
    return key
  }
  return ({ id: _, actions: { copyTo, moveTo, replyWith, ...actions }, ...rule }) => ({
    ...rule,
    actions: {
      ...actions,
      ...(copyTo !== undefined && { copyTo: folder(copyTo) }),
      ...(moveTo !== undefined && { moveTo: folder(moveTo) }),
      ...(replyWith !== undefined && { replyWith: answer(replyWith) }),
    },
  })
}
