import { shellWord } from '#src/base/shell-word.ts'
import type { CheckLine } from '../project/project.ts'

/** A line of a pre-flight; `mailbox` is empty where it is about all of them. */
export const line = (
  mailbox: string,
  name: string,
  state: CheckLine['state'],
  found: string,
  remedy = '',
): CheckLine => ({ mailbox, name, state, found, remedy })

/** A remedy with the migration and the source that `migrate source` is to be typed with. */
export const ofSource = (remedy: string, project: string, source: string): string =>
  remedy.replace(
    /"landbridge migrate source(?= --|")/g,
    () => `"landbridge migrate source ${shellWord(project)} ${shellWord(source)}`,
  )
