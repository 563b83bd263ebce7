import { SourceFailure, type SourceFailureKind } from '#src/domain/directory-sync/source.ts'
import { DnsFault } from '#src/platform/dns/dns-fault.ts'

/** Where a conversation broke; a server that answered with a result code is `result`. */
type LdapTrouble = 'connect' | 'tls' | 'closed' | 'timeout' | 'grammar' | 'result'

/** What went wrong between us and a domain controller, before it is put into a sentence. */
export class LdapFault extends Error {
  override readonly name = 'LdapFault'
  readonly trouble: LdapTrouble
  /** resultCode of RFC 4511 4.1.9; 0 unless `trouble` is `result`. */
  readonly code: number

  constructor(trouble: LdapTrouble, message: string, code = 0, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
    this.code = code
  }

  /** The Windows code that a domain controller hides in the text of result 49 (`data 52e`), lower-case hex. */
  get windowsCode(): string | undefined {
    return this.code === 49 ? /\bdata ([0-9a-f]{1,8})\b/i.exec(this.message)?.[1]?.toLowerCase() : undefined
  }
}

/** Why Windows did not let an account in, by its code in hex (winerror.h). */
const SIGN_IN_CODES = {
  '525': 'unknown-account',
  '52e': 'wrong-password',
  '530': 'outside-logon-hours',
  '531': 'workstation-not-allowed',
  '532': 'password-expired',
  '533': 'account-disabled',
  '701': 'account-expired',
  '773': 'password-must-change',
  '775': 'account-locked',
} as const

export type SignInFailure = (typeof SIGN_IN_CODES)[keyof typeof SIGN_IN_CODES]

/** What result 49 came to; a domain controller that hides the reason means a wrong password. */
export function signInFailureOf(fault: LdapFault): SignInFailure {
  const code = fault.windowsCode ?? ''
  return Object.hasOwn(SIGN_IN_CODES, code)
    ? SIGN_IN_CODES[code as keyof typeof SIGN_IN_CODES]
    : 'wrong-password'
}

const ACCOUNT_SENTENCES: Record<SignInFailure, string> = {
  'unknown-account': 'it knows no such account. Check the name that is configured for reading the directory',
  'wrong-password':
    'the name or the password is wrong. Correct the password before the next run: more attempts may lock the account',
  'outside-logon-hours': 'the account may not sign in at this hour. Set its logon hours to always',
  'workstation-not-allowed': 'the account may not sign in from here. Remove its list of allowed workstations',
  'password-expired': 'the password has expired. Set a new one, and mark it as never expiring',
  'account-disabled': 'the account is disabled. Enable it with Enable-ADAccount',
  'account-expired': 'the account has expired. Clear its end with Clear-ADAccountExpiration',
  'password-must-change': 'the password must be changed first. Set one without "must change at next logon"',
  'account-locked':
    'the account is locked. Unlock it with Unlock-ADAccount, and find who used a wrong password',
}

type Words = { kind: SourceFailureKind; says: string }

const RESULTS: Readonly<Record<number, Words>> = {
  1: { kind: 'interrupted', says: 'it met an error of its own. Look into its Directory Service event log' },
  3: {
    kind: 'busy',
    says: 'one page took longer than its time limit (MaxQueryDuration, 120 seconds). Try again when it is less busy, or name another domain controller',
  },
  4: {
    kind: 'busy',
    says: 'it gives fewer entries than asked for (MaxPageSize). Make sure that it allows pages of 500',
  },
  8: {
    kind: 'tls',
    says: 'it wants a signed or encrypted connection. Use ldaps, or StartTLS on port 389',
  },
  10: {
    kind: 'unusable',
    says: 'it refers to another server: the base of the search is not in its domain. Configure each domain of the forest with its own domain controllers',
  },
  11: {
    kind: 'busy',
    says: 'an administrative limit was reached. Try again later, or name another domain controller',
  },
  12: {
    kind: 'interrupted',
    says: 'it no longer knows where the reading was: it dropped the state of the paged search, or does not support paging. The run is discarded and starts again from the beginning',
  },
  13: { kind: 'tls', says: 'it wants an encrypted connection. Use ldaps, or StartTLS on port 389' },
  32: {
    kind: 'unusable',
    says: 'the base of the search does not exist there. Check the base that is configured',
  },
  34: {
    kind: 'unusable',
    says: 'the base of the search is no distinguished name. Check the base that is configured',
  },
  50: { kind: 'rights', says: 'the account may not read what is needed. Give it read access to the domain' },
  51: { kind: 'busy', says: 'it is too busy. The next run tries again' },
  52: { kind: 'busy', says: 'it is not available just now. The next run tries again' },
  53: {
    kind: 'interrupted',
    says: 'it is unwilling to go on; often it has dropped the state of a paged search. The run is discarded and starts again from the beginning',
  },
}

/** As a failure of the source: a sentence that says where, what and what to do. Other errors pass through. */
export function sourceFailureOf(error: unknown, server: string): unknown {
  if (!(error instanceof LdapFault)) return error
  const { kind, says } = wordsOf(error)
  return new SourceFailure(kind, `${server}: ${says}. (${withoutHint(error.message.trim())})`, {
    cause: error,
  })
}

/** What Node advises is not ours to do. */
const withoutHint = (text: string): string => text.replace(/; if the root CA is installed locally.*$/s, '')

function wordsOf(fault: LdapFault): Words {
  switch (fault.trouble) {
    case 'connect':
      return {
        kind: 'unreachable',
        says: isUnknownName(fault.cause)
          ? 'DNS knows no such name. Check its spelling, or let this machine use a DNS server that knows it'
          : fault.cause instanceof DnsFault
            ? 'the name servers of "dns.servers" gave no answer for it, and this machine knows none. Check them'
            : 'it cannot be reached. Check its name, its port and the firewall between',
      }
    case 'tls':
      return { kind: 'tls', says: tlsRemedy(fault.cause) }
    case 'closed':
      return { kind: 'interrupted', says: 'it closed the connection in mid-reading. The run is discarded' }
    case 'timeout':
      return { kind: 'interrupted', says: 'it did not answer in time. The run is discarded' }
    case 'grammar':
      return { kind: 'unusable', says: 'what it sends is not LDAP. Check the port that is configured' }
    case 'result':
      return fault.code === 49
        ? {
            kind: 'credentials',
            says: `it refuses the account: ${ACCOUNT_SENTENCES[signInFailureOf(fault)]}`,
          }
        : (RESULTS[fault.code] ?? { kind: 'interrupted', says: `it answered with result ${fault.code}` })
  }
}

/** ENOTFOUND and EAI_AGAIN of getaddrinfo. */
const isUnknownName = (cause: unknown): boolean =>
  (cause as NodeJS.ErrnoException | undefined)?.syscall === 'getaddrinfo'

function tlsRemedy(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? ''
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'its certificate is for other names. Name the domain controller as its certificate does, or say with --certificate-name of "landbridge gal connect" which name the certificate has'
  if (code === 'CERT_HAS_EXPIRED')
    return 'its certificate has expired. Renew it (certlm.msc on the domain controller)'
  if (/SELF_SIGNED|UNABLE_TO|UNTRUSTED/.test(code))
    return 'its certificate comes from an authority that is not trusted here. Give the file with the certificate of the authority that issued it with --ca of "landbridge gal connect"'
  return 'TLS failed. Check that it has a certificate for server authentication, and that the port speaks TLS'
}
