import { Recent } from '#src/base/recent.ts'

const MOST_REMEMBERED = 1_000

/** Says each sentence once. */
export function once(say: (sentence: string) => void): (sentence: string) => void {
  const said = new Recent<true>(MOST_REMEMBERED)
  return (sentence) => {
    if (said.get(sentence)) return
    said.set(sentence, true)
    say(sentence)
  }
}
