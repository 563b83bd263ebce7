import { type GrantFile, RowSayings } from './grant-rows.ts'
import { listOf } from './values.ts'

/** Get-CalendarProcessing: who decides about a room, and who may book it. Policies for everybody are no grants. */
export const calendarProcessing: GrantFile = {
  cmdlet: 'Get-CalendarProcessing',
  columns: ['identity', 'resourcedelegates'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('Mailbox').trim() || row.value('Identity').trim()
    for (const grantee of listOf(row.value('ResourceDelegates'), 'ResourceDelegates', row.where)) {
      sayings.grant({ owner, grantee, right: 'room-delegate' })
    }
    for (const policy of ['BookInPolicy', 'RequestInPolicy', 'RequestOutOfPolicy']) {
      for (const grantee of listOf(row.value(policy), policy, row.where)) {
        sayings.grant({ owner, grantee, right: 'folder-read', folder: policy })
      }
    }
    return sayings.said
  },
}

/** Get-Mailbox: send on behalf. */
export const sendOnBehalf: GrantFile = {
  cmdlet: 'Get-Mailbox',
  columns: ['identity', 'grantsendonbehalfto'],
  said: (row) => {
    const sayings = new RowSayings(row)
    const owner = row.value('PrimarySmtpAddress').trim() || row.value('Identity').trim()
    for (const grantee of listOf(row.value('GrantSendOnBehalfTo'), 'GrantSendOnBehalfTo', row.where)) {
      sayings.grant({ owner, grantee, right: 'send-on-behalf' })
    }
    return sayings.said
  },
}
