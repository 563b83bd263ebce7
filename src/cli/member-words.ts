import type { Command } from 'commander'
import { AdminFault } from '#src/clients/admin/admin-client.ts'

/** Members of the API that options and arguments have other names for, the likeliest first. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  OrganizationId: ['org'],
  Name: ['name', 'user', 'group', 'resource', 'contact'],
  UserId: ['user', 'contact', 'name'],
  GroupId: ['group', 'name'],
  ResourceId: ['resource', 'name'],
  ContactId: ['contact', 'name'],
  EntityId: ['delegate', 'entry', 'owner', 'user', 'group', 'resource', 'name'],
  MemberId: ['member'],
  GranteeId: ['grantee'],
  FolderId: ['folder'],
  DomainName: ['name', 'domain'],
  Domains: ['domain'],
  Email: ['email', 'address'],
  Alias: ['address', 'alias', 'org'],
  Addresses: ['address'],
  EmailAddresses: ['email', 'alias'],
  TargetAddress: ['target'],
  Password: ['password-stdin'],
  PermissionValues: ['right'],
  AccessRights: ['right'],
  HiddenFromGlobalAddressList: ['hidden'],
  MailboxQuota: ['megabytes'],
  LifetimeInDays: ['days'],
  QueueId: ['id'],
  TraceId: ['id'],
  Decision: ['only'],
  MailFromDomain: ['subdomain'],
  NetBiosName: ['netbios'],
  EwsEndpoint: ['ews'],
  LambdaArn: ['lambda'],
  Endpoint: ['function'],
  Tags: ['key=value'],
  Scopes: ['scope'],
  PersonalAccessTokenId: ['id'],
  CustomAttributes: ['attribute'],
  ProjectId: ['project', 'name'],
  BatchNumber: ['batch'],
  Source: ['source'],
  FailingMember: ['failing'],
  MinTlsVersion: ['min-tls'],
  Options: ['option'],
  Secret: ['password-stdin'],
  UsernamePrefix: ['prefix'],
  NamePrefix: ['prefix'],
}

const kebab = (member: string): string => member.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

/** How this command writes a member of the API: `--display-name`, `<user>`; undefined where it cannot be written. */
function writtenAs(command: Command, member: string): string | undefined {
  for (const name of otherNames[member] ?? [kebab(member), kebab(member.replace(/Id$/, ''))]) {
    const option = command.options.find(({ long }) => long === `--${name}`)
    if (option?.long) return option.long
    const argument = command.registeredArguments.find((each) => each.name() === name)
    if (argument !== undefined) return `<${name}>`
  }
  return undefined
}

/** What the service says of the input begins with a member's name; to people it is told by the name they wrote. */
export function inTheirWords(error: unknown, command: Command): unknown {
  if (!(error instanceof AdminFault) || error.type !== 'InvalidParameterException') return error
  const [, path, member, rest] = /^(([A-Z][A-Za-z]*)(?:\.[A-Za-z0-9]+)*)( .*)$/s.exec(error.message) ?? []
  if (path === undefined || member === undefined) return error
  const last = path.slice(path.lastIndexOf('.') + 1)
  const written = writtenAs(command, member) ?? writtenAs(command, last)
  return written === undefined ? error : new AdminFault(error.type, `${written}${rest}`, error.requestId)
}
