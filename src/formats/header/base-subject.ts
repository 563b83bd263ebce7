/** A subject without what replying, forwarding and mailing lists put around it. */
type BaseSubject = {
  base: string
  /** Something was taken away that marks a reply or a forward. */
  isReply: boolean
}

const blob = /\[[^[\]]*\] */y
const replyOrForward = /(?:re|fwd?) *(?:\[[^[\]]*\] *)?:/iy

/** The base subject of RFC 5256 §2.1. `subject` has its encoded words decoded. Takes time linear in its length. */
export function baseSubject(subject: string): BaseSubject {
  let text = subject.replace(/[ \t\r\n]+/g, ' ')
  let isReply = false
  for (;;) {
    const trimmed = withoutTrailers(text)
    const { start, removed } = leaderEnd(trimmed.text)
    isReply ||= trimmed.removed || removed
    const base = trimmed.text.slice(start)
    if (!/^\[fwd:/i.test(base) || !base.endsWith(']')) return { base, isReply }
    isReply = true
    text = base.slice('[fwd:'.length, -1)
  }
}

/** Step 2: blanks and `(fwd)` at the end. */
function withoutTrailers(text: string): { text: string; removed: boolean } {
  let end = text.length
  let removed = false
  for (;;) {
    if (text[end - 1] === ' ') {
      end--
    } else if (text.slice(Math.max(0, end - 5), end).toLowerCase() === '(fwd)') {
      end -= 5
      removed = true
    } else {
      return { text: text.slice(0, end), removed }
    }
  }
}

/** Steps 3 to 5: where the text begins behind `Re:`, `Fwd:` and `[blobs]`; the last blob stays when nothing follows it. */
function leaderEnd(text: string): { start: number; removed: boolean } {
  let removed = false
  for (let at = 0; ; ) {
    while (text[at] === ' ') at++
    let lastBlob = at
    for (let next = behind(blob, text, at); next > at; next = behind(blob, text, at)) {
      lastBlob = at
      at = next
    }
    const next = behind(replyOrForward, text, at)
    if (next === at) return { start: at < text.length ? at : lastBlob, removed }
    removed = true
    at = next
  }
}

/** Where a match that begins at `at` ends; `at` when there is none. */
function behind(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}
