import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ChildAnswer, ChildTask } from './sqlite-child.ts'
import { sqliteTrouble } from './sqlite-trouble.ts'

const program = fileURLToPath(new URL('./sqlite-child.ts', import.meta.url))

/**
 * Has a process of its own do what takes long, and gives the lines it found. The signal ends it at once, whatever it
 * is at, and the promise rejects with its reason once the process is gone. Trouble with the file is a refusal (`sqliteTrouble`).
 */
export async function beside(
  task: ChildTask,
  signal: AbortSignal,
  progress?: (done: number, total: number) => void,
): Promise<string[]> {
  signal.throwIfAborted()
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  let result: string[] | undefined
  let failure = ''
  let code: string | undefined
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    failure = (failure + text).slice(-2_000)
  })
  child.on('message', (answer: ChildAnswer) => {
    if ('lines' in answer) result = answer.lines
    else if ('failure' in answer) ({ failure, code } = answer)
    else progress?.(answer.done, answer.total)
  })
  child.send(task, () => undefined)
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('close', (code, by) => resolve(by ?? `exit code ${code}`))
  })
  signal.removeEventListener('abort', kill)
  if (result) return result
  signal.throwIfAborted()
  const error = new Error(`SQLite ${task.task}: ${failure || `its process ended by ${ended}`}`)
  throw code === undefined ? error : sqliteTrouble(Object.assign(error, { code }))
}
