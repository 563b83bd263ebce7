import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Store } from '#src/domain/store.ts'
import type { CompanyMailbox } from './company.ts'

export const sizesFile = (folder: string): string => join(folder, 'sizes.csv')

/** How large the mailboxes are, in the columns of Exchange's Get-MailboxStatistics with the address beside them. */
export async function writeMailboxSizes(
  file: string,
  { directory, mailboxes }: Store,
  organization: OrganizationId,
  people: readonly CompanyMailbox[],
): Promise<void> {
  const rows = ['"PrimarySmtpAddress","TotalItemSize","ItemCount"']
  for (const { address } of people) {
    const found = await directory.findEntry(organization, { address })
    if (!found?.mailbox) continue
    const { sizeBytes, items } = await mailboxes.getMailbox({ organization, mailbox: found.mailbox })
    const size = `${(sizeBytes / 1024).toFixed(1)} KB (${sizeBytes.toLocaleString('en')} bytes)`
    rows.push(`"${address}","${size}","${items}"`)
  }
  await writeFile(file, `\ufeff${rows.join('\r\n')}\r\n`)
}
