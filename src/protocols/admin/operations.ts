import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Progress, Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { formatTimestamp, type JsonObject } from '#src/wire/aws/json-rpc.ts'

type OperationState = 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED'

type Operation = {
  id: string
  name: string
  organization: OrganizationId | null
  state: OperationState
  progress: Progress
  startedAt: number
  endedAt: number | null
  result: JsonObject | null
  error: string | null
  cancel: AbortController
  ended: Promise<void>
}

const keptEnded = 100

/**
 * Long work that an action starts and a client then asks about. It is kept in memory: a restart forgets it, and
 * each kind of work can be run again. The last hundred that ended can still be asked about.
 */
export class Operations {
  readonly #known = new Map<string, Operation>()
  readonly #now: () => number
  readonly #failed: (error: unknown, id: string) => string

  /** `failed` logs an error of ours and gives the sentence to tell. */
  constructor(now: () => number, failed: (error: unknown, id: string) => string) {
    this.#now = now
    this.#failed = failed
  }

  /** Begins the work and gives the id to ask with. Refuses `try-later` while the same work is still running. */
  start(
    { name, organization }: { name: string; organization: OrganizationId | null },
    work: (report: Report, signal: AbortSignal) => Promise<JsonObject>,
  ): string {
    for (const each of this.#known.values()) {
      if (each.state === 'RUNNING' && each.name === name && each.organization === organization) {
        throw new Refusal(
          'try-later',
          `${name} is running already, as operation ${each.id}. Wait for it, or cancel it.`,
        )
      }
    }
    const cancel = new AbortController()
    const operation: Operation = {
      id: randomUUID(),
      name,
      organization,
      state: 'RUNNING',
      progress: { what: '', done: 0, total: 0 },
      startedAt: this.#now(),
      endedAt: null,
      result: null,
      error: null,
      cancel,
      ended: Promise.resolve(),
    }
    const report: Report = (progress) => {
      operation.progress = progress
    }
    operation.ended = work(report, cancel.signal)
      .then(
        (result) => {
          operation.state = 'COMPLETED'
          operation.result = result
        },
        (error) => {
          operation.state = cancel.signal.aborted ? 'CANCELLED' : 'FAILED'
          if (operation.state === 'FAILED') operation.error = this.#sentence(error, operation.id)
        },
      )
      .then(() => {
        operation.endedAt = this.#now()
      })
    this.#known.set(operation.id, operation)
    this.#forgetOldest()
    return operation.id
  }

  /** What is known of an operation, as DescribeOperation answers it. Of another organisation than `only` it is not there. */
  describe(id: string, only: OrganizationId | null): JsonObject {
    const { name, organization, state, progress, startedAt, endedAt, result, error } = this.#get(id, only)
    return {
      OperationId: id,
      Name: name,
      State: state,
      ...(organization !== null && { OrganizationId: organization }),
      Progress: { What: progress.what, Done: progress.done, Total: progress.total },
      StartTime: formatTimestamp(startedAt),
      ...(endedAt !== null && { EndTime: formatTimestamp(endedAt) }),
      ...(result !== null && { Result: result }),
      ...(error !== null && { ErrorMessage: error }),
    }
  }

  /** Asks it to stop; one that has ended stays as it is. */
  cancel(id: string, only: OrganizationId | null): void {
    this.#get(id, only).cancel.abort()
  }

  /** Cancels everything and waits for its end. */
  async stop(): Promise<void> {
    for (const each of this.#known.values()) each.cancel.abort()
    await Promise.all([...this.#known.values()].map(({ ended }) => ended))
  }

  #get(id: string, only: OrganizationId | null): Operation {
    const operation = this.#known.get(id)
    if (operation !== undefined && (only === null || operation.organization === only)) return operation
    throw new Refusal(
      'no-such-item',
      `There is no operation ${id}; a restart of the service forgets them. Start it anew.`,
    )
  }

  #sentence(error: unknown, id: string): string {
    return error instanceof Refusal ? error.message : this.#failed(error, id)
  }

  #forgetOldest(): void {
    const ended = [...this.#known.values()].filter(({ state }) => state !== 'RUNNING')
    for (const { id } of ended.slice(0, Math.max(0, ended.length - keptEnded))) this.#known.delete(id)
  }
}
