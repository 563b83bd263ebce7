import '#src/base/node-version.ts'

const { onStopSignals } = await import('#src/platform/signals/stop-signals.ts')
const { exitCodes } = await import('#src/app/exit-codes.ts')
const { runCommandLine } = await import('#src/cli/main.ts')

const stop = new AbortController()
onStopSignals(
  () => stop.abort(),
  (name) => process.exit(name === 'SIGINT' ? 130 : 143),
)
// `landbridge user list | head`: nobody reads on, which is no error. A service goes on without (platform/log/open-log.ts).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(
    `landbridge: The output cannot be written: ${error.message}. Make room there, or send it elsewhere.\n`,
  )
  process.exit(exitCodes.outputFailed)
})
// Nobody is left to be told.
process.stderr.on('error', () => undefined)

const { stdin, stdout, stderr, env: environment } = process
const io = { stdin, stdout, stderr, environment, signal: stop.signal }
const exitCode = await runCommandLine(process.argv.slice(2), io)
// A pipe takes 64 KiB at once; what it has not taken yet would be lost with the process.
await Promise.all([stdout, stderr].map((stream) => new Promise((taken) => stream.write('', taken))))
process.exit(exitCode)
