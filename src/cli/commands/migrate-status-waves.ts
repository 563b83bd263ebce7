import { hasEnded, waveWords } from '#src/app/migration-words.ts'
import { counted } from '#src/base/figure-words.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { fitTable } from '../fit.ts'
import { formatBytes } from '../table.ts'
import { type BatchState, numberWords } from './migrate-batches.ts'
import { movesWords } from './migrate-wave.ts'

type Rows = readonly JsonObject[]

/** Of an answer of DescribeMigration. */
export const wavesIn = ({ Waves }: JsonObject): Rows => (Waves ?? []) as Rows

/** Batches of one wave after the other, in the order of the waves; those of none come last. */
export function byWave(found: JsonObject, batches: Rows): Rows {
  const names = wavesIn(found).map(({ Wave }) => Wave)
  if (names.length === 0) return batches
  const place = ({ Wave }: JsonObject) => (Wave === undefined ? names.length : names.indexOf(Wave))
  return batches.toSorted((a, b) => place(a) - place(b))
}

/** Of the whole of a migration only one wave. */
export function onlyWave(found: JsonObject, name: string): JsonObject {
  const batches = (found.Batches as Rows).filter(({ Wave }) => Wave === name)
  const numbers = new Set(batches.map(({ BatchNumber }) => BatchNumber))
  return {
    ...found,
    Waves: wavesIn(found).filter(({ Wave }) => Wave === name),
    Batches: batches,
    Lanes: ((found.Lanes ?? []) as Rows).filter(({ BatchNumber }) => numbers.has(BatchNumber)),
  }
}

/** How far a wave is: batches that have moved, and what is still to come over. */
function progressWords({ BatchNumbers, PausedBatches }: JsonObject, batches: Rows): string {
  const own = batches.filter(({ BatchNumber }) => (BatchNumbers as readonly unknown[]).includes(BatchNumber))
  const moved = own.filter(({ FlippedDate, State }) => FlippedDate !== undefined && !isBack(State)).length
  const left = own.reduce((sum, { ItemsLeft }) => sum + Number(ItemsLeft ?? 0), 0)
  const bytes = own.reduce((sum, { BytesLeft }) => sum + Number(BytesLeft ?? 0), 0)
  return [
    `${moved} of ${counted(own.length, 'batch', 'batches')} moved`,
    ...(left + bytes > 0 ? [`${counted(left, 'item')} (${formatBytes(bytes)}) to come`] : []),
    ...(PausedBatches === undefined ? [] : [`${PausedBatches} paused`]),
  ].join('; ')
}

export const isBack = (state: unknown): boolean => state === 'rolling-back' || state === 'rolled-back'

/** The waves as a table, no more than `most` of them: those that go on first; empty where there are none. */
export function wavesTable(found: JsonObject, width: number | undefined, most = Infinity): string {
  const waves = wavesIn(found)
  if (waves.length === 0) return ''
  const batches = (found.Batches ?? []) as Rows
  const goesOn = ({ State }: JsonObject) => State !== 'empty' && !hasEnded(State as BatchState)
  const first = [...waves.filter(goesOn), ...waves.filter((wave) => !goesOn(wave))].slice(0, most)
  const table = fitTable(
    [
      { title: 'Wave', show: 'Wave' },
      { title: 'State', show: ({ State }: JsonObject) => waveWords[State as keyof typeof waveWords] },
      { title: 'Batches', show: (row) => numberWords(row.BatchNumbers as readonly number[]) },
      { title: 'Moves', show: movesWords },
      { title: 'Responsible', show: 'Responsible' },
      { title: 'Progress', show: (row) => progressWords(row, batches) },
    ],
    waves.filter((wave) => first.includes(wave)),
    width,
  )
  const rest = waves.length - first.length
  return `${table}${rest > 0 ? `… and ${counted(rest, 'more wave', 'more waves')}: "landbridge migrate waves"\n` : ''}\n`
}
