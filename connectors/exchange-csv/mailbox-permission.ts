import { type GrantFile, RowSayings } from './grant-rows.ts'
import { listOf } from './values.ts'

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
      else sayings.leave('no-delegation', owner, grantee, right)
    }
    return sayings.said
  },
}
