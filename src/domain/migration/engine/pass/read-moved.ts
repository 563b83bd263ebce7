import type { Item } from '../../../mailbox/item.ts'
import type { SourceChange, SourceFacts } from '../../source.ts'
import { factsDigest, factsDigestHere } from '../items/canonical.ts'
import type { ChangeStep } from '../ledger/decide-change.ts'
import type { PassRun } from '../ledger/page-run.ts'

type Planned = { change: SourceChange; step: ChangeStep }

/**
 * A list tells marks of what moved, and not what else was changed of it meanwhile (follow-up, reminder, importance, class, retention
 * tag, its subject): what is not any more what it is here is read where it has come to.
 */
export async function readMoved(
  { store, at, lane, source }: Pick<PassRun, 'store' | 'at' | 'lane' | 'source'>,
  planned: readonly Planned[],
): Promise<readonly Planned[]> {
  const moved = planned.flatMap(({ change, step }) => (isUnread(step) ? change.key : []))
  if (source.facts === undefined || moved.length === 0) return planned
  const told = await lane.call((signal) => source.facts!(moved, signal))
  const nos = planned.flatMap(({ step }) => (isUnread(step) ? step.row.item! : []))
  const items = await store.mailboxes.getItems(at, nos, ['summary', 'properties'])
  const here = new Map(items.map((item) => [item.no, item]))
  return planned.map((each): Planned => {
    const { change, step } = each
    if (!isUnread(step)) return each
    const item = here.get(step.row.item!)
    const facts = told.get(change.key)
    if (item === undefined || (facts !== undefined && isAsHere(facts, item))) return each
    return { change, step: step.do === 'copy' ? { do: 'read', row: undefined } : { ...step, read: true } }
  })
}

type Moved = Extract<ChangeStep, { do: 'move' | 'adopt' | 'copy' }>

/** Not what was deleted here. */
const isUnread = (step: ChangeStep): step is Moved =>
  (((step.do === 'move' || step.do === 'adopt') && !step.read) || step.do === 'copy') &&
  step.row.item !== null

/** PidTagCreationTime: who moves an item may make it anew. */
const CREATED = '0x3007:SystemTime'

const isAsHere = (facts: SourceFacts, item: Item): boolean =>
  factsDigest(withoutCreated(facts)) === factsDigestHere(withoutCreated(item)) &&
  words(facts.title) === words(item.summary?.subject ?? '')

function withoutCreated<T extends { properties?: object | null }>(given: T): T {
  const { [CREATED]: _, ...properties } = (given.properties ?? {}) as Record<string, unknown>
  return { ...given, properties }
}

const words = (text: string): string => text.trim().replace(/\s+/g, ' ')
