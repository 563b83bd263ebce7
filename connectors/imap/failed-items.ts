/** Messages that cannot be had, and folders made anew, in the words of a source. */
import type { ReadItem, SourceFolder } from '#src/domain/migration/source.ts'
import { SET_ASIDE, SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type BreakingMessage, sentenceOf } from './breaking-messages.ts'
import { wordOf } from './failure.ts'

/** One that ends each conversation in which it is asked for. */
export const lost = (folder: SourceFolder, found: BreakingMessage): ReadItem => ({
  kind: 'failed',
  key: found.key,
  failure: new SourceFailure('item-permanent', wordOf(found.failure), sentenceOf(folder, found), {
    cause: found.failure,
  }),
  ...(found.title !== '' && { title: found.title }),
})

/** It is asked for again when the others are here. */
export const doubted = ({ name }: SourceFolder, key: string, uid: number): ReadItem => ({
  kind: 'failed',
  key,
  failure: new SourceFailure(
    'transient',
    SET_ASIDE,
    `The conversation with the server ends as the message with UID ${uid} of the folder "${name}" is asked for.`,
  ),
})

export const anotherLife = ({ name }: SourceFolder) =>
  new SourceFailure(
    'item-permanent',
    'gone',
    `The server made the folder "${name}" anew since its messages were listed; they are listed again.`,
  )
