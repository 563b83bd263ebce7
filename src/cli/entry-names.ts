import { AdminFault } from '#src/clients/admin/admin-client.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Session } from './session.ts'

/** Kinds of entry: the operation that describes one, and the member that names it there. */
const descriptions = {
  user: ['DescribeUser', 'UserId'],
  group: ['DescribeGroup', 'GroupId'],
  resource: ['DescribeResource', 'ResourceId'],
  contact: ['DescribeContact', 'ContactId'],
} as const
type Kind = keyof typeof descriptions

/** The id of the first of these kinds that a name, address or id belongs to. Rejects as the service says of the last. */
export async function entryId(session: Session, text: string, ...kinds: readonly Kind[]): Promise<string> {
  for (const [index, kind] of kinds.entries()) {
    const [operation, member] = descriptions[kind]
    try {
      return String((await session.callHere(operation, { [member]: text }))[member])
    } catch (error) {
      const unknown = error instanceof AdminFault && error.type === 'EntityNotFoundException'
      if (!unknown || index === kinds.length - 1) throw error
    }
  }
  throw new Error('A kind of entry must be asked for')
}

/** Rows of a list with the name of whom `member` is the id of, under `as`. Each is looked up once. */
export async function* withNames(
  session: Session,
  pages: AsyncIterable<readonly JsonObject[]>,
  { member, type, as }: { member: string; type?: string; as: string },
): AsyncGenerator<readonly JsonObject[]> {
  const known = new Map<string, string>()
  for await (const rows of pages) {
    const named: JsonObject[] = []
    for (const row of rows) {
      const id = String(row[member])
      const kind = type !== undefined && row[type] === 'GROUP' ? 'group' : 'user'
      if (!known.has(id)) known.set(id, await nameOf(session, kind, id))
      named.push({ ...row, [as]: known.get(id)! })
    }
    yield named
  }
}

/** Its id where it went away in the meantime. */
async function nameOf(session: Session, kind: Kind, id: string): Promise<string> {
  const [operation, member] = descriptions[kind]
  try {
    return String((await session.callHere(operation, { [member]: id })).Name)
  } catch (error) {
    if (error instanceof AdminFault && error.type === 'EntityNotFoundException') return id
    throw error
  }
}

/** Whether a row of a list passes. */
export async function isListed(
  pages: AsyncIterable<readonly JsonObject[]>,
  fits: (row: JsonObject) => boolean,
): Promise<boolean> {
  for await (const rows of pages) if (rows.some(fits)) return true
  return false
}
