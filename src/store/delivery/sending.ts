import type { DeliveryReader, DeliveryWriter } from '#src/domain/delivery/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'

export function sendingReads({ sql, keys }: Session): Pick<DeliveryReader, 'countSent'> {
  return {
    async countSent(org, day, entry) {
      await keys.organization(org)
      return countOf(sql, org, day, entry ?? '')
    },
  }
}

export function sendingWrites({ sql, keys }: Session): Pick<DeliveryWriter, 'countSending'> {
  return {
    async countSending(org, { day, entry, recipients, entryLimit, organizationLimit }) {
      await keys.organization(org)
      const sent = { entry: await countOf(sql, org, day, entry), all: await countOf(sql, org, day, '') }
      if (sent.entry + recipients > entryLimit) throw beyond('You have', sent.entry, entryLimit)
      if (sent.all + recipients > organizationLimit)
        throw beyond('Your organisation has', sent.all, organizationLimit)
      for (const who of [entry, '']) {
        await sql.run(
          `INSERT INTO send_count (org, day, entry, recipients) VALUES (?, ?, ?, ?)
           ON CONFLICT (org, day, entry) DO UPDATE SET recipients = send_count.recipients + excluded.recipients`,
          org,
          day,
          who,
          recipients,
        )
      }
    },
  }
}

async function countOf(sql: Sql, org: string, day: string, entry: string): Promise<number> {
  const row = await sql.get<{ recipients: number }>(
    'SELECT recipients FROM send_count WHERE org = ? AND day = ? AND entry = ?',
    org,
    day,
    entry,
  )
  return row?.recipients ?? 0
}

function beyond(who: string, sent: number, limit: number): Refusal {
  return new Refusal(
    'limit-exceeded',
    `${who} sent to ${sent} outside recipients today, and ${limit} a day are allowed. Send the rest tomorrow.`,
  )
}
