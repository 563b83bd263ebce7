import type { OrganizationId } from '#src/base/ids.ts'
import type { Config } from '#src/config/settings.ts'
import type { FoundGrant } from '#src/domain/migration/grant.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { dataFolderPaths } from '../data-folder.ts'
import { openAlone } from '../open-alone.ts'
import { type Here, inOrganization } from './administration.ts'
import { type Company, type CompanyMailbox, readMessages, readSeries } from './company.ts'
import { fillMailbox } from './mailbox-contents.ts'
import { writeMailboxSizes } from './mailbox-sizes.ts'
import { proveDomain } from './prove-domain.ts'
import { inParallel } from './rounds.ts'

const DOMAIN = 'corp.example'
const AT_ONCE = 16

type Progress = (done: number, total: number) => void

/**
 * Makes the data folder of the Exchange side: this product's own service in Exchange's place, with the company's people, groups and
 * rights, and their mailboxes filled. `passwords` are of those who sign in, by alias; `sizes` is where the sizes of the mailboxes
 * are written, as its administrator would export them.
 */
export async function makeStandIn(
  config: Config,
  company: Company,
  passwords: ReadonlyMap<string, string>,
  { sizes, progress, signal }: { sizes: string; progress: Progress; signal: AbortSignal },
): Promise<void> {
  const { data, client, close } = await openAlone(config, lockDataFolder(dataFolderPaths(config).folder))
  try {
    const { OrganizationId } = await client.call('CreateOrganization', { Alias: 'exchange' })
    const organization = OrganizationId as OrganizationId
    const here = inOrganization(client, organization)
    await here('RegisterMailDomain', { DomainName: DOMAIN })
    await proveDomain(data.store, organization, DOMAIN)
    await here('UpdateDefaultMailDomain', { DomainName: DOMAIN })
    const ids = new Map<string, string>()
    const pool = { messages: await readMessages(), series: await readSeries(), today: Date.now() }
    let done = 0
    const fill = async (one: CompanyMailbox, no: number) => {
      ids.set(one.alias, await makeRecipient(here, one, passwords.get(one.alias)))
      const { address } = one
      const found = await data.store.directory.findEntry(organization, { address })
      if (found?.mailbox)
        await fillMailbox(data.store, { organization, mailbox: found.mailbox }, { ...one, no }, pool)
      progress(++done, company.mailboxes.length)
    }
    await inParallel(company.mailboxes, AT_ONCE, fill, signal)
    for (const { name, address } of company.contacts)
      await here('CreateContact', { Name: name, DisplayName: name, EmailAddresses: [address] })
    await writeMailboxSizes(sizes, data.store, organization, company.mailboxes)
    await makeGroups(here, company, ids)
    for (const grant of company.grants) await give(here, grant, ids)
  } finally {
    await close()
  }
}

async function makeRecipient(here: Here, one: CompanyMailbox, password: string | undefined): Promise<string> {
  const { alias, address, kind } = one
  if (kind === 'user' || kind === 'shared') return makeUser(here, one, password)
  const { ResourceId } = await here('CreateResource', { Name: alias, Type: kind.toUpperCase() })
  await here('RegisterToWorkMail', { EntityId: ResourceId, Email: address })
  return String(ResourceId)
}

/** A user with a mailbox. Without a password nobody signs in as it. */
export async function makeUser(
  here: Here,
  { alias, displayName, first, last, address }: CompanyMailbox,
  password: string | undefined,
): Promise<string> {
  const { UserId } = await here('CreateUser', {
    Name: alias,
    DisplayName: displayName,
    ...(first && { FirstName: first }),
    ...(last && { LastName: last }),
    ...(password !== undefined && { Password: password }),
  })
  await here('RegisterToWorkMail', { EntityId: UserId, Email: address })
  return String(UserId)
}

async function makeGroups(here: Here, { groups }: Company, ids: Map<string, string>): Promise<void> {
  for (const { alias } of groups) {
    const { GroupId } = await here('CreateGroup', { Name: alias })
    await here('RegisterToWorkMail', { EntityId: GroupId, Email: `${alias}@${DOMAIN}` })
    ids.set(alias, String(GroupId))
  }
  for (const { alias, members } of groups)
    for (const member of members) {
      const MemberId = ids.get(member)
      if (MemberId !== undefined) await here('AssociateMemberToGroup', { GroupId: ids.get(alias)!, MemberId })
    }
}

const permissionOf: Partial<Record<FoundGrant['right'], string>> = {
  'full-access': 'FULL_ACCESS',
  'send-as': 'SEND_AS',
  'send-on-behalf': 'SEND_ON_BEHALF',
}

/** Gives a right as the company gave it. PutMailboxPermissions replaces what there was, so that is asked first. */
async function give(
  here: Here,
  { owner, grantee, right, folder }: FoundGrant,
  ids: Map<string, string>,
): Promise<void> {
  const [EntityId, GranteeId] = [ids.get(owner), ids.get(grantee)]
  if (EntityId === undefined || GranteeId === undefined) return
  if (right === 'room-delegate')
    return void (await here('AssociateDelegateToResource', { ResourceId: EntityId, EntityId: GranteeId }))
  const permission = permissionOf[right]
  if (permission !== undefined) {
    const { Permissions } = await here('ListMailboxPermissions', { EntityId })
    const before = (Permissions as { GranteeId: string; PermissionValues: string[] }[]).find(
      (each) => each.GranteeId === GranteeId,
    )
    const PermissionValues = [...new Set([...(before?.PermissionValues ?? []), permission])]
    return void (await here('PutMailboxPermissions', { EntityId, GranteeId, PermissionValues }))
  }
  const { Folders } = await here('ListMailboxFolders', { EntityId })
  const found = (Folders as { FolderId: string; Path: string }[]).find(({ Path }) => Path === folder)
  const AccessRights = [right === 'folder-read' ? 'Reviewer' : 'Editor']
  if (found !== undefined)
    await here('PutMailboxFolderPermission', { EntityId, FolderId: found.FolderId, GranteeId, AccessRights })
}
