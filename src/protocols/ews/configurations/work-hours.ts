import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { setWorkingHours, type WorkingHours } from '#src/domain/calendar/working-hours.ts'
import type { MailboxWriter } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { ianaOfWindows } from '#src/formats/time-zone/windows-names.ts'
import { ianaOfRules } from '#src/formats/time-zone/zone-of-rules.ts'
import { parseWorkHours } from '#src/wire/ews/work-hours.ts'
import type { FolderPlace } from '../places.ts'

/**
 * What a configuration says of when somebody works is what colleagues are told, and what is suggested to them: the one that Outlook
 * keeps with the calendar (MS-OXOCFG §2.2.5.2.1). One that makes no sense stands for the usual hours. `xmlData`: in base64.
 */
export async function takeWorkHours(
  mailboxes: MailboxWriter,
  { mailbox: { at }, folder }: FolderPlace,
  name: string,
  { xmlData, now }: { xmlData: string | undefined; now: number },
): Promise<void> {
  if (folder.distinguished !== 'calendar' || name.toLowerCase() !== 'workhours') return
  const hours = xmlData === undefined ? null : hoursIn(Buffer.from(xmlData, 'base64'), now)
  try {
    await setWorkingHours(mailboxes, at, hours)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'invalid-parameter') throw error
    await setWorkingHours(mailboxes, at, null)
  }
}

function hoursIn(document: Uint8Array, now: number): WorkingHours | null {
  try {
    const { zone, ...period } = parseWorkHours(document)
    const timeZone = ianaOfWindows(zone.name ?? '') ?? ianaOfRules(zone.rules, new Date(now).getUTCFullYear())
    return timeZone === undefined ? null : { timeZone, periods: [period] }
  } catch (error) {
    if (error instanceof SyntaxFault) return null
    throw error
  }
}
