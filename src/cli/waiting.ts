import type { Io } from './io.ts'

const quietMs = 2_000
const everyMs = 1_000

/**
 * Waits for an answer whose progress nobody tells. After two seconds a terminal shows that something is under way, and for
 * how long; elsewhere nobody looks, and nothing is written.
 */
export async function waitingFor<T>(io: Io, answer: Promise<T>): Promise<T> {
  if (io.stderr.isTTY !== true) return answer
  let seconds = quietMs / 1000
  let drawn = false
  const draw = () => {
    io.stderr.write(`\r\x1b[2KWorking  ${seconds++} s`)
    drawn = true
  }
  let timer = setTimeout(() => {
    draw()
    timer = setInterval(draw, everyMs)
  }, quietMs)
  try {
    return await answer
  } finally {
    clearTimeout(timer)
    if (drawn) io.stderr.write('\r\x1b[2K')
  }
}
