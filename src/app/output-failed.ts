import { diskReason } from './disk-trouble.ts'

/** What was asked for cannot be written where it should go: `name`, as people gave it. */
export class OutputFailed extends Error {
  override readonly name = 'OutputFailed'

  constructor(name: string, cause: unknown) {
    const why = diskReason(cause) ?? `${(cause as Error).message}; name a file elsewhere`
    super(`The output cannot be written to ${name}: ${why}.`, { cause })
  }
}
