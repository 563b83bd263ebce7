import type { Entry } from '../directory/entry.ts'

/**
 * Whether it stands for an account that has no mailbox anywhere: listed among the users, disabled, so that it can be picked (DIR-02).
 * Everything of it comes from the directory until it is.
 */
export const isCandidate = ({ kind, home, source, state, mailbox }: Entry): boolean =>
  kind === 'user' && home === 'local' && source?.type === 'account' && state !== 'ENABLED' && mailbox === null

/** A mailbox here is never touched by a run, only what is shown of it. */
export const isKeptHere = (entry: Entry): boolean => entry.home === 'local' && !isCandidate(entry)
