import { Refusal } from '../../../refusal.ts'
import { type BatchOwnChange, batchOwnAfter, changesWindow } from '../project/own-settings.ts'
import type { Batch, Project, WaveRecord } from '../project/project.ts'
import { requireResponsible } from '../project/responsible.ts'
import { event, type Steering, write } from '../project/steering.ts'
import { findWave, getWave, requireFree, type Wave, wavesOf, withWave } from '../project/waves.ts'
import { endWindowWait } from './change-due.ts'
import { type BatchTimes, isSettled } from './steer-batch.ts'
import { replannedWords } from './trail-words.ts'

export type WaveChange = {
  /** Another name. */
  rename?: string
  /** Numbers of all the batches in it; those of them that were in another wave leave that. */
  batches?: readonly number[]
  /** null: whoever answers for the project. */
  responsible?: string | null
  /** It comes right before the wave of this name; null: it is the last. */
  before?: string | null
  /** When and how its batches move; those that have moved or ended keep theirs. */
  times?: Omit<BatchTimes, 'pilot'>
  /** What its batches have otherwise than the project, those that have moved or ended left out as well. */
  own?: BatchOwnChange
}

/** A wave as it is now. `settled`: numbers of its batches for which it is too late to be put off. */
export type ChangedWave = { project: Project; wave: Wave; settled: readonly number[] }

/**
 * Makes a wave, or changes it, in one transaction. Refuses `no-such-item` for batches and waves that are not there, `name-taken`,
 * `invalid-parameter`, and `wrong-state` where times are given for a wave of which nothing is to move any more.
 */
export async function putWave(steering: Steering, name: string, change: WaveChange): Promise<ChangedWave> {
  const { organization, project: id, by, now } = steering
  const { times, own: ownChange } = change
  const hasTimes = times !== undefined || ownChange !== undefined
  const changed = await write(steering, async ({ migration }) => {
    const project = await migration.getProject(organization, id)
    const known = findWave(project, name)
    if (typeof change.responsible === 'string') requireResponsible(change.responsible)
    const made = known === undefined ? { ...project, waves: withWave(project, name) } : project
    const { no } = getWave(made, name)
    if (change.rename !== undefined) requireFree(made, change.rename, no)
    const waves = ordered(made, no, change).map((wave) =>
      wave.no === no ? changedRecord(wave, change) : wave,
    )
    const all = await migration.listBatches(organization, id)
    const batches = all.map((batch) => membership(batch, no, change.batches))
    for (const wanted of change.batches ?? [])
      if (!all.some((batch) => batch.no === wanted))
        throw new Refusal(
          'no-such-item',
          `The project has no batch ${wanted}. "landbridge migrate status" shows its batches.`,
        )
    const settled: number[] = []
    const after = batches.map((batch) => {
      if (batch.wave !== no || !hasTimes) return batch
      if (!isSettled(batch))
        return {
          ...batch,
          ...times,
          ...(ownChange && { own: batchOwnAfter(made, batch.own, ownChange, now) }),
        }
      settled.push(batch.no)
      return batch
    })
    const own = after.filter(({ wave }) => wave === no)
    if (hasTimes && own.length === settled.length)
      throw new Refusal(
        'wrong-state',
        own.length === 0
          ? `Wave "${name}" has no batches, so there is nothing whose times or settings could be set. Name them with --batches.`
          : `All batches of wave "${name}" have moved or ended, so when and how they move is settled.`,
      )
    const whole: Project = { ...made, waves }
    const changes: string[] = []
    for (const [at, batch] of after.entries()) {
      const sentence = replannedWords(all[at]!, batch, waves)
      if (sentence === undefined) continue
      await migration.putBatch(organization, batch)
      changes.push(sentence)
      await migration.addEvent(organization, id, { ...event(now, 'changed', by, sentence), batch: batch.no })
    }
    const sentence = waveSentence(known, made, whole, no)
    if (sentence !== undefined || changes.length > 0) {
      await migration.putProject(whole)
      if (sentence !== undefined) await migration.addEvent(organization, id, event(now, 'wave', by, sentence))
    }
    return { project: whole, wave: wavesOf(whole, after).find(({ record }) => record.no === no)!, settled }
  })
  if (changesWindow(ownChange))
    for (const batch of changed.wave.batches) await endWindowWait(steering, batch.no)
  return changed
}

/** Its batches stay and are in no wave. Refuses `no-such-item`. */
export function removeWave(steering: Steering, name: string): Promise<void> {
  const { organization, project: id, by, now } = steering
  return write(steering, async ({ migration }) => {
    const project = await migration.getProject(organization, id)
    const { no, name: known } = getWave(project, name)
    for (const batch of await migration.listBatches(organization, id))
      if (batch.wave === no) await migration.putBatch(organization, { ...batch, wave: undefined })
    const waves = (project.waves ?? []).filter((wave) => wave.no !== no)
    await migration.putProject({ ...project, waves })
    const sentence = `Wave "${known}" was dissolved; its batches are in none.`
    await migration.addEvent(organization, id, event(now, 'wave', by, sentence))
  })
}

function membership(batch: Batch, wave: number, wanted: readonly number[] | undefined): Batch {
  if (wanted === undefined) return batch
  if (wanted.includes(batch.no)) return batch.wave === wave ? batch : { ...batch, wave }
  return batch.wave === wave ? { ...batch, wave: undefined } : batch
}

function changedRecord(wave: WaveRecord, { rename, responsible }: WaveChange): WaveRecord {
  const name = rename?.normalize('NFC') ?? wave.name
  return {
    ...wave,
    name,
    responsible: responsible === undefined ? wave.responsible : (responsible ?? undefined),
  }
}

function ordered(project: Project, no: number, { before }: WaveChange): readonly WaveRecord[] {
  const { waves = [] } = project
  if (before === undefined) return waves
  const own = waves.filter((wave) => wave.no === no)
  const others = waves.filter((wave) => wave.no !== no)
  if (before === null) return [...others, ...own]
  const next = getWave(project, before)
  if (next.no === no)
    throw new Refusal('invalid-parameter', `Wave "${next.name}" cannot come before itself. Name another one.`)
  return others.flatMap((wave) => (wave.no === next.no ? [...own, wave] : [wave]))
}

/** What became of the wave itself; of its batches each has its own sentence. */
function waveSentence(
  known: WaveRecord | undefined,
  before: Project,
  after: Project,
  no: number,
): string | undefined {
  const of = ({ waves = [] }: Project) => waves.find((wave) => wave.no === no)!
  const [old, now] = [of(before), of(after)]
  const who = ({ responsible }: WaveRecord) => responsible ?? 'as for the project'
  if (known === undefined)
    return `Wave "${now.name}" was made${now.responsible === undefined ? '' : `; ${now.responsible} answers for it`}.`
  const place = ({ waves = [] }: Project) => waves.findIndex((wave) => wave.no === no) + 1
  const rows = [
    ['name', old.name, now.name],
    ['who answers for it', who(old), who(now)],
    ['place', place(before), place(after)],
  ].flatMap(([what, from, to]) => (from === to ? [] : [`${what}, from "${from}" to "${to}"`]))
  return rows.length === 0 ? undefined : `Wave "${old.name}" was changed: ${rows.join('; ')}.`
}
