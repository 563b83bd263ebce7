import { AdminFault } from '#src/clients/admin/admin-client.ts'

/**
 * One line for programs, on stderr, so that stdout holds results and nothing else. `type`: the exception of the
 * administration API, or what else ended the command.
 */
export const formatJsonError = (type: string, message: string): string =>
  `${JSON.stringify({ error: { type, message } })}\n`

/** `EntityNotFoundException`, `UsageFault`, `NoData`, … */
export function errorType(error: unknown): string {
  if (error instanceof AdminFault) return error.type
  if (!(error instanceof Error)) return 'InternalFailure'
  const { code } = error as NodeJS.ErrnoException
  return error.name === 'Error' && typeof code === 'string' ? code : error.name
}

/** Whether a command line asks for JSON: known before it is understood. */
export function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end === -1 ? args : args.slice(0, end)).includes('--json')
}
