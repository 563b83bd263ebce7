import { type GrantFile, RowSayings } from './grant-rows.ts'
import { listOf } from './values.ts'

/** Get-RecipientPermission: Send As. */
export const recipientPermission: GrantFile = {
  cmdlet: 'Get-RecipientPermission',
  columns: ['identity', 'trustee', 'accessrights'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('Identity').trim()
    const grantee = row.value('Trustee').trim()
    const rights = listOf(row.value('AccessRights'), 'AccessRights', row.where)
    if (sayings.leavesEntry(owner, grantee, rights.join(', '))) return sayings.said
    for (const right of rights) {
      if (/^Send[- ]?As$/i.test(right)) sayings.grant({ owner, grantee, right: 'send-as' })
      else sayings.leave('no-delegation', owner, grantee, right)
    }
    return sayings.said
  },
}

/** Get-ADPermission: the same right as Exchange on premises shows it. */
export const adPermission: GrantFile = {
  cmdlet: 'Get-ADPermission',
  columns: ['identity', 'user', 'extendedrights'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('Identity').trim()
    const grantee = row.value('User').trim()
    const rights = listOf(row.value('ExtendedRights'), 'ExtendedRights', row.where)
    if (sayings.leavesEntry(owner, grantee, rights.join(', '))) return sayings.said
    for (const right of rights) {
      if (/^Send[- ]?As$/i.test(right)) sayings.grant({ owner, grantee, right: 'send-as' })
      else sayings.leave('no-delegation', owner, grantee, right)
    }
    return sayings.said
  },
}
