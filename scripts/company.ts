/**
 * Writes fixtures/company: a company of 200 people on Exchange, as ldifde and Exchange's cmdlets write it. The same each time.
 *   node scripts/company.ts
 */
// one thing: the company, and how each kind of export writes it
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

const DOMAIN = 'corp.example'
const ROUTING = 'lb.corp.example'
const BASE = 'DC=corp,DC=example'

const departments = [
  ['Geschäftsführung', 'München'],
  ['Vertrieb', 'München'],
  ['Entwicklung', 'Dresden'],
  ['Einkauf', 'Dresden'],
  ['Finances', 'Lyon'],
  ['Ressources humaines', 'Lyon'],
  ['Support', 'London'],
  ['Marketing', 'London'],
  ['Логистика', 'Almaty'],
  ['営業', '東京'],
] as const

const given = {
  München: ['Anna', 'Jürgen', 'Sabine', 'Björn', 'Käthe', 'Stefan', 'Ute', 'Max', 'Lena', 'Götz'],
  Dresden: ['Jana', 'Uwe', 'Silke', 'Torsten', 'Grit', 'Jörg', 'Anett', 'Falk', 'Heike', 'Sven'],
  Lyon: ['Zoé', 'Éric', 'Chloé', 'Hélène', 'François', 'Noël', 'Inès', 'Luc', 'Odile', 'Rémi'],
  London: ['Grace', 'Oliver', 'Amelia', 'Harry', 'Priya', 'Siobhán', 'Tom', 'Zara', 'Callum', 'Ruth'],
  Almaty: ['Айгуль', 'Дмитрий', 'Ольга', 'Нурлан', 'Елена', 'Тимур', 'Алия', 'Сергей', 'Дина', 'Арман'],
  東京: ['陽子', '健太', '美咲', '大輔', '直樹', '恵', '翔', '由美', '誠', '葵'],
} as const
const family = {
  München: ['Müller', 'Weiß', 'Schröder', 'Huber', 'Krämer', 'Böhm', 'Vogt', 'Lang', 'Jäger', 'Roth'],
  Dresden: [
    'Richter',
    'Köhler',
    'Lehmann',
    'Schuster',
    'Günther',
    'Nitzsche',
    'Mehnert',
    'Pohl',
    'Zschoche',
    'Voß',
  ],
  Lyon: [
    'Dupont',
    'Lefèvre',
    'Gauthier',
    'Bérard',
    'Chevalier',
    'Rousseau',
    'Faure',
    'Mercier',
    'Blanc',
    'Noir',
  ],
  London: [
    "O'Brien",
    'Smith-Jones',
    'Patel',
    'Taylor',
    'Evans',
    'McKenzie',
    'Wright',
    'Khan',
    'Hughes',
    'Bell',
  ],
  Almaty: [
    'Ахметова',
    'Иванов',
    'Смирнова',
    'Жумабаев',
    'Ким',
    'Петров',
    'Сулейменова',
    'Попов',
    'Цой',
    'Беков',
  ],
  東京: ['佐藤', '鈴木', '高橋', '田中', '伊藤', '渡辺', '山本', '中村', '小林', '加藤'],
} as const
const latin: Readonly<Record<string, string>> = {
  Айгуль: 'aigul',
  Дмитрий: 'dmitri',
  Ольга: 'olga',
  Нурлан: 'nurlan',
  Елена: 'elena',
  Тимур: 'timur',
  Алия: 'aliya',
  Сергей: 'sergei',
  Дина: 'dina',
  Арман: 'arman',
  Ахметова: 'akhmetova',
  Иванов: 'ivanov',
  Смирнова: 'smirnova',
  Жумабаев: 'zhumabaev',
  Ким: 'kim',
  Петров: 'petrov',
  Сулейменова: 'suleimenova',
  Попов: 'popov',
  Цой: 'tsoi',
  Беков: 'bekov',
  陽子: 'yoko',
  健太: 'kenta',
  美咲: 'misaki',
  大輔: 'daisuke',
  直樹: 'naoki',
  恵: 'megumi',
  翔: 'sho',
  由美: 'yumi',
  誠: 'makoto',
  葵: 'aoi',
  佐藤: 'sato',
  鈴木: 'suzuki',
  高橋: 'takahashi',
  田中: 'tanaka',
  伊藤: 'ito',
  渡辺: 'watanabe',
  山本: 'yamamoto',
  中村: 'nakamura',
  小林: 'kobayashi',
  加藤: 'kato',
}

const ascii = (name: string): string =>
  (
    latin[name] ??
    name.toLowerCase().replaceAll('ß', 'ss').replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue')
  )
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '')

type Place = keyof typeof given
type Recipient = {
  alias: string
  displayName: string
  first?: string
  last?: string
  department: string
  city: string
  title?: string
  kind: 'UserMailbox' | 'SharedMailbox' | 'RoomMailbox' | 'EquipmentMailbox'
  database: string
  vip?: boolean
  pilot?: boolean
  capacity?: number
}

const octets = (what: string, name: string, length: number): string =>
  createHash('sha256').update(`${what}:${name}`).digest().subarray(0, length).toString('base64')
const address = (alias: string): string => `${alias}@${DOMAIN}`

const recipients: Recipient[] = []
const teams = departments.map(([department, city], at) => {
  const team = Array.from({ length: 20 }, (_, no): Recipient => {
    const place = city as Place
    const first = given[place][no % 10]!
    const last = family[place][(no + 3 * Math.floor(no / 10) + 6 * (at % 2)) % 10]!
    return {
      alias: `${ascii(first)}.${ascii(last)}`,
      displayName: place === '東京' ? `${last} ${first}` : `${first} ${last}`,
      first,
      last,
      department,
      city,
      title: no === 0 ? 'Head' : no === 1 ? 'Assistant' : 'Staff',
      kind: 'UserMailbox',
      database: `DB0${1 + (at % 2)}`,
      vip: no === 0,
      pilot: department === 'Support' && no >= 15,
    }
  })
  recipients.push(...team)
  return team
})
const names = new Set(recipients.map(({ alias }) => alias))
if (names.size !== 200) throw new Error(`${200 - names.size} aliases are not unique`)

const shared = ['info', 'bewerbung', 'rechnung', 'helpdesk', 'presse', 'einkauf'].map(
  (alias, at): Recipient => ({
    alias,
    displayName: `${alias[0]!.toUpperCase()}${alias.slice(1)} (shared)`,
    department: departments[(at * 3 + 1) % 10]![0],
    city: departments[(at * 3 + 1) % 10]![1],
    kind: 'SharedMailbox',
    database: 'DB01',
  }),
)
const rooms = ['Isar', 'Elbe', 'Rhône', 'Thames', 'Или', '隅田川'].map(
  (name, at): Recipient => ({
    alias: `room-${at + 1}`,
    displayName: `Room ${name}`,
    department: '',
    city: ['München', 'Dresden', 'Lyon', 'London', 'Almaty', '東京'][at]!,
    kind: 'RoomMailbox',
    database: 'DB02',
    capacity: 6 + 4 * at,
  }),
)
const equipment = ['Beamer', 'Van'].map(
  (name, at): Recipient => ({
    alias: `equipment-${at + 1}`,
    displayName: name,
    department: '',
    city: 'München',
    kind: 'EquipmentMailbox',
    database: 'DB02',
  }),
)
const mailboxes = [...recipients, ...shared, ...rooms, ...equipment]

type Grant = { owner: string; grantee: string }
const fullAccess: Grant[] = []
const sendAs: Grant[] = []
const onBehalf: Grant[] = []
const folders: (Grant & { folder: string; rights: string; flags?: string })[] = []
const roomDelegates: Grant[] = []

for (const [at, team] of teams.entries()) {
  const [head, assistant, ...staff] = team.map(({ alias }) => alias)
  fullAccess.push({ owner: head!, grantee: assistant! })
  onBehalf.push({ owner: head!, grantee: assistant! })
  folders.push({ owner: head!, grantee: assistant!, folder: 'Calendar', rights: 'Editor', flags: 'Delegate' })
  for (const [no, one] of staff.entries())
    if (no % 3 === 0)
      folders.push({
        owner: one,
        grantee: staff[(no + 1) % staff.length]!,
        folder: 'Calendar',
        rights: 'Reviewer',
      })
  // Somebody of the next department helps out: what a plan has to cut somewhere.
  const next = teams[(at + 1) % teams.length]!
  folders.push({ owner: assistant!, grantee: next[1]!.alias, folder: 'Calendar', rights: 'Editor' })
  if (at % 3 === 0) sendAs.push({ owner: head!, grantee: next[2]!.alias })
}
for (const [at, box] of shared.entries()) {
  const members = teams[(at * 3 + 1) % 10]!.slice(2, 7)
  const helper = teams[6]![3]!
  for (const { alias } of members) {
    fullAccess.push({ owner: box.alias, grantee: alias })
    sendAs.push({ owner: box.alias, grantee: alias })
  }
  if (!members.includes(helper)) fullAccess.push({ owner: box.alias, grantee: helper.alias })
}
for (const [at, room] of rooms.entries())
  roomDelegates.push({ owner: room.alias, grantee: teams[(at * 2) % 10]![1]!.alias })

// directory.ldf

const container: Record<Recipient['kind'], string> = {
  UserMailbox: 'People',
  SharedMailbox: 'Shared',
  RoomMailbox: 'Resources',
  EquipmentMailbox: 'Resources',
}
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

const folder = new URL('../fixtures/company/', import.meta.url)
const write = (name: string, text: string) => writeFileSync(new URL(name, folder), text)
write('directory.ldf', [...mailboxes.map(mailboxEntry), ...moved, ...contacts, ...groups].join(''))

// What the cmdlets export

const cell = (value: string | number | boolean | undefined): string =>
  `"${String(value ?? '').replaceAll('"', '""')}"`
const table = (
  columns: readonly string[],
  rows: readonly (readonly (string | number | boolean | undefined)[])[],
): string => `\ufeff${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
const account = (alias: string): string => `CORP\\${alias.slice(0, 20)}`

write(
  'mailboxes.csv',
  table(
    [
      'PrimarySmtpAddress',
      'DisplayName',
      'Alias',
      'SamAccountName',
      'RecipientTypeDetails',
      'Department',
      'Database',
      'LegacyExchangeDN',
      'GrantSendOnBehalfTo',
      'Identity',
      'Pilot',
      'Vip',
    ],
    mailboxes.map((one) => [
      address(one.alias),
      one.displayName,
      one.alias,
      one.alias.slice(0, 20),
      one.kind,
      one.department || one.city,
      one.database,
      '',
      onBehalf
        .filter(({ owner }) => owner === one.alias)
        .map(({ grantee }) => address(grantee))
        .join(','),
      `${DOMAIN}/${container[one.kind]}/${one.alias}`,
      one.pilot === true,
      one.vip === true,
    ]),
  ),
)
const identity = (alias: string) =>
  `${DOMAIN}/${container[mailboxes.find((one) => one.alias === alias)!.kind]}/${alias}`
write(
  'full-access.csv',
  table(
    ['Identity', 'User', 'AccessRights', 'IsInherited', 'Deny'],
    [
      ...fullAccess.map(({ owner, grantee }) => [
        identity(owner),
        account(grantee),
        'FullAccess',
        false,
        false,
      ]),
      ...recipients
        .slice(0, 5)
        .map(({ alias }) => [
          identity(alias),
          'NT AUTHORITY\\SELF',
          'FullAccess, ReadPermission',
          false,
          false,
        ]),
      [identity('info'), 'S-1-5-21-1004336348-1177238915-682003330-1199', 'FullAccess', false, false],
    ],
  ),
)
write(
  'send-as.csv',
  table(
    ['Identity', 'Trustee', 'AccessControlType', 'AccessRights', 'IsInherited'],
    sendAs.map(({ owner, grantee }) => [identity(owner), account(grantee), 'Allow', 'SendAs', false]),
  ),
)
write(
  'folder-permissions.csv',
  table(
    ['Mailbox', 'FolderName', 'User', 'AccessRights', 'SharingPermissionFlags'],
    [
      ...folders.map(({ owner, grantee, folder, rights, flags }) => [
        address(owner),
        folder,
        address(grantee),
        rights,
        flags,
      ]),
      ...recipients
        .slice(0, 10)
        .map(({ alias }) => [address(alias), 'Calendar', 'Default', 'AvailabilityOnly', '']),
    ],
  ),
)
write(
  'calendar-processing.csv',
  table(
    [
      'Identity',
      'AutomateProcessing',
      'ResourceDelegates',
      'BookInPolicy',
      'RequestInPolicy',
      'RequestOutOfPolicy',
    ],
    roomDelegates.map(({ owner, grantee }) => [address(owner), 'AutoAccept', address(grantee), '', '', '']),
  ),
)

// Series of every kind, as Exchange would export them: those of fixtures/recurrence

type Series = { name: string; zone: string | null; start: string; lines: readonly string[] }
const cases = JSON.parse(
  readFileSync(new URL('../fixtures/recurrence/cases.json', import.meta.url), 'utf8'),
) as Series[]
const stamped = (name: string, value: string, zone: string | null): string => {
  if (zone === null) return `${name};VALUE=DATE:${value}`
  return zone === 'Etc/UTC' ? `${name}:${value}Z` : `${name};TZID=${zone}:${value}`
}
const calendars = cases.map(({ name, zone, start, lines }, at) => {
  const length = zone === null ? 'DURATION:P1D' : 'DURATION:PT45M'
  const event = (...more: string[]) => [
    'BEGIN:VEVENT',
    `UID:series-${at + 1}@${DOMAIN}`,
    `SUMMARY:${name.replaceAll(',', '\\,')}`,
    ...more,
    length,
    'END:VEVENT',
  ]
  const moves = lines.filter((one) => one.startsWith('MOVED:')).map((one) => one.slice(6).split(' '))
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//${DOMAIN}//company//EN`,
    ...event(stamped('DTSTART', start, zone), ...lines.filter((one) => !one.startsWith('MOVED:'))),
    ...moves.flatMap(([id, to, tz]) =>
      event(stamped('RECURRENCE-ID', id!, zone), stamped('DTSTART', to!, tz!)),
    ),
    'END:VCALENDAR',
    '',
  ].join('\r\n')
})
write('series.ics', calendars.join(''))
