import type { ImapArguments } from '#src/wire/imap/arguments.ts'
import type { ResponseCode } from '#src/wire/imap/response-code.ts'
import type { CommandInput } from './command-input.ts'
import type { ImapSession } from './session.ts'

/** How a command ended, behind its tag; `OK` unless said. Nothing is `OK … completed`. */
export type Completion = { status?: 'OK' | 'NO' | 'BAD'; code?: ResponseCode; text: string }

/** `answered`: the command has sent its tagged answer itself. */
export type Outcome = Completion | 'answered' | undefined

/** One use of a command. */
type Call = {
  tag: string
  /** `UID` stood before it: its numbers are UIDs. */
  uid: boolean
  /** Messages that come with it. */
  input: CommandInput
  /** Aborts when the client is gone. */
  signal: AbortSignal
}

/** One command: what it needs is checked by the session, so that the command has only its own work. */
type Command<Args> = {
  name: string
  /** When it may be said. `authenticated` is also `selected`; `not-authenticated` is before the sign-in only. */
  state: 'any' | 'not-authenticated' | 'authenticated' | 'selected'
  /** May be said in clear on a port that waits for STARTTLS. */
  beforeTls?: boolean
  /** IMAP4rev2 has no such command (RFC 9051 appendix E). */
  onlyRev1?: true
  /** Whether `UID` may stand before it, or must. */
  uid?: 'may' | 'must'
  /**
   * Its sequence numbers must keep their meaning until it is answered: without UID no EXPUNGE goes out before its tagged
   * answer (RFC 9051 §7.5.1). FETCH, STORE, SEARCH, SORT, THREAD.
   */
  usesSequenceNumbers?: boolean
  /** Changes of the selected folder are not told with its answer: it ends, begins or tells them itself. */
  tellsNoChanges?: boolean
  /** What stands behind the name; of APPEND and REPLACE up to the first message, for `run` takes those from `call.input`. SyntaxFault for what the grammar forbids. */
  parse(args: ImapArguments, uid: boolean): Args
  /** Refusal: NO with the code of its reason. SyntaxFault: BAD. */
  run(session: ImapSession, args: Args, call: Call): Outcome | Promise<Outcome>
}

/** A command of any arguments, as the table holds it. */
export type AnyCommand = Command<unknown>

export const command = <Args>(definition: Command<Args>): AnyCommand => definition as AnyCommand

/** Arguments of a command that has none. */
export function noArguments(args: ImapArguments): void {
  args.end()
}
