import { isAway, outOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { domainOf } from '#src/domain/directory/address.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { keyOfAddress } from '#src/domain/directory/legacy-dn.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type { EmailAddressType, MailTips, MailTipTypes } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { shownEntry } from '../directory-entries.ts'

export const MOST_TIPPED = 50
/** Groups are counted as far as this. */
const MOST_COUNTED = 1_000

/** What is good to know before mail goes to somebody: absence, a full mailbox, how many a group stands for, a wrong address. */
export async function mailTips(
  call: EwsCall,
  recipient: EmailAddressType,
  wanted: ReadonlySet<MailTipTypes>,
): Promise<MailTips> {
  const { directory } = call.services.store
  const { organization } = call.caller.acting
  const address = recipient.EmailAddress?.trim() ?? ''
  const entry = address === '' ? undefined : await directory.findEntry(organization, keyOfAddress(address))
  const wants = (tip: MailTipTypes) => wanted.has(tip) || wanted.has('All')
  const known = entry?.state === 'ENABLED' ? entry : undefined
  return {
    RecipientAddress: known ? (shownEntry(known) ?? recipient) : recipient,
    PendingMailTips: [],
    ...(known && wants('OutOfOfficeMessage') && (await absenceTip(call, known))),
    ...(known && wants('MailboxFullStatus') && (await fullTip(call, known))),
    ...(known?.kind === 'group' &&
      !known.hidden &&
      wants('TotalMemberCount') &&
      (await countTip(call, known))),
    ...(wants('InvalidRecipient') && { InvalidRecipient: !known && (await reachesNobody(call, address)) }),
  }
}

function mailboxOf({ caller }: EwsCall, { home, mailbox }: Entry) {
  return home !== 'local' || mailbox === null
    ? undefined
    : { organization: caller.acting.organization, mailbox }
}

async function absenceTip(call: EwsCall, entry: Entry): Promise<Pick<MailTips, 'OutOfOffice'>> {
  const at = mailboxOf(call, entry)
  if (at === undefined) return {}
  const { now, store } = call.services
  const absence = await outOfOffice(store.mailboxes, at)
  if (!isAway(absence, now())) return { OutOfOffice: { ReplyBody: { Message: '' } } }
  const { from, to, internalText } = absence
  return {
    OutOfOffice: {
      ReplyBody: { Message: internalText },
      ...(absence.state === 'scheduled' && {
        Duration: { StartTime: formatTime(from), EndTime: formatTime(to) },
      }),
    },
  }
}

async function fullTip(call: EwsCall, entry: Entry): Promise<Pick<MailTips, 'MailboxFull'>> {
  const at = mailboxOf(call, entry)
  if (at === undefined) return {}
  const { sizeBytes, quotaBytes } = await call.services.store.mailboxes.getMailbox(at)
  return { MailboxFull: sizeBytes >= quotaBytes }
}

async function countTip(call: EwsCall, group: Entry) {
  const { directory } = call.services.store
  const { rows } = await directory.listMembers(call.caller.acting.organization, group.id, {
    limit: MOST_COUNTED,
  })
  const outside = rows.filter(({ home, kind }) => home === 'external' || kind === 'contact')
  return { TotalMemberCount: rows.length, ExternalMemberCount: outside.length }
}

/** Of addresses that nobody has here, those that reach nobody for certain: others Exchange may know (`decideRoute`). */
async function reachesNobody({ services, caller }: EwsCall, address: string): Promise<boolean> {
  if (!address.includes('@')) return true
  const owner = await services.store.directory.findDomainOwner(domainOf(address))
  return owner?.organization === caller.acting.organization && owner.use === 'routing'
}
