import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Driver, Sql } from './driver/driver.ts'
import { asRefusal, type Keyring } from './keyring.ts'

const PAGE = 100

type Parts = { driver: Driver; keys: Keyring }
type Noted = { organization: string; provider: string }

/**
 * Inside the transaction that destroys an organisation: notes which providers hold keys of it, so that neither a
 * crash nor a provider that is away leaves them for ever.
 */
export async function noteKeysToDestroy(
  sql: Sql,
  id: OrganizationId,
  providers: ReadonlySet<string>,
): Promise<void> {
  for (const provider of providers) {
    await sql.run(
      'INSERT INTO key_to_destroy (organization, provider) VALUES (?, ?) ON CONFLICT (organization, provider) DO NOTHING',
      id,
      provider,
    )
  }
}

/** Destroys every key of an organisation that was destroyed. What a provider does not do now stays noted; then it refuses. */
export async function destroyKeysOf(parts: Parts, id: OrganizationId): Promise<void> {
  const noted = await parts.driver.read.all<Noted>(
    'SELECT organization, provider FROM key_to_destroy WHERE organization = ?',
    id,
  )
  await destroyEach(parts, noted)
}

/** The same for every organisation of which a key may be left. Refuses `key-unavailable` once all had their turn. */
export async function destroyNotedKeys(parts: Parts, signal: AbortSignal): Promise<void> {
  let failure: unknown
  for (let last: Noted = { organization: '', provider: '' }; ; ) {
    signal.throwIfAborted()
    const noted = await parts.driver.read.all<Noted>(
      `SELECT organization, provider FROM key_to_destroy WHERE (organization, provider) > (?, ?)
      ORDER BY organization, provider LIMIT ${PAGE}`,
      last.organization,
      last.provider,
    )
    await destroyEach(parts, noted).catch((error: unknown) => {
      failure ??= error
    })
    if (noted.length < PAGE) break
    last = noted.at(-1)!
  }
  if (failure) throw failure
}

async function destroyEach({ driver, keys }: Parts, noted: readonly Noted[]): Promise<void> {
  const failures: unknown[] = []
  for (const { organization, provider } of noted) {
    try {
      await keys.provider(provider).destroyAll(organization).catch(asRefusal)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      failures.push(error)
      continue
    }
    await driver.transact((sql) =>
      sql.run('DELETE FROM key_to_destroy WHERE organization = ? AND provider = ?', organization, provider),
    )
  }
  if (failures.length > 0) throw failures[0]
}
