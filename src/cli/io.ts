import type { Readable } from 'node:stream'

/** Where a command reads and writes; tests bring their own. */
export type Io = {
  stdin: Readable & { isTTY?: boolean | undefined }
  stdout: {
    write(text: string): unknown
    isTTY?: boolean | undefined
    columns?: number | undefined
    rows?: number | undefined
  }
  stderr: { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined }
  environment: NodeJS.ProcessEnv
  /** Aborts at Ctrl-C. */
  signal: AbortSignal
}
