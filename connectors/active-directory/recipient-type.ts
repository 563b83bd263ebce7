import type { SourceObjectType } from '#src/domain/directory-sync/source.ts'
import type { RawEntry } from './raw-entry.ts'

/** What an object is for the address book, or why it is not in it. */
type Recipient = { type: SourceObjectType } | { omitted: string }

const is = (type: SourceObjectType): Recipient => ({ type })
const omitted = (reason: string): Recipient => ({ omitted: reason })
const system = (what: string) => omitted(`It is ${what} of Exchange itself, not a recipient for people.`)
const withoutMail = (cmdlet: string) =>
  omitted(
    `Exchange says that mail is not enabled for it, though it has an alias. If it should have mail, use ${cmdlet}.`,
  )

/** msExchRecipientTypeDetails (exchange-interop 1.3). Every value is below 2^53. */
const DETAILS: ReadonlyMap<number, Recipient> = new Map([
  [1, is('mailbox')],
  [2, is('mailbox')],
  [4, is('shared-mailbox')],
  [8, is('mailbox')],
  [16, is('room')],
  [32, is('equipment')],
  [64, is('contact')],
  [128, is('mail-user')],
  [256, is('group')],
  [1024, is('security-group')],
  [2048, is('dynamic-group')],
  [4096, is('public-folder')],
  [8192, system('a system attendant')],
  [16384, system('a system mailbox')],
  [32768, is('contact')],
  [65536, withoutMail('Enable-Mailbox or Enable-MailUser')],
  [131072, withoutMail('Enable-MailContact')],
  [262144, withoutMail('Enable-DistributionGroup')],
  [524288, withoutMail('Enable-DistributionGroup')],
  [1048576, withoutMail('Enable-DistributionGroup')],
  [2097152, withoutMail('Enable-Mailbox or Enable-MailUser')],
  [4194304, system('the recipient')],
  [8388608, system('an arbitration mailbox')],
  [16777216, system('a mailbox plan')],
  [33554432, withoutMail('Enable-Mailbox')],
  [268435456, is('room-list')],
  [536870912, system('a discovery mailbox')],
  [1073741824, system('a role group')],
  [2147483648, is('mail-user')],
  [8589934592, is('room')],
  [17179869184, is('equipment')],
  [34359738368, is('shared-mailbox')],
  [68719476736, system('a mailbox of public folders')],
  [137438953472, is('shared-mailbox')],
  [274877906944, is('shared-mailbox')],
  [549755813888, system('a monitoring mailbox')],
  [2199023255552, is('room')],
  [4398046511104, system('a mailbox of the audit log')],
  [35184372088832, is('mail-user')],
  [70368744177664, system('a mailbox of the audit log')],
  [140737488355328, system('a mailbox of supervisory review')],
])

/** The low byte of msExchRecipientDisplayType. */
const DISPLAY: ReadonlyMap<number, Recipient> = new Map([
  [0, is('mailbox')],
  [1, is('group')],
  [2, is('public-folder')],
  [3, is('dynamic-group')],
  [5, is('group')],
  [7, is('room')],
  [8, is('equipment')],
  [9, is('security-group')],
  [10, system('an arbitration mailbox')],
  [15, is('room-list')],
])

const REMOTE = 6
const SYNCED = 0x8000_0000
/** What pages about Exchange copy from each other for a mail-enabled security group; 0x40000009 is meant. */
const MISPRINTED_SECURITY_GROUP = 1043741833
/** In groupType. */
const SECURITY = 0x8000_0000

/** An unknown value of msExchRecipientTypeDetails is told to `unknown`, and the object is judged by its other marks. */
export function recipientOf(
  entry: RawEntry,
  unknown: (details: number) => void = () => undefined,
): Recipient {
  const own = ownOfExchange(entry)
  if (own !== undefined) return omitted(own)
  const details = entry.number('msExchRecipientTypeDetails')
  if (details === 512) return byClass(entry)
  const known = details === null ? undefined : DETAILS.get(details)
  if (known !== undefined) return known
  if (details !== null && details !== 0) unknown(details)
  return byDisplayType(entry.number('msExchRecipientDisplayType')) ?? byClass(entry)
}

/** An account that is no recipient of Exchange: it has no mailNickname. */
export function plainAccountOf(entry: RawEntry): Recipient {
  const own = ownOfExchange(entry)
  if (own !== undefined) return omitted(own)
  if ((entry.text('sAMAccountName') ?? '').endsWith('$'))
    return omitted('It is the account of a machine or of a trust, not of a person.')
  return is('account')
}

/** Accounts that Exchange and Windows made for themselves, whatever their type says. */
function ownOfExchange(entry: RawEntry): string | undefined {
  if (entry.isTrue('isCriticalSystemObject'))
    return 'It is a system object of Active Directory (isCriticalSystemObject).'
  const account = entry.text('sAMAccountName') ?? ''
  const name = entry.text('cn') ?? ''
  if (/^healthmailbox/i.test(account) || /^healthmailbox/i.test(name))
    return 'It is a mailbox with which Exchange watches its own health (HealthMailbox).'
  if (
    /^(systemmailbox|federatedemail|migration|discoverysearchmailbox)[ .]?\{?/i.test(name) &&
    /\{?[0-9a-f]{8}-/i.test(name)
  )
    return 'It is a mailbox that Exchange keeps for itself.'
  return undefined
}

/** Bits, not a list (exchange-interop 1.3): with bit 31 the low byte is the type here, the second byte the type there. */
function byDisplayType(value: number | null): Recipient | undefined {
  if (value === null) return undefined
  if (value === MISPRINTED_SECURITY_GROUP) return is('security-group')
  const bits = value >>> 0
  const here = bits & 0xff
  if ((bits & SYNCED) === 0) return DISPLAY.get(here)
  const there = (bits >>> 8) & 0xff
  if (here !== REMOTE) return DISPLAY.get(here)
  return there === 0 || there === REMOTE ? undefined : DISPLAY.get(there)
}

function byClass(entry: RawEntry): Recipient {
  const classes = new Set(entry.texts('objectClass').map((name) => name.toLowerCase()))
  if (classes.has('msexchdynamicdistributionlist')) return is('dynamic-group')
  if (classes.has('publicfolder')) return is('public-folder')
  if (classes.has('group')) {
    const groupType = (entry.number('groupType') ?? 0) >>> 0
    return is((groupType & SECURITY) === 0 ? 'group' : 'security-group')
  }
  if (classes.has('contact')) return is('contact')
  const kind = entry.texts('msExchResourceMetaData').map((text) => text.toLowerCase())
  if (kind.includes('resourcetype:room')) return is('room')
  if (kind.includes('resourcetype:equipment')) return is('equipment')
  return is(entry.has('homeMDB') || entry.has('msExchHomeServerName') ? 'mailbox' : 'mail-user')
}
