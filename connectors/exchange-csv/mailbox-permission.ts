import { type GrantFile, RowSayings } from './grant-rows.ts'
import { listOf } from './values.ts'

/** What else MailboxRights may be; any other word is one of a shell in another language, and may mean Full Access. */
const others = /^(ReadPermission|ChangePermission|ChangeOwner|DeleteItem|ExternalAccount|None)$/i

/** Get-MailboxPermission: Full Access. `Identity` is a canonical name, `User` an account. */
export const mailboxPermission: GrantFile = {
  cmdlet: 'Get-MailboxPermission',
  columns: ['identity', 'user', 'accessrights'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('Mailbox').trim() || row.value('Identity').trim()
    const grantee = row.value('User').trim()
    const rights = listOf(row.value('AccessRights'), 'AccessRights', row.where)
    if (sayings.leavesEntry(owner, grantee, rights.join(', '))) return sayings.said
    for (const right of rights) {
      if (/^FullAccess$/i.test(right)) sayings.grant({ owner, grantee, right: 'full-access' })
      else if (/^SendAs$/i.test(right)) sayings.grant({ owner, grantee, right: 'send-as' })
      else sayings.leave(others.test(right) ? 'no-delegation' : 'unknown-right', owner, grantee, right)
    }
    return sayings.said
  },
}
