import { command, noArguments } from '../command.ts'

/** NOOP, RFC 9051 §6.1.2: what happened is told with its answer, as with any other. */
export const noop = command({
  name: 'NOOP',
  state: 'any',
  beforeTls: true,
  parse: noArguments,
  run: () => undefined,
})
