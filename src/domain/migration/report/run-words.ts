import type { Grade } from '../engine/project/grade.ts'
import type { DeferredGrantState } from '../engine/project/project.ts'
import type { LossWeight } from '../source.ts'
import type { RunItem } from './run-report.ts'

export { batchWords, memberWords } from '../engine/project/state.ts'

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
