import { Refusal } from '../../../refusal.ts'
import type { Batch, Project, WaveRecord } from './project.ts'
import { type BatchState, batchWords, isBack, isFlipped } from './state.ts'

/**
 * What follows from the states of the batches of a wave; it is kept nowhere. `partly-moved`: the people of some of its batches are
 * at home here, others are on their way.
 */
export type WaveState = BatchState | 'empty' | 'partly-moved'

/** As people who were not there read them. */
export const waveWords: Readonly<Record<WaveState, string>> = {
  ...batchWords,
  empty: 'without batches',
  'partly-moved': 'moved in part',
}

/** What somebody has to look at, and what is under way, is said of the whole wave. */
const told = ['failed', 'approving', 'rolling-back', 'finalising'] as const
/** How far the batch that has come furthest is, none of which has moved. */
const onTheWay = ['waiting-window', 'preflight', 'planned', 'draft'] as const

/** Pure. Batches that were cancelled or rolled back count only where there are no others. */
export function waveState(states: Iterable<BatchState>): WaveState {
  const all = new Set(states)
  if (all.size === 0) return 'empty'
  const isOver = all.has('rolled-back') ? 'rolled-back' : 'cancelled'
  all.delete('rolled-back')
  all.delete('cancelled')
  if (all.size === 0) return isOver
  for (const state of told) if (all.has(state)) return state
  const moved = [...all].filter(isFlipped)
  if (moved.length > 0 && moved.length < all.size) return 'partly-moved'
  if (all.has('verifying') || (all.has('flipped') && all.size > 1)) return 'verifying'
  if (all.has('flipped')) return 'flipped'
  if (moved.length > 0) return all.has('done-with-skips') ? 'done-with-skips' : 'done'
  if (all.size === 1 && all.has('synced')) return 'synced'
  if (all.has('initial-sync') || all.has('synced')) return 'initial-sync'
  return onTheWay.find((state) => all.has(state))!
}

export type Wave = {
  record: WaveRecord
  /** In order of number. */
  batches: readonly Batch[]
  state: WaveState
  /** How many of its batches are paused. */
  paused: number
  /** Moments in epoch milliseconds; null: none yet. */
  begunAt: number | null
  /** The first and the last moment from which on a batch may move that has not. */
  movesFrom: number | null
  movesUntil: number | null
  flippedFrom: number | null
  flippedUntil: number | null
  /** When all of it was done. */
  doneAt: number | null
}

/** The waves of a project in their order. */
export function wavesOf({ waves = [] }: Pick<Project, 'waves'>, batches: readonly Batch[]): readonly Wave[] {
  const byWave = Map.groupBy(batches, ({ wave }) => wave)
  return waves.map((record) => {
    const own = (byWave.get(record.no) ?? []).toSorted((a, b) => a.no - b.no)
    const state = waveState(own.map((batch) => batch.state))
    const [begunAt] = ends(own.map((batch) => batch.begunAt))
    const [movesFrom, movesUntil] = ends(
      own.map(({ flippedAt, completeAfter }) => (flippedAt === null ? completeAfter : null)),
    )
    // A flip that was undone is none.
    const [flippedFrom, flippedUntil] = ends(
      own.map((batch) => (isBack(batch.state) ? null : batch.flippedAt)),
    )
    const isDone = state === 'done' || state === 'done-with-skips'
    const doneAt = isDone ? ends(own.map((batch) => batch.doneAt))[1] : null
    const paused = own.filter((batch) => batch.paused).length
    const moves = { movesFrom, movesUntil, flippedFrom, flippedUntil }
    return { record, batches: own, state, paused, begunAt, ...moves, doneAt }
  })
}

function ends(moments: readonly (number | null | undefined)[]): readonly [number | null, number | null] {
  const known = moments.filter((at) => at !== null && at !== undefined)
  return known.length === 0 ? [null, null] : [Math.min(...known), Math.max(...known)]
}

/** Names that read the same are one wave. */
const keyOf = (name: string): string => name.normalize('NFC').toLowerCase()

export const findWave = ({ waves = [] }: Pick<Project, 'waves'>, name: string): WaveRecord | undefined =>
  waves.find((wave) => keyOf(wave.name) === keyOf(name))

/** Refuses `no-such-item`. */
export function getWave(project: Pick<Project, 'waves'>, name: string): WaveRecord {
  const found = findWave(project, name)
  if (found !== undefined) return found
  const names = (project.waves ?? []).slice(0, 20).map((wave) => `"${wave.name}"`)
  const more = (project.waves ?? []).length - names.length
  throw new Refusal(
    'no-such-item',
    `The migration has no wave "${name}". ${names.length === 0 ? 'It has none: "landbridge migrate wave" makes one.' : `It has: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`}`,
  )
}

const MOST_WAVES = 1_000
const MOST_LETTERS = 100

/** A name is written in commands and shown in terminals. Refuses `invalid-parameter`. */
function requireName(name: string): void {
  const letters = name.normalize('NFC')
  // Marks that turn the direction of what follows would make a line of a terminal read as another one.
  if (letters !== '' && letters.trim() === letters && letters.length <= MOST_LETTERS)
    if (!/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}\u200b\ufeff]/u.test(letters)) return
  throw new Refusal(
    'invalid-parameter',
    `The name of a wave has from 1 to ${MOST_LETTERS} letters, no line breaks and no blanks at its ends. Choose a short one, as "Berlin".`,
  )
}

/** The waves with one of that name as the last. Refuses `invalid-parameter`, `name-taken`, `limit-exceeded`. */
export function withWave(project: Pick<Project, 'waves'>, name: string): readonly WaveRecord[] {
  const { waves = [] } = project
  requireFree(project, name)
  if (waves.length >= MOST_WAVES)
    throw new Refusal('limit-exceeded', `A migration has at most ${MOST_WAVES} waves. Use one of them.`)
  const no = Math.max(0, ...waves.map((wave) => wave.no)) + 1
  return [...waves, { no, name: name.normalize('NFC') }]
}

/** Refuses `invalid-parameter`, `name-taken`. `but`: number of the wave that has it now. */
export function requireFree(project: Pick<Project, 'waves'>, name: string, but?: number): void {
  requireName(name)
  const known = findWave(project, name)
  if (known !== undefined && known.no !== but)
    throw new Refusal('name-taken', `The migration has a wave "${known.name}" already. Choose another name.`)
}
