import { type AdminClient, AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import type { FoundGrant, GrantBatch, GrantSource, LeftOut } from '#src/domain/migration/grant.ts'
import type { GroupRow } from '#src/domain/migration/groups.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { listed, type WorkMailEntity, workMailEntities } from './directory.ts'

type WorkMailOrganization = {
  /** WorkMail's API, signed with an access key. */
  client: AdminClient
  organization: string
  signal: AbortSignal
}

const rights: Readonly<Record<string, Right>> = {
  FULL_ACCESS: 'full-access',
  SEND_AS: 'send-as',
  SEND_ON_BEHALF: 'send-on-behalf',
}

/** Rights on mailboxes and the delegates of resources, as WorkMail's API tells them (migration.md 2.1, MIG-04). */
export function workMailGrants({ client, organization, signal }: WorkMailOrganization): GrantSource {
  const name = `WorkMail organization ${organization}`
  return {
    name,
    async *read() {
      try {
        const entities = await workMailEntities(client, organization, signal)
        for (const owner of entities.values()) yield await grantsOrWhyNot(owner, entities)
      } catch (error) {
        throw refusalOf(error, name)
      }
    },
  }

  /** Who was deleted or disabled since the list was made holds up nobody. */
  async function grantsOrWhyNot(
    owner: WorkMailEntity,
    entities: ReadonlyMap<string, WorkMailEntity>,
  ): Promise<GrantBatch> {
    try {
      return await grantsOf(owner, entities)
    } catch (error) {
      if (!(error instanceof AdminFault) || !/^Entity(NotFound|State)Exception$/.test(error.type)) throw error
      const where = `ListMailboxPermissions of ${owner.email}: ${error.type}`
      return {
        grants: [],
        leftOut: [{ reason: 'not-read', owner: owner.email, grantee: '', right: '', where }],
      }
    }
  }

  async function grantsOf(
    owner: WorkMailEntity,
    entities: ReadonlyMap<string, WorkMailEntity>,
  ): Promise<GrantBatch> {
    const grants: FoundGrant[] = []
    const leftOut: LeftOut[] = []
    const take = (grantee: unknown, right: Right | undefined, said: string, where: string): void => {
      const known = entities.get(String(grantee))
      if (known === undefined || right === undefined)
        leftOut.push({
          reason: right === undefined ? 'no-delegation' : 'unknown-grantee',
          owner: owner.email,
          grantee: known?.email ?? String(grantee),
          right: said,
          where,
        })
      else
        grants.push({
          owner: owner.email,
          grantee: known.email,
          right,
          folder: null,
          lastUsedDay: null,
          where,
        })
    }
    const asked = { OrganizationId: organization, EntityId: owner.id }
    const where = `ListMailboxPermissions of ${owner.email}`
    for await (const { GranteeId, PermissionValues } of listed(
      client,
      'ListMailboxPermissions',
      'Permissions',
      asked,
      signal,
    ))
      for (const said of (PermissionValues ?? []) as readonly string[])
        take(GranteeId, rights[said], said, where)
    if (owner.kind !== 'resource') return { grants, leftOut }
    const resource = { OrganizationId: organization, ResourceId: owner.id }
    for await (const { Id } of listed(client, 'ListResourceDelegates', 'Delegates', resource, signal))
      take(Id, 'room-delegate', 'delegate', `ListResourceDelegates of ${owner.email}`)
    return { grants, leftOut }
  }
}

/** Who is in which group, so that grants to groups tie their members. */
export async function* workMailGroups({
  client,
  organization,
  signal,
}: WorkMailOrganization): AsyncGenerator<GroupRow> {
  try {
    const entities = await workMailEntities(client, organization, signal)
    for (const { id, kind, email, name } of entities.values()) {
      if (kind !== 'group') continue
      const asked = { OrganizationId: organization, GroupId: id }
      for await (const { Id } of listed(client, 'ListGroupMembers', 'Members', asked, signal)) {
        const member = entities.get(String(Id))
        if (member !== undefined) yield { group: email, groupNames: [name], member: member.email }
      }
    }
  } catch (error) {
    throw refusalOf(error, `WorkMail organization ${organization}`)
  }
}

const remedyFor = (type: string): string => {
  if (type === 'ThrottlingException') return 'Try again when nobody else asks it much.'
  return type.startsWith('OrganizationNotFound') || type === 'OrganizationStateException'
    ? 'Check the organization (m-…) and the region.'
    : 'The access key needs workmail:List*.'
}

function refusalOf(error: unknown, name: string): unknown {
  if (error instanceof AdminUnreachable) return new Refusal('try-later', `${name}: ${error.message}`)
  if (!(error instanceof AdminFault)) return error
  return new Refusal(
    error.type === 'ThrottlingException' ? 'try-later' : 'not-allowed',
    `${name}: ${error.type}, ${error.message} ${remedyFor(error.type)}`,
  )
}
