import { CommanderError } from 'commander'
import { exitCodes } from '#src/app/exit-codes.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import { asTyped } from './as-typed.ts'
import { Cli } from './cli.ts'
import type { Io } from './io.ts'
import { asksForJson, errorType, formatJsonError } from './json-error.ts'
import { NothingChanged } from './nothing-changed.ts'
import { program } from './program.ts'
import { printResult } from './result.ts'
import { Interrupted, UsageFault } from './usage-fault.ts'

/** Carries out one command line and answers the exit code. Whatever happens, people see sentences, and programs JSON. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const cli = new Cli(io)
  const json = asksForJson(args)
  try {
    await program(cli, { json }).parseAsync(args, { from: 'user' })
    return cli.exitCode
  } catch (error) {
    const { type, sentence, exitCode } = await explain(error, io)
    if (exitCode === exitCodes.ok && cli.told !== '') {
      return printResult(io, { json: { Text: cli.told.trimEnd() }, text: cli.told }, json)
    }
    if (sentence !== '' && json) io.stderr.write(formatJsonError(type, sentence))
    // People who named no command have the help before them.
    else if (sentence !== '' && !(error instanceof CommanderError)) {
      const told = asTyped(sentence, cli.typed)
      io.stderr.write(`landbridge: ${told.split('\n').map(visibleText).join('\n            ')}\n`)
    }
    return exitCode
  }
}

type Explained = { type: string; sentence: string; exitCode: number }

async function explain(error: unknown, io: Io): Promise<Explained> {
  const ended = (exitCode: number, sentence = (error as Error).message): Explained => ({
    type: errorType(error),
    sentence,
    exitCode,
  })
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ended(exitCodes.ok, '')
    return { ...ended(exitCodes.usage, 'Say which command. --help shows them.'), type: 'UsageFault' }
  }
  if (error instanceof UsageFault) return ended(exitCodes.usage)
  if (error instanceof NothingChanged) return ended(exitCodes.refused)
  if (error instanceof Interrupted) return ended(exitCodes.interrupted)
  if (io.signal.aborted) return { ...ended(exitCodes.interrupted, 'Interrupted.'), type: 'Interrupted' }
  const { knownFailure, reportUnexpected } = await import('#src/app/failure.ts')
  const known = knownFailure(error)
  if (known !== undefined) return ended(known.exitCode, known.sentence)
  const { reference, file } = reportUnexpected(error)
  return {
    type: 'InternalFailure',
    sentence: `Something went wrong that should not have. What is known of it is in ${file} under ${reference}; please report it.`,
    exitCode: exitCodes.ourFault,
  }
}
