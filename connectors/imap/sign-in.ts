import type { ImapCredentials } from '#src/clients/imap/credentials.ts'

/**
 * How mailboxes of a server are signed in to. `own`: with what belongs to each; `master`: one account that may open all of them.
 */
export type ImapSignIn =
  /** Rejects where there are no credentials for a mailbox. */
  | {
      kind: 'own'
      credentialsOf(mailbox: string): Promise<ImapCredentials>
      /** Rejects where there can be credentials for no mailbox at all. */
      requireAll?(): Promise<void>
    }
  | {
      kind: 'master'
      name: string
      password: string
      /**
       * How the server is told whose mailbox: in SASL PLAIN beside our own name (RFC 4616: Cyrus, Courier, Exchange, Dovecot),
       * or in the name itself, `{user}` and `{master}` standing for both: `{user}*{master}` (Dovecot), `{master}/{user}` (Exchange).
       */
      form: 'authorization' | (string & {})
      /** What the server calls a mailbox; its address where nothing is said. */
      nameOf?: (mailbox: string) => string
    }

export async function credentialsFor(signIn: ImapSignIn, mailbox: string): Promise<ImapCredentials> {
  if (signIn.kind === 'own') return signIn.credentialsOf(mailbox)
  const { name, password, form, nameOf } = signIn
  const user = nameOf?.(mailbox) ?? mailbox
  if (form === 'authorization') return { name, password, actAs: user }
  const joined = form.replace(/\{(user|master)\}/g, (_, which) => (which === 'user' ? user : name))
  return { name: joined, password }
}
