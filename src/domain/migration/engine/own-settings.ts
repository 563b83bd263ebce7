import type { Batch, Member, OwnSettings, Project, ProjectSettings, WindowRules } from './project.ts'

/** What of its own settings is changed: null takes one away, what is not named stays. */
export type OwnChange = { readonly [Name in keyof OwnSettings]?: OwnSettings[Name] | null | undefined }

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

/** Pure; undefined: it has none any more. */
export function ownAfter(before: OwnSettings | undefined, change: OwnChange): OwnSettings | undefined {
  const all = Object.entries({ ...before, ...change }).filter(([, value]) => value != null)
  return all.length === 0 ? undefined : (Object.fromEntries(all) as OwnSettings)
}
