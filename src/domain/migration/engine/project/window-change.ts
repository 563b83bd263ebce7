import { Refusal } from '../../../refusal.ts'
import type { WindowRules } from './project.ts'

/** What of a window is given anew; the rest of it stays. */
export type WindowChange = Partial<Pick<WindowRules, 'zone' | 'weekdays' | 'wholeDays' | 'holidays'>>

/** Pure: a window after a change. Refuses `invalid-parameter` where there is none. */
export function windowAfter(before: WindowRules | null, change: WindowChange): WindowRules {
  if (before === null)
    throw new Refusal(
      'invalid-parameter',
      'Copies are made at any time, so there is no window whose zone, days or holidays could be changed. Give the window too, as --window 22:00-06:00.',
    )
  const { wholeDays = [], ...after } = { ...before, ...change }
  return wholeDays.length === 0 ? after : { ...after, wholeDays }
}
