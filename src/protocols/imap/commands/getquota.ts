import { command } from '../command.ts'
import { getRootMailbox, tellQuota } from '../quota-roots.ts'

/** GETQUOTA, RFC 9208 §4.1.1. */
export const getquota = command({
  name: 'GETQUOTA',
  state: 'authenticated',

  parse: (args) => {
    const root = args.astring()
    args.end()
    return root
  },

  run: async (session, root) => {
    await tellQuota(session, await getRootMailbox(session, root))
    return undefined
  },
})
