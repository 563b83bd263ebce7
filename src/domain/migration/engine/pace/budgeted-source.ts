import type { MailboxSource, SourceCheck, SourceFolder, SourceMailbox } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { type IdleCause, waitAfter } from '../project/retry.ts'
import type { SourceBudget } from './budget.ts'
import type { Clock } from './clock.ts'
import type { WireTally } from './wire-tally.ts'

/** How often a server that is busy is asked about the same mailbox by whoever has time. */
const ATTEMPTS = 4
/** Waits for a server that does not answer: one that restarts is back before the last. */
const AWAY_MS = [2_000, 5_000, 15_000]

type Budgeted = {
  source: MailboxSource
  budget: SourceBudget
  tally?: WireTally | undefined
  clock: Clock
  attempts?: number
}

/**
 * A source as the pre-flight asks it: each call has a place of its server's budget, so caps and what lanes do count, and a server
 * that is busy is left alone for as long as it says. It is not closed: whoever opened it does.
 */
export function budgetedSource({
  source,
  budget,
  tally,
  clock,
  attempts = ATTEMPTS,
}: Budgeted): MailboxSource {
  const within = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    const entered = await budget.enter(signal, { tally })
    const signedIn = await budget.signIn.turn(signal).catch((error: unknown) => {
      entered.leave()
      throw error
    })
    try {
      return await work()
    } catch (error) {
      if (error instanceof SourceFailure && error.kind === 'too-many') budget.tooMany(error, entered.begun)
      if (error instanceof SourceFailure && error.kind === 'throttled' && error.backOffMs === null)
        budget.busy()
      throw error
    } finally {
      signedIn()
      entered.leave()
    }
  }
  return {
    name: source.name,
    server: source.server,
    connections: source.connections,
    expiries: () => source.expiries?.() ?? [],
    async check(mailbox, signal) {
      for (let attempt = 1; ; attempt++) {
        const checks = await within(signal, async () => judged(mailbox, await source.check(mailbox, signal)))
        const busy = checks.find((check) => check.busy === true)
        const isAway = checks.some((check) => check.transient === true)
        if (busy !== undefined && attempt < attempts) await leaveAlone(busy, attempt, signal)
        else if (busy === undefined && isAway && attempt < Math.max(attempts, 2))
          await waitFor(AWAY_MS[attempt - 1] ?? AWAY_MS.at(-1)!, signal)
        else return checks
      }
    },
    open: async (mailbox, signal) => listed(await within(signal, () => source.open(mailbox, signal))),
    close: async () => {},
  }

  /** What it says of the sign-in, which is tried with a mailbox alone, before whoever waits for that goes on. */
  function judged(mailbox: string | null, checks: readonly SourceCheck[]): readonly SourceCheck[] {
    if (checks.some(({ ofSignIn }) => ofSignIn)) budget.signIn.refused()
    else if (mailbox !== null && checks.every(({ state }) => state !== 'failed')) budget.signIn.taken()
    return checks
  }

  async function leaveAlone({ backOffMs: told }: SourceCheck, attempt: number, signal: AbortSignal) {
    const backOffMs = told ?? null
    if (backOffMs === null) budget.busy()
    const ms = waitAfter({ backOffMs }, attempt, Math.random)
    await waitFor(ms, signal, backOffMs === null ? 'trying again' : 'server asked to wait')
  }

  async function waitFor(ms: number, signal: AbortSignal, cause: IdleCause = 'trying again') {
    budget.noteIdle(cause, ms)
    await clock.sleep(ms, signal)
  }

  /** What a pre-flight asks of it: its folders, and what in them is large. */
  function listed(mailbox: SourceMailbox): SourceMailbox {
    const { fileBytes } = mailbox
    return {
      ...(fileBytes !== undefined && { fileBytes }),
      ...(mailbox.largeItems && {
        largeItems: (folder, above, signal) =>
          within(signal, () => mailbox.largeItems!(folder, above, signal)),
      }),
      folders: async function* (signal): AsyncGenerator<SourceFolder> {
        yield* await within(signal, () => Array.fromAsync(mailbox.folders(signal)))
      },
      changes: (folder, cursor, limit, signal) =>
        within(signal, () => mailbox.changes(folder, cursor, limit, signal)),
      items: (folder, keys, signal) => mailbox.items(folder, keys, signal),
      settings: (signal) => mailbox.settings(signal),
      close: () => mailbox.close(),
    }
  }
}
