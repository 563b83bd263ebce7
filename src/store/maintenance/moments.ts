import { isDeepStrictEqual } from 'node:util'
import type { OrganizationId } from '#src/base/ids.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Driver } from '../driver/driver.ts'
import type { Keyring } from '../keyring.ts'
import { type CheckRun, yielding } from './check-run.ts'
import { type Findings, foreignKey, fromBackup } from './findings.ts'
import type { Keepers } from './keepers.ts'

/** A look at one moment keeps the log from starting anew: after this long the next thing is looked at as it is then. */
const MOMENT_MS = 1_000

/** Does the next piece of work after `last`; undefined when there is none. */
type Step<C> = (run: CheckRun, last: C | undefined) => Promise<C | undefined>
export type Moments = <C>(step: Step<C>) => Promise<void>

/** Organisations that could not be verified, and why. */
export type WithoutKey = Map<OrganizationId, string>

/** Does steps until there are none left, as many as a moment has time for at one moment of the store. */
export function momentsOf(
  { driver, keys, keepers }: { driver: Driver; keys: Keyring; keepers: Keepers },
  findings: Findings,
  signal: AbortSignal,
): Moments {
  return async <C>(step: Step<C>) => {
    let last: C | undefined
    const oneMoment = () =>
      driver.snapshot(async (snapshot) => {
        const sql = yielding(snapshot, signal)
        const run: CheckRun = { sql, session: { sql, keys }, findings, signal }
        const until = performance.now() + MOMENT_MS
        do {
          const next = await step(run, last)
          // A number that no program can say is read as the one before it, and would be met for ever.
          if (next !== undefined && isDeepStrictEqual(next, last)) throw new Error('It comes no further')
          last = next
        } while (last !== undefined && performance.now() < until)
      })
    // What rows of that moment refer to must not go before it is looked at.
    do await keepers.keeping(oneMoment)
    while (last !== undefined)
  }
}

/** What needs a key, or undefined where it cannot be used: then `withoutKey` says why. */
export async function openedFor<T>(
  { findings }: CheckRun,
  where: string,
  opening: Promise<T>,
  organization: OrganizationId,
  withoutKey: WithoutKey,
): Promise<T | undefined> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { cause, reason, message } = error
    if (cause instanceof KeyUnavailable && cause.reason === 'damaged')
      findings.add(where, foreignKey, fromBackup)
    else if (reason === 'key-unavailable') withoutKey.set(organization, message)
    // It was destroyed since the moment that is checked.
    else if (reason !== 'no-such-organization' && reason !== 'no-such-mailbox') throw error
    return undefined
  }
}
