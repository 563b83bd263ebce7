import { isIPv6 } from 'node:net'
import { Recent } from '#src/base/recent.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** Failures are forgotten this long after the last one. */
const FORGET_MS = 60 * MINUTE
const MOST_REMEMBERED = 100_000

/** After `free` failures each one more doubles the wait, from one second to `mostMs`. */
type Patience = { free: number; mostMs: number }

/**
 * Somebody who tries one account from one place waits soon and long. The account itself, from anywhere, waits
 * late and briefly: otherwise a stranger could lock its owner out. A place that tries many accounts waits too.
 */
const PATIENCE = {
  pair: { free: 5, mostMs: 15 * MINUTE },
  account: { free: 50, mostMs: MINUTE },
  client: { free: 25, mostMs: 15 * MINUTE },
} as const satisfies Record<string, Patience>

type Failures = { count: number; last: number }
type Kind = keyof typeof PATIENCE
type Keys = readonly [readonly ['pair', string], ...(readonly [Kind, string])[]]
/** An attempt that has begun; it counts as a failure until it is known to be none. */
type Attempt = {
  succeeded(): void
  /** Nobody looked at the secret: it was neither right nor wrong. */
  uncounted(): void
}

/** Counts failures in memory and says how long to wait. `now` in epoch milliseconds. */
export class BackOff {
  readonly #now: () => number
  readonly #failures: Record<Kind, Recent<Failures>> = {
    pair: new Recent(MOST_REMEMBERED),
    account: new Recent(MOST_REMEMBERED),
    client: new Recent(MOST_REMEMBERED),
  }

  /** Accounts and places that have been right lately: strangers' failures elsewhere do not keep them out. */
  readonly #welcome = new Recent<true>(MOST_REMEMBERED)

  constructor(now: () => number) {
    this.#now = now
  }

  /** Milliseconds until the next attempt may be made; 0 when now. */
  waitMs(account: string, client: string): number {
    const now = this.#now()
    const keys = this.#keys(account, client)
    const welcome = this.#welcome.get(keys[0][1]) === true
    const waits = keys.map(([kind, key]) => {
      if (kind === 'account' && welcome) return 0
      const failures = this.#failures[kind].get(key)
      if (!failures) return 0
      const delay = delayMs(failures.count, PATIENCE[kind])
      // A clock that was set back must not make anybody wait longer.
      return Math.min(delay, failures.last + delay - now)
    })
    return Math.max(0, ...waits)
  }

  /** Counted before the secret is looked at, so that many attempts at once are not many free ones. */
  begin(account: string, client: string): Attempt {
    const now = this.#now()
    const keys = this.#keys(account, client)
    for (const [kind, key] of keys) {
      const before = this.#failures[kind].get(key)
      const count = before && now - before.last < FORGET_MS ? before.count + 1 : 1
      this.#failures[kind].set(key, { count, last: now })
    }
    return { succeeded: () => this.#forgive(keys), uncounted: () => this.#takeBack(keys) }
  }

  /** A success clears the account from this place; elsewhere only this attempt was no failure. */
  #forgive(keys: Keys): void {
    this.#welcome.set(keys[0][1], true)
    const [[pair, account]] = keys
    this.#failures[pair].delete(account)
    this.#takeBack(keys.slice(1))
  }

  #takeBack(keys: readonly (readonly [Kind, string])[]): void {
    for (const [kind, key] of keys) {
      const failures = this.#failures[kind].get(key)
      if (!failures) continue
      if (failures.count <= 1) this.#failures[kind].delete(key)
      else this.#failures[kind].set(key, { ...failures, count: failures.count - 1 })
    }
  }

  #keys(account: string, client: string): Keys {
    const place = placeOf(client)
    return [
      ['pair', `${account}\0${place}`],
      ['account', account],
      ['client', place],
    ]
  }
}

function delayMs(count: number, { free, mostMs }: Patience): number {
  return count < free ? 0 : Math.min(mostMs, SECOND * 2 ** Math.min(count - free, 30))
}

/** Who has one IPv6 address has the 2^64 beside it. */
function placeOf(client: string): string {
  if (client.toLowerCase().startsWith('::ffff:') && client.includes('.')) return client.slice(7)
  if (!isIPv6(client)) return client
  const [head = '', tail = ''] = client.toLowerCase().split('%', 1)[0]!.split('::', 2)
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros: string[] = client.includes('::')
    ? Array(Math.max(0, 8 - before.length - after.length)).fill('0')
    : []
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`
}
