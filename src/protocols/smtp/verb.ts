import type { IntakeRole } from '#src/domain/delivery/intake.ts'
import type { Reply } from '#src/wire/smtp/reply.ts'
import type { Conversation } from './conversation.ts'

/** What must have happened before a verb. */
type Need =
  /** Nothing. */
  | 'nothing'
  /** HELO or EHLO, and no transaction open. */
  | 'no-transaction'
  /** MAIL. */
  | 'transaction'
  /** MAIL, and a recipient that was accepted. */
  | 'recipients'

/** One command: what it needs is checked by the session, so that the verb has only its own work. */
type Verb<Args> = {
  name: string
  /** Where it is offered; everywhere if not said. */
  roles?: readonly IntakeRole[]
  /** May be said before STARTTLS where TLS is required. */
  beforeTls: boolean
  /** May be said before AUTH where a login is required. */
  beforeLogin: boolean
  needs: Need
  /** A step towards a message; all others are counted, so that nobody keeps a connection busy with nothing. */
  isProgress: boolean
  /** The client must wait for the reply (RFC 2920 §3.1): more input already here is a client that does not read. */
  endsGroup?: boolean
  /** What stands behind the verb. SyntaxFault for what the grammar forbids. */
  parse(args: string): Args
  /** A broken line would leave octets behind it that nobody can count, so it ends the connection. */
  faultIsFatal?: boolean
  /** How many octets of content follow the line: read even when the verb itself is refused (RFC 3030 §2). */
  octetsBehind?(args: Args): number
  /** Told when the verb was refused for its time or place. */
  refused?(session: Conversation, args: Args): Promise<void>
  /** Nothing comes back when the verb has answered itself. */
  run(session: Conversation, args: Args): Reply | Promise<Reply | undefined>
}

/** A verb of any arguments, as the table holds it. */
export type AnyVerb = Verb<unknown>

export const verb = <Args>(definition: Verb<Args>): AnyVerb => definition as AnyVerb
