/** One finished system call of a trace. `from` and `to` order the moments at which calls begin and end. */
export type Call = { name: string; args: string; result: number; from: number; to: number }

const whole = /^(\d+) +\d+\.\d+ (\w+)\((.*)\) += (-?\d+)/
const begun = /^(\d+) +\d+\.\d+ (\w+)\((.*) <unfinished \.\.\.>$/
const resumed = /^(\d+) +\d+\.\d+ <\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/

/** Reads what `strace -f -ttt -y` wrote. A call that another thread interrupts in the trace is two lines. */
export function parseTrace(text: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, { name: string; args: string; from: number }>()
  for (const [at, line] of text.split('\n').entries()) {
    const start = begun.exec(line)
    if (start) {
      open.set(start[1]!, { name: start[2]!, args: start[3]!, from: at })
      continue
    }
    const end = resumed.exec(line)
    const first = end ? open.get(end[1]!) : undefined
    if (end && first && first.name === end[2]) {
      open.delete(end[1]!)
      calls.push({ ...first, args: first.args + end[3]!, result: Number(end[4]), to: at })
      continue
    }
    const call = whole.exec(line)
    if (call) calls.push({ name: call[2]!, args: call[3]!, result: Number(call[4]), from: at, to: at })
  }
  return calls.sort((a, b) => a.from - b.from)
}

const writes = new Set(['write', 'writev', 'pwrite64', 'pwritev', 'pwritev2', 'ftruncate'])
const syncs = new Set(['fsync', 'fdatasync'])
const dataFile = /\.sqlite-wal$|\.segment$/

/** The path of the descriptor that is the first argument, and of what `openat` opened. */
const descriptorPath = (call: Call): string | undefined => /^\d+<([^>]*)>/.exec(call.args)?.[1]

/** An acknowledgement in the trace: a line `ACK name` on standard output, and what was written before it. */
export type Acknowledged = { name: string; files: ReadonlySet<string>; faults: readonly string[] }

/**
 * Each acknowledgement with the data files written to since the one before, and what it came too early for: a
 * write with no completed sync of that file after it, or a new file whose folder was not synced.
 */
export function acknowledgements(calls: readonly Call[]): Acknowledged[] {
  const found: Acknowledged[] = []
  let since = -1
  for (const ack of calls) {
    const name = ack.name === 'write' ? /^1(?:<[^>]*>)?, "ACK (\S+?)\\n"/.exec(ack.args)?.[1] : undefined
    if (name === undefined) continue
    const before = calls.filter((call) => call.from < ack.from)
    const files = new Set<string>()
    const faults = new Set<string>()
    for (const call of before) {
      const path = descriptorPath(call)
      if (!writes.has(call.name) || path === undefined || !dataFile.test(path)) continue
      if (call.from > since) files.add(path)
      if (!syncedAfter(before, call, ack, path))
        faults.add(`${name} before ${call.name} of ${path} was synced`)
    }
    for (const [path, call] of created(before)) {
      const folder = path.slice(0, path.lastIndexOf('/'))
      if (!syncedAfter(before, call, ack, folder))
        faults.add(`${name} before the folder of ${path} was synced`)
    }
    found.push({ name, files, faults: [...faults] })
    since = ack.from
  }
  return found
}

/** Data files by the call that first opened them with leave to make them. */
function created(calls: readonly Call[]): Map<string, Call> {
  const first = new Map<string, Call>()
  for (const call of calls) {
    const path = call.name === 'openat' ? /"([^"]*)", [^,]*O_CREAT/.exec(call.args)?.[1] : undefined
    if (path !== undefined && call.result >= 0 && dataFile.test(path) && !first.has(path))
      first.set(path, call)
  }
  return first
}

/** Whether a sync of that path began after `call` had ended and had succeeded before `ack` began. */
function syncedAfter(calls: readonly Call[], call: Call, ack: Call, path: string): boolean {
  return calls.some(
    (sync) =>
      syncs.has(sync.name) &&
      sync.result === 0 &&
      sync.from > call.to &&
      sync.to < ack.from &&
      descriptorPath(sync) === path,
  )
}
