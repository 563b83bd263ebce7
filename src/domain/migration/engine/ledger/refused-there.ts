import { SourceFailure } from '../../source-failure.ts'

/**
 * Why the source does not set something of a mailbox that was opened before. A server without the operation, or that finds fault with what
 * it is told, refuses the whole call as if it were the mailbox. Anything else is thrown.
 */
export function refusedThere(error: unknown): string {
  const isRefused =
    error instanceof SourceFailure && (error.kind === 'item-permanent' || error.kind === 'mailbox-permanent')
  if (!isRefused) throw error
  return error.message
}
