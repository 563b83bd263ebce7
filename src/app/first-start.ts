import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { oneTimePassword } from './one-time-password.ts'

export type FirstUser = { email: string; password: string }

const alias = 'example'
const people = [
  { name: 'alice', displayName: 'Alice Archer', first: 'Alice', last: 'Archer' },
  { name: 'bob', displayName: 'Bob Baker', first: 'Bob', last: 'Baker' },
]

/** Lies in the data folder from before the organisation is made until its passwords were told. */
const unfinished = (folder: string): string => join(folder, 'landbridge.example-unfinished')

/** Whether a start was killed while it made the example. */
export const isUnfinished = (folder: string): boolean => existsSync(unfinished(folder))

/**
 * The organisation `example` with two users, so that there is something to try on an empty service. Their passwords go to `tell`
 * and nowhere else. Killed before that, it is made complete the next time, with new passwords.
 */
export async function makeExample(
  client: AdminClient,
  folder: string,
  tell: (users: readonly FirstUser[]) => void,
): Promise<void> {
  writeFileSync(unfinished(folder), '', { mode: 0o600 })
  const here = { OrganizationId: await exampleOrganization(client) }
  const { DefaultMailDomain } = await client.call('DescribeOrganization', here)
  const { Users } = await client.call('ListUsers', here)
  const present = new Map((Users as JsonObject[]).map((user) => [user.Name, user]))
  const users: FirstUser[] = []
  for (const { name, displayName, first, last } of people) {
    const password = oneTimePassword()
    const email = `${name}@${DefaultMailDomain}`
    const given = {
      Name: name,
      DisplayName: displayName,
      FirstName: first,
      LastName: last,
      Password: password,
    }
    const found = present.get(name)
    const UserId = found?.Id ?? (await client.call('CreateUser', { ...here, ...given })).UserId
    if (found?.State !== 'ENABLED')
      await client.call('RegisterToWorkMail', { ...here, EntityId: UserId!, Email: email })
    if (found !== undefined)
      await client.call('ResetPassword', { ...here, UserId: UserId!, Password: password })
    users.push({ email, password })
  }
  tell(users)
  rmSync(unfinished(folder), { force: true })
}

async function exampleOrganization(client: AdminClient): Promise<string> {
  const { OrganizationSummaries } = await client.call('ListOrganizations', { AliasOrId: alias })
  const [found] = OrganizationSummaries as JsonObject[]
  if (found?.DefaultMailDomain !== undefined) return String(found.OrganizationId)
  // Killed before it had its domain: nobody can be in it.
  if (found)
    await client.call('DeleteOrganization', { OrganizationId: found.OrganizationId!, DeleteDirectory: true })
  return String((await client.call('CreateOrganization', { Alias: alias })).OrganizationId)
}
