import type { DeliveryReader, DeliveryWriter } from '#src/domain/delivery/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'

type AccountRow = { external: number; from_test_domain: number }

export function sendingReads({
  sql,
  keys,
}: Session): Pick<DeliveryReader, 'countSent' | 'countAccountSending'> {
  return {
    async countSent(org, day, entry) {
      await keys.organization(org)
      return countOf(sql, org, day, entry ?? '')
    },

    countAccountSending: (day) => accountOf(sql, day),
  }
}

export function sendingWrites({ sql, keys }: Session): Pick<DeliveryWriter, 'countSending'> {
  return {
    async countSending(org, { day, entry, external, fromTestDomain, limits }) {
      await keys.organization(org)
      if (limits !== null) {
        const account = await accountOf(sql, day)
        if (external > 0) {
          const { perUser, perOrganization, perAccount } = limits
          within('You have sent to', await countOf(sql, org, day, entry), external, perUser)
          within('Your organisation has sent to', await countOf(sql, org, day, ''), external, perOrganization)
          within('This service has sent to', account.external, external, perAccount)
        }
        if (fromTestDomain > 0)
          within(
            'From test domains was sent to',
            account.fromTestDomain,
            fromTestDomain,
            limits.fromTestDomain,
            'recipients',
          )
      }
      if (external > 0) {
        for (const who of [entry, '']) {
          await sql.run(
            `INSERT INTO send_count (org, day, entry, recipients) VALUES (?, ?, ?, ?)
             ON CONFLICT (org, day, entry) DO UPDATE SET recipients = send_count.recipients + excluded.recipients`,
            org,
            day,
            who,
            external,
          )
        }
      }
      if (external + fromTestDomain === 0) return
      await sql.run(
        `INSERT INTO account_sending (day, external, from_test_domain) VALUES (?, ?, ?)
         ON CONFLICT (day) DO UPDATE SET external = account_sending.external + excluded.external,
         from_test_domain = account_sending.from_test_domain + excluded.from_test_domain`,
        day,
        external,
        fromTestDomain,
      )
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

async function accountOf(sql: Sql, day: string): Promise<{ external: number; fromTestDomain: number }> {
  const row = await sql.get<AccountRow>(
    'SELECT external, from_test_domain FROM account_sending WHERE day = ?',
    day,
  )
  return { external: row?.external ?? 0, fromTestDomain: row?.from_test_domain ?? 0 }
}

function within(who: string, sent: number, more: number, limit: number, whom = 'outside recipients'): void {
  if (sent + more <= limit) return
  // What others sent together is nobody's to know.
  const how = who.startsWith('This service') ? 'so many' : String(sent)
  throw new Refusal(
    'limit-exceeded',
    `${who} ${how} ${whom} today, and ${limit} a day are allowed. Send the rest tomorrow.`,
  )
}
