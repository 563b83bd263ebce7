import type { ProjectSettings } from '../engine/project/project.ts'
import { capWords, settingRows } from '../engine/project/setting-words.ts'
import { html, type Markup } from './markup.ts'
import { table } from './table.ts'

/** What a migration was told to do, as it stands when a report is made (migration.md 1.3). */
export type RunSettings = {
  settings: ProjectSettings
  /** `parts`: what comes beside what everybody sees, in words. */
  sources: readonly { name: string; kind: string; url: string; parts: string }[]
}

/** The settings in words, a row for each; addresses that are told of troubles are left out, they may hold keys. */
function toldRows({ settings, sources }: RunSettings): readonly (readonly [string, string])[] {
  return [
    ...sources.map(
      ({ name, kind, url, parts }) =>
        [
          `source ${name}`,
          [`${kind} at ${url}${parts && `, with ${parts}`}`, ...capWords(settings.caps[name])].join('; '),
        ] as const,
    ),
    ...settingRows(settings),
  ]
}

export const settingsSection = (told: RunSettings): Markup =>
  html`<section><h2>How it was set</h2><p class="soft">As it stood then; who changed what is among the events of the migration.</p>${table(
    'Settings',
    ['Setting', 'Value'],
    toldRows(told).map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`),
  )}</section>`
