import { createInterface } from 'node:readline/promises'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { Session } from './session.ts'
import { Interrupted, UsageFault } from './usage-fault.ts'

const longestLine = 4096

/**
 * Asks before something that cannot be undone, once it is clear in which organisation; the caller has looked up what the question
 * is about. --yes answers at once; where nobody is at a terminal to ask and --yes is not given, nothing is done (exit code 2).
 */
export async function confirm(session: Session, question: string): Promise<void> {
  if (session.inOrganization) await session.organization()
  const { io, yes } = session
  if (yes) return
  if (io.stdin.isTTY !== true) {
    throw new UsageFault(
      `${visibleText(question)} Nobody is here to ask: add --yes if you mean it. Nothing was done.`,
    )
  }
  const lines = createInterface({ input: io.stdin, output: io.stderr as NodeJS.WritableStream })
  try {
    const answer = await lines.question(`${visibleText(question)} [y/N] `, { signal: io.signal })
    if (!/^y(es)?$/i.test(answer.trim())) throw new Interrupted('Nothing was done.')
  } finally {
    lines.close()
  }
}

/** The one line of stdin, without its line break: a password that a script hands over. A second line is refused. */
export async function readLine({ io }: Pick<Session, 'io'>): Promise<string> {
  let text = ''
  for await (const chunk of io.stdin) {
    text += String(chunk)
    if (io.stdin.isTTY === true && text.includes('\n')) break
    if (text.length > longestLine) throw new UsageFault('What came on stdin is too long for a password.')
  }
  const [line, ...more] = text.replace(/\r?\n$/, '').split(/\r?\n/) as [string, ...string[]]
  if (more.length > 0)
    throw new UsageFault(
      'Several lines came on stdin. Write the password there, on one line, and nothing else.',
    )
  if (line === '')
    throw new UsageFault(
      'No password came on stdin. Write it there, for example: printf %s "$PASSWORD" | landbridge …',
    )
  return line
}
