import { type FreeBusyQuestion, FreeBusyTrouble } from '#src/domain/availability/free-busy-source.ts'
import type { OpenSource } from './exchange-free-busy.ts'

const DAY_MS = 86_400_000

/**
 * Asks about an address that nobody has: a server that says so has let us in and answers such questions. `stranger` is the
 * same without our credentials; who answers that too tells everybody (FBI-06). Null: it works.
 */
export async function probeSource(
  source: OpenSource,
  stranger: OpenSource | undefined,
  { domain, now, signal }: { domain: string; now: number; signal: AbortSignal },
): Promise<string | null> {
  const from = Math.floor(now / DAY_MS) * DAY_MS
  const question: FreeBusyQuestion = {
    addresses: [`landbridge-availability-test@${domain}`],
    from,
    to: from + DAY_MS,
    detailed: false,
    requester: null,
  }
  try {
    const problem = await troubleWith(source, question, signal)
    if (problem !== null) return problem.failure.message
    if (stranger === undefined) return null
    const refusal = await troubleWith(stranger, question, signal)
    return refusal === null
      ? `${source.name} answers without credentials too: anybody who finds it learns when people are free.`
      : null
  } finally {
    source.close()
    stranger?.close()
  }
}

async function troubleWith(
  source: OpenSource,
  question: FreeBusyQuestion,
  signal: AbortSignal,
): Promise<FreeBusyTrouble | null> {
  try {
    await source.ask(question, signal)
    return null
  } catch (error) {
    if (error instanceof FreeBusyTrouble) return error
    throw error
  }
}
