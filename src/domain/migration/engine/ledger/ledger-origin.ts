import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../../refusal.ts'
import type { LedgerFolder, LedgerOrigin, MigrationReader } from '../../store.ts'
import type { ProjectId, SourceConfig } from '../project/project.ts'

export const originOf = (project: ProjectId, { kind, url }: SourceConfig): LedgerOrigin => ({
  project,
  kind,
  url,
})

/** Whether it was noted just so. */
export const isOrigin = (
  noted: LedgerOrigin | undefined,
  { project, kind, url, file }: LedgerOrigin,
): boolean => noted?.project === project && noted.kind === kind && noted.url === url && noted.file === file

/** Of the source that a project has under that name. Refuses `no-such-item`. */
export async function findOrigin(
  migration: MigrationReader,
  organization: OrganizationId,
  project: ProjectId,
  name: string,
): Promise<LedgerOrigin> {
  const found = (await migration.listSources(organization, project)).find(({ id }) => id === name)
  if (!found) throw new Refusal('no-such-item', `The migration has no source "${name}".`)
  return originOf(project, found)
}

/**
 * What is wrong where the ledger of a mailbox has folders of another source under that name: what this one does not name would
 * count as gone there. Within a project a source may be found elsewhere later; between projects its server or folder tells.
 */
export function originFault(
  name: string,
  rows: readonly LedgerFolder[],
  origin: LedgerOrigin,
  nameOf: ProjectNames,
): { found: string; remedy: string } | undefined {
  const other = rows.find(({ from }) => from !== undefined && !isSame(from, origin))?.from
  if (
    other?.file !== undefined &&
    origin.file !== undefined &&
    isSame({ ...other, file: origin.file }, origin)
  )
    return {
      found: `The file in ${origin.url} is not the one of that name from which this mailbox was filled before, and items of two files are told apart by nothing.`,
      remedy:
        'Put that one back. What is in this one comes over too from a folder of its own, as a source with a name of its own ("landbridge migrate source"): "migrate remove", then "migrate add" with --source.',
    }
  return (
    other && {
      found: `${migrationWords(nameOf(other.project))} filled this mailbox from ${other.kind} ${other.url} under the name "${name}", which in this one stands for ${origin.kind} ${origin.url}.`,
      remedy:
        'Give another source a name of its own with "landbridge migrate source", and name it to "migrate add" with --source. If it is the same one, give it the address that it had.',
    }
  )
}

const migrationWords = (name: string | undefined): string =>
  name === undefined ? 'An earlier migration' : `The migration "${name}"`

/** The migration that has brought a mailbox from the same source under the same name: what either copied counts for both. */
export function sharedWords(
  name: string,
  rows: readonly LedgerFolder[],
  origin: LedgerOrigin,
  nameOf: ProjectNames,
): string | undefined {
  const same = rows.find(({ from }) => from && from.project !== origin.project && isSame(from, origin))?.from
  if (same === undefined) return undefined
  return `${migrationWords(nameOf(same.project))} brought this mailbox from the same source "${name}": what it copied is not copied again, and counts here too.`
}

/** Names of migrations that are still there. */
export type ProjectNames = (project: ProjectId) => string | undefined

export async function projectNames(
  migration: Pick<MigrationReader, 'listProjects'>,
  organization: OrganizationId,
): Promise<ProjectNames> {
  const all = await migration.listProjects(organization)
  return (project) => all.find(({ id }) => id === project)?.name
}

/** Refuses `wrong-state` there. */
export async function requireOrigin(
  migration: Pick<MigrationReader, 'listProjects'>,
  organization: OrganizationId,
  { name, rows, origin }: { name: string; rows: readonly LedgerFolder[]; origin: LedgerOrigin },
): Promise<void> {
  // Hardly ever is it another one: names are looked up for a sentence alone.
  if (originFault(name, rows, origin, () => undefined) === undefined) return
  const fault = originFault(name, rows, origin, await projectNames(migration, organization))
  if (fault) throw new Refusal('wrong-state', `${fault.found} ${fault.remedy}`)
}

const isSame = (one: LedgerOrigin, other: LedgerOrigin): boolean =>
  one.kind === other.kind &&
  (one.file === undefined || other.file === undefined || one.file === other.file) &&
  (one.project === other.project || placeOf(one.url) === placeOf(other.url))

/** The server, whatever path and case its address has; else the folder. */
const placeOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host.toLowerCase() : url.replace(/\/+$/, '')
