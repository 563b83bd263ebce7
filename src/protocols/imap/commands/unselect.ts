import { command, noArguments } from '../command.ts'

/** UNSELECT, RFC 9051 §6.4.2: as CLOSE, and nothing is removed. */
export const unselect = command({
  name: 'UNSELECT',
  state: 'selected',
  tellsNoChanges: true,
  parse: noArguments,

  run: (session) => {
    session.deselect()
    return undefined
  },
})
