import type { OrganizationId } from '#src/base/ids.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type { Gateway } from '#src/domain/gateway/gateway.ts'
import { noGateway } from '#src/domain/gateway/gateways.ts'
import type { GatewayReader, GatewayWriter } from '#src/domain/gateway/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { pageSize } from './cursor.ts'

export type GatewayRow = { name_key: Uint8Array; sealed: Uint8Array }
type LoginRow = GatewayRow & { sealed_password: Uint8Array | null }
type GatewayWrites = Omit<GatewayWriter, keyof GatewayReader>

const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex')
const place = (org: OrganizationId, name: Uint8Array) => `gateway:${org}:${hex(name)}`
const passwordPlace = (org: OrganizationId, name: Uint8Array) => `gateway-password:${org}:${hex(name)}`
const nameKey = (key: DataKey, name: string) => key.blind('gateway', name.normalize('NFC').toLowerCase())
/** What a pattern of recipients is found by. */
export const patternKey = (key: DataKey, pattern: string): Uint8Array =>
  key.blind('gateway-recipient', pattern)

/** Refuses `damaged`. */
export const openGateway = (key: DataKey, org: OrganizationId, row: GatewayRow): Gateway =>
  key.openJson<Gateway>(place(org, row.name_key), row.sealed)

export const openPassword = (key: DataKey, org: OrganizationId, row: LoginRow): string | null =>
  row.sealed_password && key.open(passwordPlace(org, row.name_key), row.sealed_password).toString('utf8')

export function gatewayReads({ sql, keys }: Session): GatewayReader {
  const rowOf = (org: OrganizationId, name: Uint8Array) =>
    sql.get<LoginRow>(
      'SELECT name_key, sealed, sealed_password FROM gateway WHERE org = ? AND name_key = ?',
      org,
      name,
    )
  return {
    async listGateways(org, { after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const rows = await sql.all<GatewayRow>(
        'SELECT name_key, sealed FROM gateway WHERE org = ? AND name_key > ? ORDER BY name_key LIMIT ?',
        org,
        Buffer.from(after ?? '', 'hex'),
        size + 1,
      )
      const next = rows.length > size ? hex(rows[size - 1]!.name_key) : null
      return { rows: rows.slice(0, size).map((row) => openGateway(key, org, row)), next }
    },

    async countGateways(org) {
      await keys.organization(org)
      return (await sql.get<{ n: number }>('SELECT COUNT(*) AS n FROM gateway WHERE org = ?', org))!.n
    },

    async findGateway(org, name) {
      const key = await keys.organization(org)
      const row = await rowOf(org, nameKey(key, name))
      return row && openGateway(key, org, row)
    },

    async findGatewayLogin(org, name) {
      const key = await keys.organization(org)
      const row = await rowOf(org, nameKey(key, name))
      return row && { gateway: openGateway(key, org, row), password: openPassword(key, org, row) }
    },

    async findGatewayFor(org, patterns) {
      const key = await keys.organization(org)
      const wanted = patterns.map((pattern) => patternKey(key, pattern))
      const rows = await sql.all<{ pattern_key: Uint8Array; gateway: Uint8Array }>(
        `SELECT pattern_key, gateway FROM gateway_recipient
         WHERE org = ? AND pattern_key IN (${wanted.map(() => '?').join(', ')})`,
        org,
        ...wanted,
      )
      if (rows.length === 0) return undefined
      const order = wanted.map(hex)
      const found = rows.map((row) => ({ at: order.indexOf(hex(row.pattern_key)), name: row.gateway }))
      const first = found.reduce((best, each) => (each.at < best.at ? each : best))
      const row = await rowOf(org, first.name)
      const gateway = row && openGateway(key, org, row)
      // Mail must not go elsewhere because somebody changed a row outside the service.
      if (!gateway?.recipients.includes(patterns[first.at]!))
        throw new Damaged(
          `The gateway for ${patterns[first.at]} does not name it: its row was changed outside the service.`,
          'Run "landbridge check", and set the recipients of the gateway again.',
        )
      return gateway
    },
  }
}

export function gatewayWrites({ sql, keys }: Session): GatewayWrites {
  const usePatterns = async (key: DataKey, org: OrganizationId, { name, recipients }: Gateway) => {
    for (const pattern of recipients) {
      const made = await sql.run(
        `INSERT INTO gateway_recipient (org, pattern_key, gateway) VALUES (?, ?, ?)
         ON CONFLICT (org, pattern_key) DO NOTHING`,
        org,
        patternKey(key, pattern),
        nameKey(key, name),
      )
      if (made === 0)
        throw new Refusal(
          'name-taken',
          `Another gateway is for recipients in "${pattern}" already. Take it away there first.`,
        )
    }
  }

  return {
    async createGateway(org, { gateway, password }) {
      const key = await keys.organization(org)
      const name = nameKey(key, gateway.name)
      const made = await sql.run(
        `INSERT INTO gateway (org, name_key, sealed, sealed_password) VALUES (?, ?, ?, ?)
         ON CONFLICT (org, name_key) DO NOTHING`,
        org,
        name,
        key.sealJson(place(org, name), gateway),
        sealedPassword(key, org, name, password),
      )
      if (made === 0)
        throw new Refusal(
          'name-taken',
          `There is a gateway "${gateway.name}" already. Change it, or use another name.`,
        )
      await usePatterns(key, org, gateway)
    },

    async saveGateway(org, gateway, password) {
      const key = await keys.organization(org)
      const name = nameKey(key, gateway.name)
      const changed = await sql.run(
        'UPDATE gateway SET sealed = ? WHERE org = ? AND name_key = ?',
        key.sealJson(place(org, name), gateway),
        org,
        name,
      )
      if (changed === 0) throw noGateway(gateway.name)
      if (password !== undefined)
        await sql.run(
          'UPDATE gateway SET sealed_password = ? WHERE org = ? AND name_key = ?',
          sealedPassword(key, org, name, password),
          org,
          name,
        )
      await forgetPatterns(sql, org, name)
      await usePatterns(key, org, gateway)
    },

    async removeGateway(org, name) {
      const key = await keys.organization(org)
      const at = nameKey(key, name)
      await forgetPatterns(sql, org, at)
      const removed = await sql.run('DELETE FROM gateway WHERE org = ? AND name_key = ?', org, at)
      if (removed === 0) throw noGateway(name)
    },
  }
}

const sealedPassword = (key: DataKey, org: OrganizationId, name: Uint8Array, password: string | null) =>
  password === null ? null : key.seal(passwordPlace(org, name), password)

async function forgetPatterns(sql: Sql, org: OrganizationId, gateway: Uint8Array): Promise<void> {
  await sql.run('DELETE FROM gateway_recipient WHERE org = ? AND gateway = ?', org, gateway)
}
