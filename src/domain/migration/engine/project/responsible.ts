import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { Refusal } from '../../../refusal.ts'
import type { Batch, Project, ProjectSettings, WaveRecord } from './project.ts'

/** Who answers for a project, a wave or a batch: `Anna Ash`, `anna@corp.example` or `Anna Ash <anna@corp.example>`. */

const MOST_LETTERS = 256

/** Refuses `invalid-parameter`. */
export function requireResponsible(who: string): void {
  const isWritten = who.trim() === who && who !== '' && who.length <= MOST_LETTERS && !/\p{Cc}/u.test(who)
  if (isWritten && (!/[<>@]/.test(who) || addressOf(who) !== undefined)) return
  throw new Refusal(
    'invalid-parameter',
    'Who answers for it is a name, a mail address or both, as "Anna Ash <anna@corp.example>", on one line without blanks at its ends.',
  )
}

/** Where mail reaches whoever answers for it; undefined where only a name is known. */
export function addressOf(who: string): string | undefined {
  const address = /^[^<>]*<([^<>]+)>$/.exec(who)?.[1] ?? who
  try {
    parseAddrSpec(address)
    return address
  } catch {
    return undefined
  }
}

/** Of the batch itself, else of its wave, else of the project; undefined: nobody was named. */
export const responsibleFor = (
  { settings, waves = [] }: { settings: Pick<ProjectSettings, 'responsible'> } & Pick<Project, 'waves'>,
  { wave, responsible }: Pick<Batch, 'wave' | 'responsible'>,
): string | undefined =>
  responsible ?? waves.find(({ no }) => no === wave)?.responsible ?? settings.responsible

/** The same of a wave. */
export const responsibleForWave = (
  { settings }: { settings: Pick<ProjectSettings, 'responsible'> },
  { responsible }: Pick<WaveRecord, 'responsible'>,
): string | undefined => responsible ?? settings.responsible
