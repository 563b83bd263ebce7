import type { ProjectSettings, SourceCap } from './project.ts'
import { type WindowChange, windowAfter } from './window-change.ts'

/** What of a cap is changed; null takes it away, what is not named stays. */
export type CapChange = { readonly [Name in keyof SourceCap]?: SourceCap[Name] | null | undefined }

/** Settings that are changed; caps of sources that are not named stay. */
export type SettingsChange = Partial<Omit<ProjectSettings, 'caps' | 'responsible' | Lifted>> & {
  caps?: Readonly<Record<string, CapChange>>
  /** null: nobody any more. */
  responsible?: string | null
  /** Of the window, what is given anew. */
  windowChange?: WindowChange
} & { [Name in Lifted]?: number | null }

/** Of the project as a whole, what null takes away: caps, reports. */
type Lifted = 'databaseLanes' | 'bytesPerSecond' | 'reportHours'

const names = ['connections', 'lanes', 'callsPerSecond', 'bytesPerSecond'] as const

/** Pure: settings after a change. Refuses `invalid-parameter` for a change of a window that is not there. */
export function settingsAfter(
  before: ProjectSettings,
  { caps, windowChange, ...change }: SettingsChange,
): ProjectSettings {
  const after = new Map(Object.entries(before.caps))
  for (const [source, cap] of Object.entries(caps ?? {})) {
    const merged: SourceCap = { ...after.get(source) }
    for (const name of names) {
      const value = cap[name]
      if (value === null) delete merged[name]
      else if (value !== undefined) merged[name] = value
    }
    after.set(source, merged)
  }
  const { databaseLanes, bytesPerSecond, reportHours, responsible, ...plain } = change
  const settings: ProjectSettings = { ...before, ...plain, caps: Object.fromEntries(after) }
  if (windowChange !== undefined) settings.window = windowAfter(settings.window, windowChange)
  if (responsible === null) delete settings.responsible
  else if (responsible !== undefined) settings.responsible = responsible
  const lifted = { databaseLanes, bytesPerSecond, reportHours }
  for (const [name, value] of Object.entries(lifted) as [Lifted, number | null][])
    if (value === null) delete settings[name]
    else if (value !== undefined) settings[name] = value
  return settings
}
