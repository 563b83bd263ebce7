import { CommanderError } from 'commander'
import { exitCodes } from '#src/app/exit-codes.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import { Cli } from './cli.ts'
import type { Io } from './io.ts'
import { program } from './program.ts'
import { Interrupted, UsageFault } from './usage-fault.ts'

/** Carries out one command line and answers the exit code. Whatever happens, people see sentences. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const cli = new Cli(io)
  try {
    await program(cli).parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    // commander has written what it has to say already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    return complain(error, io)
  }
}

async function complain(error: unknown, io: Io): Promise<number> {
  const say = (sentence: string) =>
    io.stderr.write(`landbridge: ${sentence.split('\n').map(visibleText).join('\n            ')}\n`)
  if (error instanceof UsageFault) {
    say(error.message)
    return exitCodes.usage
  }
  if (error instanceof Interrupted || io.signal.aborted) {
    say(error instanceof Interrupted ? error.message : 'Interrupted.')
    return exitCodes.interrupted
  }
  const { knownFailure } = await import('#src/app/failure.ts')
  const known = knownFailure(error)
  if (known !== undefined) {
    say(known.sentence)
    return known.exitCode
  }
  const { reportUnexpected } = await import('#src/app/failure.ts')
  const { reference, file } = reportUnexpected(error)
  say(
    `Something went wrong that should not have. What is known of it is in ${file} under ${reference}; please report it.`,
  )
  return exitCodes.ourFault
}
