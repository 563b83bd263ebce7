import type { OrganizationId } from '#src/base/ids.ts'
import { formatKeyRef, parseKeyRef } from '#src/domain/keys/provider.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Driver, Sql } from './driver/driver.ts'
import { versionsInUse } from './key-versions.ts'
import { asRefusal, type Keyring, mailboxContext, noOrganization, organizationContext } from './keyring.ts'

const REWRAP_PAGE = 100

type Rotation = { driver: Driver; keys: Keyring; id: OrganizationId; report?: Report; signal: AbortSignal }

/**
 * The organisation's own data key moves to a new key version first: it is what new mailboxes follow. Then each
 * mailbox key moves. A stop in between leaves mailboxes under the old version; running again goes on with those.
 * In the end every version that the provider holds and no row refers to is switched off, also what an earlier
 * rotation left on. Not destroyed: backups from before can be read only with it.
 */
export async function rotate(rotation: Rotation): Promise<void> {
  const { driver, keys, id, signal } = rotation
  signal.throwIfAborted()
  const [current, ...behind] = await versionsInUse(driver.read, id)
  // Mailboxes under another version are what an interrupted rotation left: that one is finished, no new one begun.
  const keyRef = behind.length > 0 ? current : await moveOrganizationKey(rotation, current)
  await moveMailboxKeys(rotation, keyRef)
  keys.forget(id)
  const used = new Set<string>(await versionsInUse(driver.read, id))
  const provider = keys.provider(parseKeyRef(keyRef).provider)
  for (const ref of await provider.list(id).catch(asRefusal)) {
    if (!used.has(formatKeyRef(ref))) await provider.disable(ref).catch(asRefusal)
  }
}

async function moveOrganizationKey({ driver, keys, id }: Rotation, from: string): Promise<string> {
  const provider = keys.provider(parseKeyRef(from).provider)
  const ref = await provider.create(id).catch(asRefusal)
  const keyRef = formatKeyRef(ref)
  let moved = 0
  try {
    const row = await driver.read.get<{ wrapped_key: Uint8Array }>(
      'SELECT wrapped_key FROM organization WHERE id = ? AND key_ref = ?',
      id,
      from,
    )
    if (!row) throw rotatedElsewhere()
    const secret = await keys.unwrap(from, row.wrapped_key, organizationContext(id))
    const wrappedKey = await keys.wrap(keyRef, secret, organizationContext(id))
    moved = await driver.transact((sql) =>
      sql.run(
        'UPDATE organization SET key_ref = ?, wrapped_key = ? WHERE id = ? AND key_ref = ?',
        keyRef,
        wrappedKey,
        id,
        from,
      ),
    )
    if (moved === 0) throw rotatedElsewhere()
  } catch (error) {
    // Nothing is wrapped under the new key; where it cannot be destroyed now, the next rotation switches it off.
    if (error instanceof Refusal) await provider.destroy(ref).catch(() => undefined)
    throw error
  }
  return keyRef
}

async function moveMailboxKeys({ driver, keys, id, report, signal }: Rotation, keyRef: string) {
  const total = await countBehind(driver.read, id, keyRef)
  for (let done = 0; ; ) {
    signal.throwIfAborted()
    const from = (await versionsInUse(driver.read, id)).find((version) => version !== keyRef)
    if (from === undefined) return
    const rows = await driver.read.all<{ id: string; no: number; wrapped_key: Uint8Array }>(
      'SELECT id, no, wrapped_key FROM mailbox WHERE organization = ? AND key_ref = ? AND wrapped_key IS NOT NULL LIMIT ?',
      id,
      from,
      REWRAP_PAGE,
    )
    const wrapped = await Promise.all(
      rows.map(async (row) => {
        const context = mailboxContext({ organization: id, mailbox: row.id })
        const secret = await keys.unwrap(from, row.wrapped_key, context)
        return { no: row.no, wrappedKey: await keys.wrap(keyRef, secret, context) }
      }),
    )
    await driver.transact(async (sql) => {
      const row = await sql.get<{ key_ref: string }>('SELECT key_ref FROM organization WHERE id = ?', id)
      if (!row) throw noOrganization(id)
      if (row.key_ref !== keyRef) throw rotatedElsewhere()
      for (const { no, wrappedKey } of wrapped) {
        await sql.run(
          'UPDATE mailbox SET key_ref = ?, wrapped_key = ? WHERE no = ? AND key_ref = ? AND wrapped_key IS NOT NULL',
          keyRef,
          wrappedKey,
          no,
          from,
        )
      }
    })
    done += rows.length
    report?.({ what: 'Wrapping mailbox keys anew', done, total })
  }
}

async function countBehind(sql: Sql, id: OrganizationId, keyRef: string): Promise<number> {
  const row = await sql.get<{ behind: number }>(
    'SELECT COUNT(*) AS behind FROM mailbox WHERE organization = ? AND key_ref <> ? AND wrapped_key IS NOT NULL',
    id,
    keyRef,
  )
  return row!.behind
}

const rotatedElsewhere = (): Refusal =>
  new Refusal('try-later', 'Another rotation of this key is under way. Wait until it has ended.')
