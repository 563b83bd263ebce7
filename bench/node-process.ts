/** Programs of ours in processes of their own, for what is not to be counted with the bench, or only by itself. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export type NodeProcess = ChildProcessByStdio<null, Readable, null>

/** Node with these arguments and the flags of this process, so that `bin/with-node` has both run as the service does for people. */
export const nodeProcess = (args: readonly string[]): NodeProcess =>
  spawn(process.execPath, [...process.execArgv, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
