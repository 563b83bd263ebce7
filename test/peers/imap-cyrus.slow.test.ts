/** Mailboxes of Cyrus IMAP, opened by its administrator: with either form of names, copied whole with what happens to them in between. */
import { CYRUS_ADMIN, cyrus, startCyrus } from '#test/support/cyrus.ts'
import { copiesWhole } from '#test/support/imap-server-moves.ts'
import { IMAP_PASSWORD } from '#test/support/unpacked-imap.ts'

const signIn = { kind: 'master', name: CYRUS_ADMIN, password: IMAP_PASSWORD, form: 'authorization' } as const
const { skip } = cyrus

copiesWhole({
  ...{ name: 'Cyrus', skip, emoji: true, signIn },
  start: () => startCyrus(),
  path: (...levels) => levels.join('/'),
})
copiesWhole({
  ...{ name: 'Cyrus with INBOX above everything and points between', skip, emoji: true, signIn },
  start: () => startCyrus({ altnamespace: 'no', unixhierarchysep: 'no' }),
  path: (...levels) => ['INBOX', ...levels].join('.'),
})
