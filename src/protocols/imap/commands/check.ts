import { command, noArguments } from '../command.ts'

/** CHECK, RFC 3501 §6.4.1: everything is always on disk, so there is nothing to do. */
export const check = command({
  name: 'CHECK',
  state: 'selected',
  onlyRev1: true,
  parse: noArguments,
  run: () => undefined,
})
