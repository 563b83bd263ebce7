/** Who works there: names as each place writes them, and the mailboxes of the company. */
export const DOMAIN = 'corp.example'

export const departments = [
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
export type Recipient = {
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

export const address = (alias: string): string => `${alias}@${DOMAIN}`

/** The organisational unit of each kind. */
export const container: Record<Recipient['kind'], string> = {
  UserMailbox: 'People',
  SharedMailbox: 'Shared',
  RoomMailbox: 'Resources',
  EquipmentMailbox: 'Resources',
}

export const recipients: Recipient[] = []
export const teams = departments.map(([department, city], at) => {
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

export const shared = ['info', 'bewerbung', 'rechnung', 'helpdesk', 'presse', 'einkauf'].map(
  (alias, at): Recipient => ({
    alias,
    displayName: `${alias[0]!.toUpperCase()}${alias.slice(1)} (shared)`,
    department: departments[(at * 3 + 1) % 10]![0],
    city: departments[(at * 3 + 1) % 10]![1],
    kind: 'SharedMailbox',
    database: 'DB01',
  }),
)
export const rooms = ['Isar', 'Elbe', 'Rhône', 'Thames', 'Или', '隅田川'].map(
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
export const mailboxes = [...recipients, ...shared, ...rooms, ...equipment]
