import { setTimeout as pause } from 'node:timers/promises'
import { type AdminClient, AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'

/** A user, group or resource of WorkMail that has mail. */
export type WorkMailEntity = { id: string; kind: 'user' | 'group' | 'resource'; name: string; email: string }

const kinds = [
  ['ListUsers', 'Users', 'user'],
  ['ListGroups', 'Groups', 'group'],
  ['ListResources', 'Resources', 'resource'],
] as const

const PAGE = 100

/** Behind what the client itself waits: WorkMail lets through a few calls a second, and a network comes back. */
const WAIT_MS: readonly number[] = [2_000, 10_000, 30_000]

/** Those that answered before: of another, nothing but an address may be wrong. */
const answering = new WeakSet<AdminClient>()

async function patiently(
  client: AdminClient,
  call: () => Promise<JsonObject>,
  signal: AbortSignal,
): Promise<JsonObject> {
  for (const wait of WAIT_MS) {
    try {
      const answer = await call()
      answering.add(client)
      return answer
    } catch (error) {
      const throttled = error instanceof AdminFault && error.type === 'ThrottlingException'
      if (!throttled && !(error instanceof AdminUnreachable && answering.has(client))) throw error
      signal.throwIfAborted()
      await pause(wait, undefined, { signal })
    }
  }
  return call()
}

/** Everything that an operation of WorkMail lists, page by page. */
export async function* listed(
  client: AdminClient,
  operation: string,
  list: string,
  input: JsonObject,
  signal: AbortSignal,
): AsyncGenerator<JsonObject> {
  for (let NextToken: JsonValue | undefined; ; ) {
    const asked = { ...input, MaxResults: PAGE, ...(typeof NextToken === 'string' && { NextToken }) }
    const answer = await patiently(client, () => client.call(operation, asked, signal), signal)
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
