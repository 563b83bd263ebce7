import { type Member, noCounts } from './project.ts'

/** A mailbox of a batch, of which nothing is known but what it is told to be. */
export const newMember = (
  given: Pick<Member, 'project' | 'no' | 'batch' | 'source' | 'address' | 'priority'> & Partial<Member>,
): Member => ({
  state: 'waiting',
  entry: null,
  x500: [],
  mailbox: null,
  madeHere: false,
  dueAt: null,
  pass: 0,
  passFor: null,
  counts: noCounts,
  expected: null,
  worst: null,
  losses: [],
  grade: null,
  cause: '',
  lastPass: null,
  before: null,
  flippedAt: null,
  fence: 0,
  leasedUntil: null,
  ...given,
})
