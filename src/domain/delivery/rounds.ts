import { createHash } from 'node:crypto'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import { fromAddress } from './message-events.ts'

/**
 * How often one message may go on from an address of ours. Ten copies of the very same octets, Date included, no sender makes in
 * earnest; a hundred of the same Date and Subject with other bodies some program might, and a server that changes the body on
 * each round does.
 */
const MOST = { sameBody: 10, anyBody: 100 }
/** A burst of equal mail is made in a moment; whoever is still there after this comes round. */
const LEAST_MS = 15_000
/** A round through another server takes less. What is sent by the hour under one Date is not taken for a circle. */
const FORGET_MS = 3_600_000
/** In each of two halves, of which the older goes when the newer is full: about 10 MB. What comes round stays in the newer one. */
const HALF = 20_000

type Round = { count: number; firstAt: number; lastAt: number }

/**
 * Counts how often a message goes on from an address of ours, for circles through a server that takes every trace out of its
 * header: Received, our marks, Message-ID (exchange-interop 4.3). In memory: a circle that outlives a start is counted anew.
 */
export class Rounds {
  #newer = new Map<string, Round>()
  #older = new Map<string, Round>()

  isCircling(key: string, most: number, now: number): boolean {
    const known = this.#find(key, now)
    return known !== undefined && known.count >= most && now - known.firstAt >= LEAST_MS
  }

  count(key: string, now: number): void {
    const { count, firstAt } = this.#find(key, now) ?? { count: 0, firstAt: now }
    if (this.#newer.size === HALF) {
      this.#older = this.#newer
      this.#newer = new Map()
    }
    this.#newer.set(key, { count: count + 1, firstAt, lastAt: now })
  }

  #find(key: string, now: number): Round | undefined {
    const known = this.#newer.get(key) ?? this.#older.get(key)
    return known !== undefined && now - known.lastAt < FORGET_MS ? known : undefined
  }
}

/** The rounds of one message. */
export type MessageRounds = {
  /** Whether it went on from this address of ours so often that it must go in a circle. */
  isCircling(address: string): Promise<boolean>
  /** What to call when it went on from these. */
  counting(addresses: Iterable<string>): Promise<() => void>
}

/**
 * What is told apart: address, author, Date, Subject, body. Without a Date nothing is, as programs send the same each minute; what
 * goes on from here gets one. Nor is what is dated within the coming hour: who knows what a program is going to write could use up its
 * rounds beforehand, and of what is dated later nothing is known any more when its time comes. `bodyHash` is as for DKIM.
 */
export function roundsOf(
  rounds: Rounds,
  envelope: Envelope,
  bodyHash: () => Promise<string>,
  now: number,
): MessageRounds {
  const { date, dateMs = now, subject = '' } = envelope
  const isCounted = date !== undefined && !(dateMs > now && dateMs <= now + FORGET_MS)
  const keysOf = async (address: string): Promise<[key: string, most: number][]> => {
    const facts = [address.toLowerCase(), fromAddress(envelope), date, subject]
    return [
      [hashOf([...facts, await bodyHash()]), MOST.sameBody],
      [hashOf(facts), MOST.anyBody],
    ]
  }
  return {
    isCircling: async (address) =>
      date !== undefined && (await keysOf(address)).some(([key, most]) => rounds.isCircling(key, most, now)),
    counting: async (addresses) => {
      const keys: string[] = []
      for (const address of isCounted ? addresses : [])
        for (const [key] of await keysOf(address)) keys.push(key)
      return () => {
        for (const key of keys) rounds.count(key, now)
      }
    },
  }
}

const hashOf = (facts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 22)
