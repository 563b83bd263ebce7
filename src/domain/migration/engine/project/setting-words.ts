import { counted, figure, octetWords, sizeWords } from '#src/base/figure-words.ts'
import { usualLateHours } from './late-looks.ts'
import type { OwnSettings, ProjectSettings, SourceCap, WindowRules } from './project.ts'

/** Settings of a migration as people read them. */

const levels: Readonly<Record<ProjectSettings['verification'], string>> = {
  1: 'counts and sizes of each folder',
  2: 'every item, and the bodies of some',
  3: 'every item and every body',
}

/** Name and value; without caps of sources, and without who is told of troubles. */
export function settingRows(settings: ProjectSettings): readonly (readonly [string, string])[] {
  const { verification, sampledPart } = settings
  const sampled = verification === 2 ? ` (${figure(sampledPart * 100)} %, at least 50)` : ''
  return [
    ['copies are made', windowWords(settings.window)],
    [
      'mailboxes at once',
      `${figure(settings.lanes)}${settings.databaseLanes === undefined ? '' : `, at most ${figure(settings.databaseLanes)} of each database`}`,
    ],
    ...(settings.bytesPerSecond === undefined
      ? []
      : [['over all sources', speedWords(settings.bytesPerSecond)] as const]),
    ['changes are looked for', `every ${counted(settings.deltaEveryMinutes, 'minute')}`],
    ['what is deleted there', settings.deletesHere ? 'is deleted here' : 'stays here'],
    ['an item is asked for', `${counted(settings.itemAttempts, 'time')}, then left behind by name`],
    ['largest item', sizeWords(settings.largestItemBytes)],
    ['compared after the move', `${levels[verification]}${sampled}`],
    ['a mailbox that fails', settings.failingMember === 'hold' ? 'holds its batch' : 'leaves its batch'],
    ['a batch can go back for', counted(settings.rollbackDays, 'day')],
    ['late mail is fetched', lateWords(settings)],
  ]
}

const lateWords = ({ lateHours = usualLateHours }: ProjectSettings): string =>
  lateHours.length === 0 ? 'when somebody asks' : `${lateHours.map(figure).join(', ')} hours after the move`

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function windowWords(rules: WindowRules | null): string {
  if (rules === null) return 'at any time'
  const { begin, end, zone, weekdays, wholeDays = [], holidays } = rules
  const named = (days: readonly number[]) => days.map((day) => dayNames[day - 1]).join(', ')
  // What a night adds to a whole day lies on the day after it.
  const endsSameDay = end > begin || end === '00:00'
  const others = endsSameDay ? weekdays.filter((day) => !wholeDays.includes(day)) : weekdays
  const each = weekdays.length === dayNames.length ? '' : ` on ${named(others)}`
  const nights = others.length === 0 ? [] : [`${begin}-${end} (${zone})${each}`]
  const whole = wholeDays.length === 0 ? [] : [`all day on ${named(wholeDays)}`]
  const days = [...nights, ...whole].join(', ')
  const there = others.length === 0 ? ` (${zone})` : ''
  return `${days}${there}${holidays.length === 0 ? '' : `, not on ${holidays.join(', ')}`}`
}

const speedWords = (bytes: number): string => `at most ${octetWords(bytes)} a second`

export const capWords = ({
  connections,
  lanes,
  callsPerSecond,
  bytesPerSecond,
}: SourceCap = {}): string[] => [
  ...(connections === undefined ? [] : [`at most ${counted(connections, 'call')} at once`]),
  ...(lanes === undefined ? [] : [`at most ${counted(lanes, 'mailbox', 'mailboxes')} at once`]),
  ...(callsPerSecond === undefined ? [] : [`at most ${counted(callsPerSecond, 'call')} a second`]),
  ...(bytesPerSecond === undefined ? [] : [speedWords(bytesPerSecond)]),
]

/** Everything that can be changed, by name; a setting that is not there has no row. */
const allRows = (settings: ProjectSettings): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(settings.caps).map(
      ([source, cap]) => [`source ${source}`, capWords(cap).join(', ') || 'without a cap'] as const,
    ),
    ...settingRows(settings),
    ['changes asked for at once', figure(settings.pageItems)] as const,
    ['room that stays free', `${figure((settings.spaceMargin ?? 0.25) * 100)} % of what comes over`] as const,
    ['who is told', toldWords(settings.alerts)] as const,
    ['a report by mail', reportWords(settings)] as const,
    ['who answers for it', settings.responsible ?? 'nobody'] as const,
  ])

const reportWords = ({ reportHours }: ProjectSettings): string =>
  reportHours === undefined ? 'none' : `every ${counted(reportHours, 'hour')}`

/** What a batch or a mailbox has otherwise than what is above it; empty: nothing. */
export const ownWords = ({
  deletesHere,
  itemAttempts,
  largestItemBytes,
  verification,
  window,
}: OwnSettings): string =>
  [
    ...(window === undefined ? [] : [`copied ${windowWords(window === 'always' ? null : window)}`]),
    ...(deletesHere === undefined
      ? []
      : [`what is deleted there ${deletesHere ? 'is deleted here' : 'stays here'}`]),
    ...(itemAttempts === undefined ? [] : [`an item is asked for ${counted(itemAttempts, 'time')}`]),
    ...(largestItemBytes === undefined ? [] : [`items above ${sizeWords(largestItemBytes)} are left behind`]),
    ...(verification === undefined ? [] : [`compared after the move: ${levels[verification]}`]),
  ].join('; ')

/** A webhook by its server alone: what is behind may be a key. */
function toldWords({ addresses, webhook }: NonNullable<ProjectSettings['alerts']> = usualAlerts): string {
  const host = webhook === null ? undefined : URL.parse(webhook)?.host
  const all = [...addresses, ...(webhook === null ? [] : [`a webhook at ${host ?? 'a server'}`])]
  return all.length === 0 ? 'nobody' : all.join(', ')
}
const usualAlerts = { addresses: [], webhook: null }

/** What is other than before, each with what it was; values that read the same but are not are named without them. */
export function changedSettings(before: ProjectSettings, after: ProjectSettings): readonly string[] {
  const [old, now] = [allRows(before), allRows(after)]
  const changed = [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const [from, to] = [old.get(name) ?? 'without a cap', now.get(name) ?? 'without a cap']
    return from === to ? [] : [`${name}, from "${from}" to "${to}"`]
  })
  const isAnother = before.alerts?.webhook !== after.alerts?.webhook
  if (isAnother && old.get('who is told') === now.get('who is told'))
    changed.push('who is told, as the webhook has another address on the same server')
  return changed
}
