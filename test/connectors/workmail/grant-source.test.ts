/** WorkMail's API where something is in the way: pages, an entity that goes meanwhile, a key without the right. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workMailGrants } from '#connectors/workmail/grant-source.ts'
import { type AdminClient, AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

const users = Array.from({ length: 250 }, (_, at) => ({
  ...{ Id: `u${at}`, Email: `u${at}@corp.example`, Name: `u${at}`, State: 'ENABLED' },
}))

/** Answers with pages of as many as are asked for. */
function paged(rows: readonly JsonObject[], list: string, { MaxResults, NextToken }: JsonObject): JsonObject {
  const from = Number(NextToken ?? 0)
  const next = from + Number(MaxResults)
  return { [list]: rows.slice(from, next), ...(next < rows.length && { NextToken: String(next) }) }
}

const client = (permissions: (input: JsonObject) => JsonObject): AdminClient => ({
  call: async (operation, input) => {
    if (operation === 'ListUsers') return paged(users, 'Users', input)
    if (operation === 'ListGroups') return { Groups: [] }
    if (operation === 'ListResources') return { Resources: [] }
    return permissions(input)
  },
})

const read = (api: AdminClient) =>
  Array.fromAsync(
    workMailGrants({ client: api, organization: 'm-1', signal: new AbortController().signal }).read(),
  )

test('pages are followed, and who was deleted or disabled since is named and holds up nobody', async () => {
  const many = Array.from({ length: 230 }, (_, at) => ({
    GranteeId: `u${at + 1}`,
    PermissionValues: ['FULL_ACCESS'],
  }))
  const batches = await read(
    client((input) => {
      if (input.EntityId === 'u0') return paged(many, 'Permissions', input)
      if (input.EntityId === 'u7') throw new AdminFault('EntityNotFoundException', 'No such entity.', 'r')
      return {
        Permissions: input.EntityId === 'u9' ? [{ GranteeId: 'gone', PermissionValues: ['SEND_AS'] }] : [],
      }
    }),
  )
  assert.equal(batches.length, 250)
  assert.equal(batches.flatMap(({ grants }) => grants).length, 230)
  assert.deepEqual(
    batches.flatMap(({ leftOut }) =>
      leftOut.map((one) => `${one.reason} ${one.owner} ${one.grantee}`.trim()),
    ),
    ['not-read u7@corp.example', 'unknown-grantee u9@corp.example gone'],
  )
})

test('a key without the right, a name that is wrong and a service that is away are told as what they are', async () => {
  const failing = (error: Error): AdminClient => ({ call: () => Promise.reject(error) })
  const told = async (error: Error) => {
    const refusal = await read(failing(error)).catch((thrown: unknown) => thrown)
    assert.ok(refusal instanceof Refusal, String(refusal))
    return `${refusal.reason}: ${refusal.message}`
  }
  const fault = (type: string) => new AdminFault(type, 'Words of Amazon.', 'r')
  assert.match(await told(fault('AccessDeniedException')), /^not-allowed: .*needs workmail:List\*/)
  assert.match(await told(fault('OrganizationNotFoundException')), /^not-allowed: .*Check the organization/)
  assert.match(
    await told(new AdminUnreachable('No answer.')),
    /^try-later: WorkMail organization m-1: No answer\./,
  )
})
