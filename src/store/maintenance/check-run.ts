import type { Row, Sql, Value } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { type Findings, fromBackup } from './findings.ts'

/** Rows of one statement. */
export const PAGE = 500

/** What the parts of a check share: reads of one moment, the keys, and what was found so far. */
export type CheckRun = { sql: Sql; session: Session; findings: Findings; signal: AbortSignal }

/** The same reads, each of which first lets others have the event loop, and throws when the work is to stop. */
export function yielding(sql: Sql, signal: AbortSignal): Sql {
  const turn = async () => {
    await new Promise(setImmediate)
    signal.throwIfAborted()
  }
  return {
    all: async <R extends Row>(text: string, ...values: Value[]) => {
      await turn()
      return sql.all<R>(text, ...values)
    },
    get: async <R extends Row>(text: string, ...values: Value[]) => {
      await turn()
      return sql.get<R>(text, ...values)
    },
    run: () => Promise.reject(new Error('A check writes nothing')),
  }
}

/** Looks at one thing. Where the store is broken and that fails, it is said, and the others are looked at all the same. */
export async function lookAt<T>(
  { findings, signal }: CheckRun,
  where: string,
  look: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (!findings.isBroken || signal.aborted) throw error
    findings.add(where, `It cannot be checked to its end: ${(error as Error).message}.`, fromBackup)
    return undefined
  }
}

/** Every row, page by page: `read` is handed the last row of the page before and gives up to `size` rows. */
export async function* paged<R>(read: (last: R | undefined) => Promise<R[]>, size = PAGE): AsyncGenerator<R> {
  for (let last: R | undefined; ; ) {
    const rows = await read(last)
    yield* rows
    if (rows.length < size) return
    last = rows.at(-1)
  }
}
