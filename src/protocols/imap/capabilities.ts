import type { ImapSession } from './session.ts'

/** What every session offers once somebody has signed in. */
const ofUsers = [
  'IMAP4rev2',
  'ENABLE',
  'IDLE',
  'NAMESPACE',
  'UIDPLUS',
  'MOVE',
  'CONDSTORE',
  'QRESYNC',
  'UNSELECT',
  'CHILDREN',
  'SPECIAL-USE',
  'CREATE-SPECIAL-USE',
  'LIST-EXTENDED',
  'LIST-STATUS',
  'STATUS=SIZE',
  'UTF8=ACCEPT',
  'BINARY',
  'OBJECTID',
  'SAVEDATE',
  'PREVIEW',
  'MULTIAPPEND',
  'ESEARCH',
  'SEARCHRES',
  'WITHIN',
  'PARTIAL',
  'SORT',
  'SORT=DISPLAY',
  'ESORT',
  'THREAD=REFERENCES',
  'THREAD=ORDEREDSUBJECT',
  'INPROGRESS',
  'QUOTA',
  'QUOTA=RES-STORAGE',
  'ACL',
  'RIGHTS=kxte',
  'METADATA',
  'LIST-METADATA',
  'LIST-MYRIGHTS',
  'CATENATE',
  'REPLACE',
  'NOTIFY',
  'UNAUTHENTICATE',
] as const

/** Capabilities as the session stands (RFC 9051 §7.2.2). */
export function capabilitiesOf(session: ImapSession): string[] {
  const capabilities: string[] = ['IMAP4rev1', 'LITERAL+', 'ID', 'SASL-IR']
  if (session.state !== 'not-authenticated') {
    const compress = session.isCompressed ? [] : ['COMPRESS=DEFLATE']
    return [...capabilities, ...ofUsers, ...compress, `APPENDLIMIT=${session.limits.messageBytes}`]
  }
  capabilities.push('IMAP4rev2', 'ENABLE')
  if (session.offersTls) capabilities.push('STARTTLS')
  if (session.tls === undefined) capabilities.push('LOGINDISABLED')
  else capabilities.push('AUTH=PLAIN', 'AUTH=LOGIN')
  return capabilities
}
