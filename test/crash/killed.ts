import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export type Running = { child: ChildProcess; trouble: () => string }

/** A program of these tests as a process of its own; what it says is written to the end of the file `journal`. */
export function begun(program: string, args: readonly string[], journal: string): Running {
  const output = openSync(journal, 'a')
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', output, 'pipe'] })
  closeSync(output)
  let trouble = ''
  child.stderr!.on('data', (text) => {
    trouble += text
  })
  return { child, trouble: () => trouble }
}

/** Kills it: mostly within `mostMs` of what it says first, some while it starts, some only after up to `longestMs`. */
export async function killed(
  { child, trouble }: Running,
  journal: string,
  { next, mostMs, longestMs }: { next: () => number; mostMs: number; longestMs: number },
): Promise<void> {
  const ended = once(child, 'close')
  const kind = next()
  if (kind < 0.1) await pause(next() * 700)
  else {
    while (statSync(journal).size === 0 && child.exitCode === null) await pause(5)
    await pause(next() * (kind < 0.85 ? mostMs : longestMs))
  }
  child.kill('SIGKILL')
  const [, signal] = await ended
  assert.equal(signal, 'SIGKILL', `It ended by itself: ${trouble()}`)
  assert.equal(trouble(), '')
}
