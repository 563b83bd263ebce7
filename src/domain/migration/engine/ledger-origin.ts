import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../refusal.ts'
import type { LedgerFolder, LedgerOrigin, MigrationReader } from '../store.ts'
import type { ProjectId, SourceConfig } from './project.ts'

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
      found: `An earlier migration filled this mailbox from ${other.kind} ${other.url} under the name "${name}", which in this one stands for ${origin.kind} ${origin.url}.`,
      remedy:
        'Give another source a name of its own with "landbridge migrate source", and name it to "migrate add" with --source. If it is the same one, give it the address that it had.',
    }
  )
}

/** Refuses `wrong-state` there. */
export function requireOrigin(name: string, rows: readonly LedgerFolder[], origin: LedgerOrigin): void {
  const fault = originFault(name, rows, origin)
  if (fault) throw new Refusal('wrong-state', `${fault.found} ${fault.remedy}`)
}

const isSame = (one: LedgerOrigin, other: LedgerOrigin): boolean =>
  one.kind === other.kind &&
  (one.file === undefined || other.file === undefined || one.file === other.file) &&
  (one.project === other.project || placeOf(one.url) === placeOf(other.url))

/** The server, whatever path and case its address has; else the folder. */
const placeOf = (url: string): string =>
  URL.canParse(url) ? new URL(url).host.toLowerCase() : url.replace(/\/+$/, '')
