import { setTimeout as pause } from 'node:timers/promises'
import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { Progress } from './progress.ts'
import type { Session } from './session.ts'
import { Interrupted } from './usage-fault.ts'

const firstLookMs = 20
const slowestLookMs = 500

/**
 * Starts a long operation, shows how far it is, and answers its result. Ctrl-C cancels it and waits until it has
 * stopped, so that nothing is left half done.
 */
export async function runLong(
  session: Session,
  operation: string,
  input: Record<string, JsonValue | undefined>,
): Promise<JsonObject> {
  const { OperationId: id } = await session.call(operation, input)
  const progress = new Progress(session.io)
  let cancelled = false
  try {
    for (let wait = firstLookMs; ; wait = Math.min(wait * 2, slowestLookMs)) {
      if (session.io.signal.aborted && !cancelled) {
        cancelled = true
        await session.callAnyway('CancelOperation', { OperationId: id! })
      }
      const seen = await session.callAnyway('DescribeOperation', { OperationId: id! })
      if (seen.State === 'COMPLETED') return seen.Result as JsonObject
      if (seen.State === 'CANCELLED') throw new Interrupted('It was cancelled.')
      if (seen.State === 'FAILED')
        throw new AdminFault('OperationFailed', String(seen.ErrorMessage), String(id))
      const { What, Done, Total } = seen.Progress as { What: string; Done: number; Total: number }
      progress.show({ what: What, done: Done, total: Total })
      // Once it is called off the signal would end every wait at once, and what is to stop would never have its turn.
      const waking = cancelled ? {} : { signal: session.io.signal }
      await pause(wait, undefined, waking).catch(() => undefined)
    }
  } finally {
    progress.end()
  }
}
