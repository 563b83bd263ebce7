import { counted, figure, sizeWords } from '#src/base/figure-words.ts'
import type { ProjectSettings, SourceCap, WindowRules } from '../engine/project.ts'
import { html, type Markup } from './markup.ts'
import { table } from './table.ts'

/** What a migration was told to do, as it stands when a report is made (migration.md 1.3). */
export type RunSettings = {
  settings: ProjectSettings
  /** `parts`: what comes beside what everybody sees, in words. */
  sources: readonly { name: string; kind: string; url: string; parts: string }[]
}

const levels: Readonly<Record<ProjectSettings['verification'], string>> = {
  1: 'counts and sizes of each folder',
  2: 'every item, and the bodies of some',
  3: 'every item and every body',
}

/** The settings in words, a row for each; addresses that are told of troubles are left out, they may hold keys. */
function settingRows({ settings, sources }: RunSettings): readonly (readonly [string, string])[] {
  const { verification, sampledPart } = settings
  const sampled = verification === 2 ? ` (${figure(sampledPart * 100)} %, at least 50)` : ''
  return [
    ...sources.map(
      ({ name, kind, url, parts }) =>
        [
          `source ${name}`,
          [`${kind} at ${url}${parts && `, with ${parts}`}`, ...capWords(settings.caps[name])].join('; '),
        ] as const,
    ),
    ['copies are made', windowWords(settings.window)],
    [
      'mailboxes at once',
      `${figure(settings.lanes)}${settings.databaseLanes === undefined ? '' : `, at most ${figure(settings.databaseLanes)} of each database`}`,
    ],
    ...(settings.bytesPerSecond === undefined
      ? []
      : [['over all sources', `at most ${sizeWords(settings.bytesPerSecond)} a second`] as const]),
    ['changes are looked for', `every ${counted(settings.deltaEveryMinutes, 'minute')}`],
    ['what is deleted there', settings.deletesHere ? 'is deleted here' : 'stays here'],
    ['an item is asked for', `${counted(settings.itemAttempts, 'time')}, then left behind by name`],
    ['largest item', sizeWords(settings.largestItemBytes)],
    ['compared after the move', `${levels[verification]}${sampled}`],
    ['a mailbox that fails', settings.failingMember === 'hold' ? 'holds its batch' : 'leaves its batch'],
    ['a batch can go back for', counted(settings.rollbackDays, 'day')],
  ]
}

export const settingsSection = (told: RunSettings): Markup =>
  html`<section><h2>How it was set</h2><p class="soft">As it stood then; who changed what is among the events of the migration.</p>${table(
    'Settings',
    ['Setting', 'Value'],
    settingRows(told).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`),
  )}</section>`

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function windowWords(rules: WindowRules | null): string {
  if (rules === null) return 'at any time'
  const { begin, end, zone, weekdays, holidays } = rules
  const not = holidays.length === 0 ? '' : `, not on ${holidays.join(', ')}`
  return `${begin}-${end} (${zone}) on ${weekdays.map((day) => dayNames[day - 1]).join(', ')}${not}`
}

const capWords = ({ connections, lanes, callsPerSecond, bytesPerSecond }: SourceCap = {}): string[] => [
  ...(connections === undefined ? [] : [`at most ${counted(connections, 'call')} at once`]),
  ...(lanes === undefined ? [] : [`at most ${counted(lanes, 'mailbox', 'mailboxes')} at once`]),
  ...(callsPerSecond === undefined ? [] : [`at most ${counted(callsPerSecond, 'call')} a second`]),
  ...(bytesPerSecond === undefined ? [] : [`at most ${sizeWords(bytesPerSecond)} a second`]),
]
