import type { Grade } from '../engine/grade.ts'
import type { DeferredGrantState } from '../engine/project.ts'
import type { LossWeight } from '../source.ts'
import { figure, sizeWords } from './remedy-words.ts'
import type { RunItem } from './run-report.ts'

export { batchWords, memberWords } from '../engine/state.ts'

/** States and weights as people who were not there read them. */

export const itemWords: Readonly<Record<RunItem['state'], string>> = {
  copied: 'copied, with losses',
  skipped: 'left behind',
  kept: 'changed here, so the change there was not taken',
  deleted: 'deleted here, not brought back',
  gone: 'deleted there, still here',
  pending: 'not copied yet',
  returning: 'on its way back',
  returned: 'is back there',
  'left-here': 'did not go back',
}

/** What was done here with an item that goes back. */
export const changeWords: Readonly<Record<NonNullable<RunItem['change']>, string>> = {
  arrived: 'came in here',
  marked: 'was marked or moved here',
  edited: 'was changed here',
  deleted: 'was deleted here',
}

export const gradeWords: Readonly<Record<Grade, string>> = {
  perfect: 'nothing is missing',
  good: 'only what nobody sees is missing',
  investigate: 'something that a person may miss',
  poor: 'many items are missing',
}

export const weightWords: Readonly<Record<LossWeight, string>> = {
  content: 'the item itself',
  visible: 'something people see',
  metadata: 'nothing people see',
}

export const grantWords: Readonly<Record<DeferredGrantState, string>> = {
  waiting: 'waits until both are here',
  applied: 'works again',
  unresolved: 'to be given by hand',
  dropped: 'dropped',
}

/** `2027-01-12 22:05 UTC`; empty for null. */
export const momentWords = (at: number | null): string =>
  at === null ? '' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** `3 days 4 h`, `2 h 5 min`, `40 s`: the two largest units. */
export function spanWords(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first < 0) return '0 s'
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${figure(count)} ${unit}`)
    .join(' ')
}

/** `12.5 GB`; small sizes in kilobytes. */
export const octetWords = (bytes: number): string =>
  bytes >= 2 ** 20 ? sizeWords(bytes) : `${figure(bytes / 1024)} KB`

/** `1 mailbox`, `2 mailboxes`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${figure(count)} ${count === 1 ? one : many}`
