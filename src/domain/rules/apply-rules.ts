import type {
  AppliedRule,
  MailboxDecision,
  MailboxStep,
  Ruled,
  RuleLetter,
} from '../delivery/mailbox-step.ts'
import { primaryAddress } from '../directory/entry.ts'
import { Flag, type FolderNo } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import type { Store } from '../store.ts'
import { isFor } from './judge-rule.ts'
import { judgeSender, type MailPeople } from './junk-lists.ts'
import { isInOrder, mailRules } from './kept-rules.ts'
import { addressesIn, MessageFacts } from './message-facts.ts'
import { type Rule, type RuleActions, ruleImportances } from './rule.ts'

/** PidTagImportance. */
const IMPORTANCE = '0x0017:Integer'

/**
 * What the owner's rules make of a message that comes into the inbox: each rule in its order, until one stops. A rule whose folder
 * or answer is gone is left alone. What is junk, by verdict or by the owner's lists, does not come into the inbox, and no rule sees it; who
 * is safe is spared the verdict of the spam scanner alone, as whoever forges a sender or sends what could not be scanned is not.
 */
export function rulesStep({ store, now }: { store: Store; now: () => number }): MailboxStep {
  return async (delivery) => {
    const { mailboxes, directory } = store
    const at = { organization: delivery.organization, mailbox: delivery.mailbox }
    if (delivery.junk && !delivery.onlySpam) return intoJunk
    const kept = await mailRules(mailboxes, at)
    const judged = judgeSender(kept.junk, peopleOf(delivery))
    if (delivery.junk ? judged !== 'safe' : judged === 'blocked') return intoJunk
    const rules = kept.rules.filter(({ enabled }) => enabled)
    if (rules.length === 0) return { folder: 'inbox', redirectTo: [] }
    const facts = new MessageFacts(directory, delivery, now())
    const outcome = new Outcome()
    for (const rule of rules) {
      if (!(await isInOrder(mailboxes, at, rule)) || !(await isFor(rule, facts))) continue
      outcome.apply(rule)
      if (rule.actions.stop) break
    }
    return outcome.decision(mailboxes, at, primaryAddress(delivery.entry) ?? '')
  }
}

const intoJunk: MailboxDecision = { folder: 'junkemail', redirectTo: [] }

function peopleOf({ envelope, sender }: Parameters<MailboxStep>[0]): MailPeople {
  const { from, sender: by, to, cc } = envelope
  const authors = addressesIn(from)
  const senders = [...authors, ...addressesIn(by), ...(sender === '' ? [] : [sender.toLowerCase()])]
  return { authors, senders, recipients: [...addressesIn(to), ...addressesIn(cc)] }
}

/** What several rules come to together. */
class Outcome {
  readonly #applied: Rule[] = []

  apply(rule: Rule): void {
    this.#applied.push(rule)
  }

  async decision(mailboxes: MailboxReader, at: MailboxRef, own: string): Promise<MailboxDecision> {
    if (this.#applied.length === 0) return { folder: 'inbox', redirectTo: [] }
    const all = this.#applied.map(({ actions }) => actions)
    const has = (key: 'delete' | 'permanentDelete') => all.some((actions) => actions[key])
    const folderNo = async (name: string) => (await mailboxes.findFolder(at, { distinguished: name }))?.no
    const moved = all.flatMap(({ moveTo }) => moveTo ?? [])
    const copied = all.flatMap(({ copyTo }) => copyTo ?? [])
    const kept = await this.#keptIn(moved, has('delete'), has('permanentDelete'), folderNo)
    const folders = [...new Set([...kept, ...copied])]
    const redirected = addressesOf(all.flatMap((actions) => actions.redirectTo ?? []))
    const redirectTo = redirected.filter((address) => address !== own.toLowerCase())
    const ruled: Ruled = {
      folders,
      flags: all.some(({ markAsRead }) => markAsRead) ? Flag.seen : 0,
      keywords: [...new Set(all.flatMap(({ assignCategories }) => assignCategories ?? []))],
      properties: importanceOf(all),
      letters: lettersOf(all, own),
      applied: await Promise.all(this.#applied.map((rule) => told(mailboxes, at, rule))),
    }
    // Who redirects to the own address wants it here.
    const gone = folders.length === 0 && redirectTo.length === redirected.length
    return { folder: gone ? null : 'inbox', redirectTo, ruled }
  }

  /** Several moves put a copy into each folder, as in Exchange; whoever is moved is not in the inbox. */
  async #keptIn(
    moved: readonly FolderNo[],
    deleted: boolean,
    gone: boolean,
    folderNo: (name: string) => Promise<FolderNo | undefined>,
  ): Promise<readonly FolderNo[]> {
    if (gone) return moved
    const places = deleted ? [...moved, await folderNo('deleteditems')] : [...moved]
    const there = places.filter((no) => no !== undefined)
    if (there.length > 0) return there
    const inbox = await folderNo('inbox')
    return inbox === undefined ? [] : [inbox]
  }
}

const addressesOf = (people: readonly { address: string }[]): string[] => [
  ...new Set(people.map(({ address }) => address.toLowerCase())),
]

function importanceOf(all: readonly RuleActions[]): Ruled['properties'] {
  const last = all.findLast(({ importance }) => importance !== undefined)?.importance
  return last === undefined ? {} : { [IMPORTANCE]: String(ruleImportances.indexOf(last)) }
}

function lettersOf(all: readonly RuleActions[], own: string): RuleLetter[] {
  const others = (people: RuleActions['forwardTo'] = []) =>
    people.filter(({ address }) => address.toLowerCase() !== own.toLowerCase())
  return all.flatMap(({ forwardTo, forwardAttachedTo, replyWith }) => {
    const forward: RuleLetter = { kind: 'forward', to: others(forwardTo) }
    const attached: RuleLetter = { kind: 'forward-attached', to: others(forwardAttachedTo) }
    return [
      ...[forward, attached].filter(({ to }) => to.length > 0),
      ...(replyWith === undefined ? [] : [{ kind: 'reply', with: replyWith } as const]),
    ]
  })
}

/** In the words of MON-10. */
async function told(mailboxes: MailboxReader, at: MailboxRef, { name, actions }: Rule): Promise<AppliedRule> {
  const target = actions.moveTo ?? actions.copyTo
  const folder = target === undefined ? undefined : (await mailboxes.getFolder(at, target)).name
  const sent = [
    ['FORWARD', actions.forwardTo],
    ['FORWARD_AS_ATTACHMENT', actions.forwardAttachedTo],
    ['REDIRECT', actions.redirectTo],
  ] as const
  const done = [
    ['MOVE', actions.moveTo],
    ['COPY', actions.copyTo],
    ['DELETE', actions.delete],
    ['PERMANENT_DELETE', actions.permanentDelete],
    ['MARK_AS_READ', actions.markAsRead],
    ['MARK_IMPORTANCE', actions.importance],
    ['ASSIGN_CATEGORIES', actions.assignCategories],
    ['REPLY', actions.replyWith],
    ['STOP', actions.stop],
  ] as const
  return {
    name,
    actions: [
      ...done.flatMap(([action, value]) => (value === undefined ? [] : [{ action }])),
      ...sent.flatMap(([action, to = []]) =>
        to.length === 0 ? [] : [{ action, recipients: addressesOf(to) }],
      ),
    ],
    ...(folder !== undefined && { folder }),
    recipients: sent.flatMap(([, to = []]) => addressesOf(to)),
  }
}
