import pino, { type Logger } from 'pino'
import { LogFile } from './log-file.ts'
import { formatReadableLine } from './readable-line.ts'

export type Log = Logger

export type LogOptions = {
  level: 'debug' | 'info' | 'warn' | 'error'
  output: 'auto' | 'stdout' | 'file'
  file: string
  maxFileBytes: number
  keptFiles: number
  /** Where lines for people or programs go; the process's own stdout if not given. */
  stdout?: { write(text: string): unknown; isTTY?: boolean | undefined }
}

/** Names whose values never reach a log, wherever in the first three levels of an entry they stand. */
const secretNames = [
  'password',
  'secret',
  'token',
  'pin',
  'authorization',
  'body',
  'Password',
  'Secret',
  'SecretAccessKey',
  'Token',
]
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`])

/**
 * Opens the log of the service: JSON lines to stdout, or to a file of bounded size while a terminal shows
 * readable ones. `close` lets go of the file.
 */
export function openLog(options: LogOptions): { log: Log; close: () => void } {
  const stdout = options.stdout ?? process.stdout
  const terminal = stdout.isTTY === true
  const toFile = options.output === 'file' || (options.output === 'auto' && terminal)
  const file = toFile
    ? new LogFile(options.file, { maxBytes: options.maxFileBytes, kept: options.keptFiles })
    : null
  // Mail goes on without its log. Each line is tried anew, so that it is back when there is room again.
  let isTold = false
  const onLost = (error: Error) => {
    if (isTold) return
    isTold = true
    process.stderr.write(
      `landbridge: The log cannot be written to stdout: ${error.message}. The service goes on without it.\n`,
    )
  }
  if (stdout === process.stdout) process.stdout.on('error', onLost)
  const write = (line: string) => {
    file?.write(line)
    if (terminal) stdout.write(formatReadableLine(line))
    else if (!toFile) stdout.write(line)
  }
  const log = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: '[not logged]' },
    },
    { write },
  )
  const close = () => {
    // What is written last, and lost too, is told when the process is about to end.
    if (!isTold) process.stdout.off('error', onLost)
    file?.close()
  }
  return { log, close }
}
