import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'

/** A user, group or resource of WorkMail that has mail. */
export type WorkMailEntity = { id: string; kind: 'user' | 'group' | 'resource'; name: string; email: string }

const kinds = [
  ['ListUsers', 'Users', 'user'],
  ['ListGroups', 'Groups', 'group'],
  ['ListResources', 'Resources', 'resource'],
] as const

const PAGE = 100

/** Everything that an operation of WorkMail lists, page by page. */
export async function* listed(
  client: AdminClient,
  operation: string,
  list: string,
  input: JsonObject,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  for (let NextToken: JsonValue | undefined; ; ) {
    const answer = await client.call(
      operation,
      { ...input, MaxResults: PAGE, ...(typeof NextToken === 'string' && { NextToken }) },
      signal,
    )
    yield* (answer[list] ?? []) as readonly JsonObject[]
    NextToken = answer.NextToken
    if (typeof NextToken !== 'string' || NextToken === '') return
  }
}

/** Whoever is enabled, by id. */
export async function workMailEntities(
  client: AdminClient,
  organization: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, WorkMailEntity>> {
  const found = new Map<string, WorkMailEntity>()
  for (const [operation, list, kind] of kinds)
    for await (const { Id, Email, Name, DisplayName, State } of listed(
      client,
      operation,
      list,
      { OrganizationId: organization },
      signal,
    ))
      if (typeof Id === 'string' && typeof Email === 'string' && Email !== '' && State === 'ENABLED')
        found.set(Id, { id: Id, kind, name: String(DisplayName ?? Name ?? Email), email: Email })
  return found
}
