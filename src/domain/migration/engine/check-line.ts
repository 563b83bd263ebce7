import type { CheckLine } from './project.ts'

/** A line of a pre-flight; `mailbox` is empty where it is about all of them. */
export const line = (
  mailbox: string,
  name: string,
  state: CheckLine['state'],
  found: string,
  remedy = '',
): CheckLine => ({ mailbox, name, state, found, remedy })
