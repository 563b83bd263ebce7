import { Readable } from 'node:stream'
import { runCommandLine } from '#src/cli/main.ts'

/** What a command line gave. */
export type Outcome = { exitCode: number; stdout: string; stderr: string }

/** Carries out a command line in this process, with nobody at a terminal. */
export async function commandLine(
  args: readonly string[],
  { stdin = '', environment = {} as NodeJS.ProcessEnv, signal = new AbortController().signal } = {},
): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  const exitCode = await runCommandLine(args, {
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    stdout: {
      write: (text) => {
        stdout += text
      },
    },
    stderr: {
      write: (text) => {
        stderr += text
      },
    },
    environment,
    signal,
  })
  return { exitCode, stdout, stderr }
}

/** For looking at the program itself: what it would read and write, without an environment. */
export const ownIo = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: {},
  signal: new AbortController().signal,
}
