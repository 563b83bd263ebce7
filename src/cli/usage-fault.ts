/** The command was written in a way that cannot be carried out (exit code 2). The message says how to write it. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault'
}

/** Somebody was asked, and said no; or pressed Ctrl-C (exit code 130). */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}
