import { setWorkingHours } from '#src/domain/calendar/working-hours.ts'
import type { MailboxWriter } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { workingHoursIn } from '#src/wire/ews/work-hours.ts'
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
  const hours = xmlData === undefined ? null : workingHoursIn(Buffer.from(xmlData, 'base64'), now)
  try {
    await setWorkingHours(mailboxes, at, hours)
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'invalid-parameter') throw error
    await setWorkingHours(mailboxes, at, null)
  }
}
