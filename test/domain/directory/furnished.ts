import { type EntryId, newMailboxId, newOrganizationId, type OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { passwordHash } from '#src/domain/directory/login/password-hash.ts'
import type { MailDomain } from '#src/domain/directory/mail-domain.ts'
import { addMailDomain, newTestDomain } from '#src/domain/directory/mail-domains.ts'
import { type MailboxPlan, registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import type { Store } from '#src/domain/store.ts'
import { type MemoryStore, memoryStore } from '#test/support/memory-sql.ts'

export const NOW = Date.UTC(2026, 0, 15)
export const PLAN: MailboxPlan = { quotaBytes: 1_000, folders: [] }
/** As cheap as argon2 lets it be. */
export const CHEAP = passwordHash({ memory: 8, passes: 1, parallelism: 1 })
export const PASSWORD = 'Correct-horse-9'

export type Furnished = MemoryStore & { org: OrganizationId; other: OrganizationId }

/** Two organisations; the first has the verified domain example.com, the second other.example. */
export async function furnished(locked?: Set<OrganizationId>): Promise<Furnished> {
  const [org, other] = [newOrganizationId(), newOrganizationId()]
  const memory = memoryStore([org, other], locked)
  await addDomain(memory.store, org, 'example.com')
  await addDomain(memory.store, other, 'other.example')
  return { ...memory, org, other }
}

export function domainRecord(name: string, change: Partial<MailDomain> = {}): Omit<MailDomain, 'version'> {
  return {
    name,
    use: 'mail',
    isTest: false,
    createdAt: NOW,
    ownership: 'VERIFIED',
    ownershipToken: 'token-of-ownership',
    verifiedAt: NOW,
    checkedAt: null,
    dkim: { selector: 'lb-1', publicKey: 'QUJD' },
    mailFrom: null,
    records: {},
    ...change,
  }
}

export async function addDomain(
  store: Store,
  organization: OrganizationId,
  name: string,
  change: Partial<MailDomain> = {},
) {
  return store.transact({ organization }, ({ directory }) =>
    directory.createDomain(organization, domainRecord(name, change), {
      selector: 'lb-1',
      privateKey: 'secret-key-text',
    }),
  )
}

/** The domain that an organisation comes with, for one that was made without. */
export async function addTestDomain(
  store: Store,
  organization: OrganizationId,
  name: { alias: string; suffix: string },
  now: number,
) {
  const made = await newTestDomain(name, now)
  return store.transact({ organization }, ({ directory }) => addMailDomain(directory, organization, made))
}

/** An enabled user `name@example.com` (or in `domain`) with `PASSWORD`. */
export async function addUser(
  store: Store,
  organization: OrganizationId,
  name: string,
  domain = 'example.com',
): Promise<User> {
  const made = await createUser(
    { store, passwords: CHEAP },
    organization,
    { name, displayName: name, password: PASSWORD },
    NOW,
  )
  const email = `${name}@${domain}`
  return (await registerToWorkMail(store, organization, { entry: made.id, email }, PLAN, NOW)) as User
}

export const nobody = (): EntryId => newMailboxId() as string as EntryId
