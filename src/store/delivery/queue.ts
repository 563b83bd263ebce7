import type { OrganizationId } from '#src/base/ids.ts'
import type { DeliveryQueue, Lease } from '#src/domain/delivery/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Driver, Sql } from '../driver/driver.ts'
import type { Sequence } from '../sequence.ts'
import type { Keys } from '../session.ts'
import { forgetTrace } from './forget-trace.ts'
import { freeLeases } from './free-leases.ts'
import { type LeaseTerms, leaseFrom } from './lease-route.ts'
import { destinationOf } from './queue-row.ts'
import type { QueueWatchers, TraceWatchers } from './queue-watchers.ts'

/** Mail of an organisation whose key is out of reach is looked at again after this. */
const KEY_WAIT_MS = 5 * 60_000

type RouteRow = { org: OrganizationId; route_key: Uint8Array }
type PageTerms = {
  now: number
  untilMs: number
  limit: number
  perRoute: number
  load: ReadonlyMap<string, number>
}
type Parts = { driver: Driver; keys: Keys; numbers: Sequence; watchers: QueueWatchers; traces: TraceWatchers }

/** The queue over all organisations. Everything it changes is durable before its calls resolve. */
export function deliveryQueue({ driver, keys, numbers, watchers, traces }: Parts): DeliveryQueue {
  const leasePage = async ({ now, untilMs, limit, perRoute, load }: PageTerms) => {
    const routes = await driver.read.all<RouteRow>(
      `SELECT org, route_key FROM queue_route WHERE ready_at <= ? ORDER BY ready_at, org, route_key LIMIT ?`,
      now,
      // So many may be passed over because they are busy.
      limit + load.size,
    )
    const room = (route: RouteRow) => perRoute - (load.get(destinationOf(route.org, route.route_key)) ?? 0)
    const free = routes.filter((route) => room(route) > 0)
    if (free.length === 0) return { leases: [], putOff: 0 }
    const opened = await openKeys(keys, free)
    const tokens: number[] = []
    while (tokens.length < limit) tokens.push(await numbers.next())
    return driver.transact(async (sql) => {
      const left = [...tokens]
      const leases: Lease[] = []
      let putOff = 0
      for (const route of free) {
        const key = opened.get(route.org)
        const terms: LeaseTerms = { now, untilMs, tokens: left, most: room(route) }
        const taken = key ? await leaseFrom(sql, key, route, terms) : await putRouteOff(sql, route, now)
        if (taken.length === 0) putOff++
        leases.push(...taken)
        if (left.length === 0) break
      }
      return { leases, putOff }
    })
  }

  return {
    async lease({ now, untilMs, limit, perRoute, busy }) {
      const leases: Lease[] = []
      const load = new Map(busy)
      // Routes that gave nothing (no key, damage) are put off and must not hide those behind them.
      for (let look = true; look && leases.length < limit; ) {
        const page = await leasePage({ now, untilMs, limit: limit - leases.length, perRoute, load })
        for (const { destination } of page.leases) load.set(destination, (load.get(destination) ?? 0) + 1)
        leases.push(...page.leases)
        look = page.putOff > 0
      }
      return leases
    },

    async nextDueAt(now) {
      const next = await driver.read.get<{ ready_at: number }>(
        'SELECT ready_at FROM queue_route WHERE ready_at > ? ORDER BY ready_at LIMIT 1',
        now,
      )
      return next?.ready_at ?? null
    },

    freeLeases: () => freeLeases(driver),
    watch: (queued) => watchers.add(queued),

    watchTrace: (traced) => traces.add(traced),
    forgetTrace: (before, limit) => forgetTrace(driver, before, limit),
  }
}

async function putRouteOff(sql: Sql, { org, route_key }: RouteRow, now: number): Promise<Lease[]> {
  await sql.run(
    'UPDATE queue_route SET ready_at = ? WHERE org = ? AND route_key = ?',
    now + KEY_WAIT_MS,
    org,
    route_key,
  )
  return []
}

/** Of organisations that are gone, or whose key is out of reach, there is none. */
async function openKeys(
  keys: Keys,
  routes: readonly RouteRow[],
): Promise<ReadonlyMap<OrganizationId, DataKey>> {
  const opened = new Map<OrganizationId, DataKey>()
  await Promise.all(
    [...new Set(routes.map(({ org }) => org))].map(async (org) => {
      try {
        opened.set(org, await keys.organization(org))
      } catch (error) {
        const absent =
          error instanceof Refusal && ['key-unavailable', 'no-such-organization'].includes(error.reason)
        if (!absent) throw error
      }
    }),
  )
  return opened
}
