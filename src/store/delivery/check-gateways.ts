import type { OrganizationId } from '#src/base/ids.ts'
import type { DataKey } from '../data-key.ts'
import { type CheckRun, PAGE, paged } from '../maintenance/check-run.ts'
import { tellUs, tryOpen } from '../maintenance/findings.ts'
import { type GatewayRow, openGateway, openPassword, patternKey } from './gateways.ts'

const makeAnew = 'Remove the gateway and make it anew: "landbridge gateway".'

/** Gateways open, and the patterns that lead to them are those they name. Without `key` only that they lead somewhere. */
export async function checkGateways(
  { sql, findings }: CheckRun,
  org: OrganizationId,
  key: DataKey | undefined,
): Promise<void> {
  const where = `gateways of organisation ${org}`
  type Lost = { pattern_key: Uint8Array }
  const lost = await sql.all<Lost>(
    `SELECT r.pattern_key FROM gateway_recipient r LEFT JOIN gateway g ON g.org = r.org AND g.name_key = r.gateway
     WHERE r.org = ? AND g.name_key IS NULL LIMIT ${PAGE}`,
    org,
  )
  if (lost.length > 0) findings.add(where, 'Recipients are led to a gateway that is not there.', tellUs)
  if (!key) return
  type Found = GatewayRow & { sealed_password: Uint8Array | null }
  const rows = paged<Found>((last) =>
    sql.all(
      `SELECT name_key, sealed, sealed_password FROM gateway WHERE org = ? AND name_key > ?
       ORDER BY name_key LIMIT ${PAGE}`,
      org,
      last?.name_key ?? Buffer.alloc(0),
    ),
  )
  for await (const row of rows) {
    const named = tryOpen(findings, where, () => {
      openPassword(key, org, row)
      const { recipients } = openGateway(key, org, row)
      return recipients.map((pattern) => hex(patternKey(key, pattern))).sort()
    })
    if (!named) continue
    const led = await sql.all<{ pattern_key: Uint8Array }>(
      'SELECT pattern_key FROM gateway_recipient WHERE org = ? AND gateway = ?',
      org,
      row.name_key,
    )
    const found = led.map(({ pattern_key }) => hex(pattern_key)).sort()
    if (found.join() !== named.join())
      findings.add(where, 'A gateway is led other recipients than it names.', makeAnew)
  }
}

const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex')
