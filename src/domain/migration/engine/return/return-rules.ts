import {
  type ChangedRules,
  lossOfRule,
  orderLoss,
  ruleOrders,
  rulesAfter,
  rulesThere,
} from '../../changed-rules.ts'
import type { Loss } from '../../source.ts'
import type { PassRun } from '../ledger/page-run.ts'
import { refusedThere } from '../ledger/refused-there.ts'
import { noteThere } from '../settings/kept-settings.ts'

/** Changes at the source the rules that were changed here since the move. As `returnSettings`. */
export async function returnRules(run: PassRun, changed: ChangedRules): Promise<readonly Loss[]> {
  const { store, at, member } = run
  const ofOrder = changed.isReordered ? [orderLoss] : []
  if (changed.rules.every(({ kind }) => kind === 'same')) return ofOrder
  const asked = ruleOrders(changed, await rulesThere(store, at, member.source, changed.there))
  const orders = asked.flatMap(({ order }) => order ?? [])
  const answers = await ask(run, orders)
  const refused = new Map(orders.map((order, index) => [order, answers[index] ?? null]))
  const done = orders.filter((order) => refused.get(order) === null)
  if (done.length > 0) await noteThere(run, { rules: done.reduce(rulesAfter, changed.there) })
  const losses = asked.flatMap(({ change, order, why }) => {
    const reason = order === undefined ? why : refused.get(order)
    return reason == null ? [] : lossOfRule(change, reason)
  })
  return [...losses, ...ofOrder]
}

type Orders = Parameters<NonNullable<NonNullable<PassRun['source']['returns']>['changeRules']>>[0]

async function ask(run: PassRun, orders: Orders): Promise<readonly (string | null)[]> {
  const change = run.source.returns?.changeRules
  if (orders.length === 0) return []
  if (change === undefined) return orders.map(() => 'The source takes none.')
  try {
    return await run.lane.call((signal) => change(orders, signal))
  } catch (error) {
    const why = refusedThere(error)
    return orders.map(() => why)
  }
}
