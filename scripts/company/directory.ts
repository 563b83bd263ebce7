/** The directory as ldifde writes it. */
import { createHash } from 'node:crypto'
import { fullAccess, onBehalf, roomDelegates } from './grants.ts'
import { address, container, departments, mailboxes, type Recipient, teams } from './people.ts'

const ROUTING = 'lb.corp.example'
const BASE = 'DC=corp,DC=example'
const octets = (what: string, name: string, length: number): string =>
  createHash('sha256').update(`${what}:${name}`).digest().subarray(0, length).toString('base64')
const details = { UserMailbox: 1, SharedMailbox: 4, RoomMailbox: 16, EquipmentMailbox: 32 }
const display = { UserMailbox: 1073741824, SharedMailbox: 0, RoomMailbox: 7, EquipmentMailbox: 8 }
const dnOf = new Map(mailboxes.map(({ alias, kind }) => [alias, `CN=${alias},OU=${container[kind]},${BASE}`]))

let usn = 1000
const safe = (value: string): boolean => /^(?![ :<])[\x20-\x7e]*(?<! )$/.test(value)
const line = (name: string, value: string): string =>
  safe(value) ? `${name}: ${value}` : `${name}:: ${Buffer.from(value).toString('base64')}`
const classes = (...all: string[]) => all.map((each) => `objectClass: ${each}`)
const category = (name: string) => `objectCategory: CN=${name},CN=Schema,CN=Configuration,${BASE}`

function entry(dn: string, lines: readonly (string | false | undefined)[]): string {
  const kept = lines.filter((each): each is string => typeof each === 'string')
  const all = [`dn: ${dn}`, 'changetype: add', ...kept, `uSNChanged: ${++usn}`]
  return `${all.join('\n')}\n\n`
}

function mailboxEntry(one: Recipient): string {
  const { alias, kind } = one
  const delegates = onBehalf.filter(({ owner }) => owner === alias)
  const automapped = fullAccess.filter(({ owner }) => owner === alias)
  const decides = roomDelegates.filter(({ owner }) => owner === alias)
  return entry(dnOf.get(alias)!, [
    ...classes('top', 'person', 'organizationalPerson', 'user'),
    category('Person'),
    line('cn', alias),
    `objectGUID:: ${octets('guid', alias, 16)}`,
    line('displayName', one.displayName),
    one.first !== undefined && line('givenName', one.first),
    one.last !== undefined && line('sn', one.last),
    one.title !== undefined && line('title', one.title),
    one.department !== '' && line('department', one.department),
    line('l', one.city),
    line('company', 'Corp'),
    `mailNickname: ${alias}`,
    `sAMAccountName: ${alias.slice(0, 20)}`,
    `userPrincipalName: ${address(alias)}`,
    `userAccountControl: ${kind === 'UserMailbox' ? 512 : 514}`,
    `mail: ${address(alias)}`,
    `proxyAddresses: SMTP:${address(alias)}`,
    `proxyAddresses: X500:/o=Corp/ou=Old Site/cn=Recipients/cn=${alias.replaceAll('.', '')}`,
    `legacyExchangeDN: /o=Corp/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${createHash('md5').update(alias).digest('hex')}-${alias}`,
    `msExchRecipientTypeDetails: ${details[kind]}`,
    `msExchRecipientDisplayType: ${display[kind]}`,
    `msExchMailboxGuid:: ${octets('mailbox', alias, 16)}`,
    `homeMDB: CN=${one.database},CN=Databases,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,CN=Corp,CN=Microsoft Exchange,CN=Services,CN=Configuration,${BASE}`,
    one.capacity !== undefined && `msExchResourceCapacity: ${one.capacity}`,
    kind === 'RoomMailbox' && 'msExchResourceMetaData: ResourceType:Room',
    kind === 'EquipmentMailbox' && 'msExchResourceMetaData: ResourceType:Equipment',
    ...[...delegates, ...decides].map(({ grantee }) => `publicDelegates: ${dnOf.get(grantee)}`),
    ...automapped.map(({ grantee }) => `msExchDelegateListLink: ${dnOf.get(grantee)}`),
  ])
}

const already = ['nora.keller', 'piet.jansen', 'ewa.nowak', 'luis.ortega', 'mia.berg']
const alreadyDn = (alias: string) => `CN=${alias},OU=People,${BASE}`
const moved = already.map((alias) => {
  const [first, last] = alias.split('.').map((part) => `${part[0]!.toUpperCase()}${part.slice(1)}`)
  return entry(alreadyDn(alias), [
    ...classes('top', 'person', 'organizationalPerson', 'user'),
    category('Person'),
    `cn: ${alias}`,
    `objectGUID:: ${octets('guid', alias, 16)}`,
    `displayName: ${first} ${last}`,
    `givenName: ${first}`,
    `sn: ${last}`,
    'department: IT',
    `mailNickname: ${alias}`,
    `sAMAccountName: ${alias}`,
    `mail: ${address(alias)}`,
    `proxyAddresses: SMTP:${address(alias)}`,
    `proxyAddresses: smtp:${alias}@${ROUTING}`,
    `targetAddress: SMTP:${alias}@${ROUTING}`,
    'msExchRecipientTypeDetails: 128',
    'msExchRecipientDisplayType: 6',
  ])
})

const contacts = ['Pat Partner', 'Kim Kunde', 'Sam Supplier'].map((name) => {
  const alias = name.toLowerCase().replace(' ', '.')
  return entry(`CN=${alias},OU=Contacts,${BASE}`, [
    ...classes('top', 'person', 'organizationalPerson', 'contact'),
    category('Person'),
    `cn: ${alias}`,
    `objectGUID:: ${octets('guid', alias, 16)}`,
    `displayName: ${name}`,
    `mailNickname: ${alias}`,
    `mail: ${alias}@partner.example`,
    `proxyAddresses: SMTP:${alias}@partner.example`,
    `targetAddress: SMTP:${alias}@partner.example`,
    'msExchRecipientTypeDetails: 64',
    'msExchRecipientDisplayType: 6',
  ])
})

const groupDn = (alias: string) => `CN=${alias},OU=Groups,${BASE}`
function groupEntry(alias: string, displayName: string, members: readonly string[]): string {
  return entry(groupDn(alias), [
    ...classes('top', 'group'),
    category('Group'),
    `cn: ${alias}`,
    `objectGUID:: ${octets('guid', alias, 16)}`,
    line('displayName', displayName),
    `mailNickname: ${alias}`,
    `sAMAccountName: ${alias}`,
    'groupType: 8',
    `mail: ${address(alias)}`,
    `proxyAddresses: SMTP:${address(alias)}`,
    'msExchRecipientTypeDetails: 256',
    'msExchRecipientDisplayType: 1',
    ...members.map((dn) => `member: ${dn}`),
  ])
}
const groups = [
  ...teams.map((team, at) =>
    groupEntry(
      `team-${at + 1}`,
      `Team ${departments[at]![0]}`,
      team.map(({ alias }) => dnOf.get(alias)!),
    ),
  ),
  groupEntry(
    'heads',
    'Department heads',
    teams.map(([head]) => dnOf.get(head!.alias)!),
  ),
  // Members on both sides.
  groupEntry('works-council', 'Works council', [
    ...teams.slice(0, 4).map((team) => dnOf.get(team[9]!.alias)!),
    ...already.slice(0, 2).map(alreadyDn),
  ]),
  groupEntry('everybody', 'Everybody', [
    ...teams.map((_, at) => groupDn(`team-${at + 1}`)),
    ...already.map(alreadyDn),
  ]),
]

export const directory = [...mailboxes.map(mailboxEntry), ...moved, ...contacts, ...groups].join('')
