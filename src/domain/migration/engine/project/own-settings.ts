import type { Batch, Member, OwnSettings, Project, ProjectSettings, WindowRules } from './project.ts'
import { requireWindow } from './require-window.ts'
import { type WindowChange, windowAfter } from './window-change.ts'

/** What of its own settings is changed: null takes one away, what is not named stays. */
export type OwnChange = { readonly [Name in keyof OwnSettings]?: OwnSettings[Name] | null | undefined }

/** Of a batch; `windowChange`: of the window in which it is copied, which becomes its own. */
export type BatchOwnChange = OwnChange & { windowChange?: WindowChange | undefined }

/** Pure: what holds for a mailbox. Its own settings come before those of its batch, and these before the project's (migration.md 1.2). */
export const settingsFor = (
  project: Pick<Project, 'settings'>,
  batch: Pick<Batch, 'own'>,
  member: Pick<Member, 'own'>,
): ProjectSettings => ({
  ...project.settings,
  ...batch.own,
  ...member.own,
  window: windowFor(project, batch),
})

/** Pure: when a batch is copied; null: always. */
export const windowFor = (
  { settings }: Pick<Project, 'settings'>,
  { own }: Pick<Batch, 'own'>,
): WindowRules | null => (own?.window === 'always' ? null : (own?.window ?? settings.window))

/** Whose window that is. */
export const windowOwner = ({ own }: Pick<Batch, 'own'>): 'batch' | 'project' =>
  own?.window === undefined ? 'project' : 'batch'

export const changesWindow = ({ window, windowChange }: BatchOwnChange = {}): boolean =>
  window !== undefined || windowChange !== undefined

/** Pure: of a batch; undefined: it has none any more. Refuses `invalid-parameter` for a window that cannot be. */
export function batchOwnAfter(
  project: Pick<Project, 'settings'>,
  before: OwnSettings | undefined,
  { windowChange, ...change }: BatchOwnChange,
  now: number,
): OwnSettings | undefined {
  const given = ownAfter(before, change)
  const after =
    windowChange === undefined
      ? given
      : { ...given, window: windowAfter(windowFor(project, { own: given }), windowChange) }
  if (after?.window !== before?.window && after?.window !== undefined && after.window !== 'always')
    requireWindow(after.window, now)
  return after
}

/** Pure; undefined: it has none any more. */
export function ownAfter(before: OwnSettings | undefined, change: OwnChange): OwnSettings | undefined {
  const all = Object.entries({ ...before, ...change }).filter(([, value]) => value != null)
  return all.length === 0 ? undefined : (Object.fromEntries(all) as OwnSettings)
}
