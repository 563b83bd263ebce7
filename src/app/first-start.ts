import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { oneTimePassword } from './one-time-password.ts'

export type FirstUser = { email: string; password: string }

const alias = 'example'
const people = [
  { name: 'alice', displayName: 'Alice Archer', first: 'Alice', last: 'Archer' },
  { name: 'bob', displayName: 'Bob Baker', first: 'Bob', last: 'Baker' },
]

/**
 * The organisation `example` with two users, so that there is something to try on an empty service. Their passwords
 * are in the answer and nowhere else.
 */
export async function makeExample(client: AdminClient): Promise<FirstUser[]> {
  const { OrganizationId } = await client.call('CreateOrganization', { Alias: alias })
  const here = { OrganizationId: OrganizationId! }
  const { DefaultMailDomain } = await client.call('DescribeOrganization', here)
  const users: FirstUser[] = []
  for (const { name, displayName, first, last } of people) {
    const password = oneTimePassword()
    const email = `${name}@${DefaultMailDomain}`
    const user = {
      Name: name,
      DisplayName: displayName,
      FirstName: first,
      LastName: last,
      Password: password,
    }
    const { UserId } = await client.call('CreateUser', { ...here, ...user })
    await client.call('RegisterToWorkMail', { ...here, EntityId: UserId!, Email: email })
    users.push({ email, password })
  }
  return users
}
