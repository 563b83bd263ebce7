import type { CarriedOctets } from '#src/base/carried-octets.ts'
import type { ImapTls } from '#src/clients/imap/connect.ts'
import type { ImapDeadlines } from '#src/clients/imap/deadlines.ts'
import type { ImapServer } from '#src/clients/imap/open-session.ts'
import type { NamespaceKind } from './folder-tree.ts'
import type { ReadSizes } from './message-reader.ts'
import { credentialsFor, type ImapSignIn } from './sign-in.ts'

export type ImapSourceOptions = {
  host: string
  port: number
  tls: ImapTls
  localAddress?: string
  signIn: ImapSignIn
  /** Which namespaces are copied; the mailbox's own where nothing is said. */
  namespaces?: readonly NamespaceKind[]
  /** Sessions for one mailbox at once; Courier allows 4, Dovecot 10, Gmail 15, each counted with the programs of its user. */
  connections?: number
  /** RFC 4978 where it is offered, which it is unless this says no. */
  compress?: boolean
  sizes?: Partial<ReadSizes>
  deadlines?: Partial<ImapDeadlines>
  carried?: CarriedOctets
}

/** Where and as whom. */
export async function serverFor(options: ImapSourceOptions, mailbox: string): Promise<ImapServer> {
  const { host, port, tls, localAddress, deadlines, signIn, carried } = options
  return {
    host,
    port,
    tls,
    credentials: await credentialsFor(signIn, mailbox),
    ...(localAddress !== undefined && { localAddress }),
    ...(deadlines !== undefined && { deadlines }),
    ...(carried && { carried }),
  }
}
