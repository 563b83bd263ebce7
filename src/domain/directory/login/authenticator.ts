import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../refusal.ts'
import type { User } from '../entry.ts'

/**
 * Somebody who wants in. `name` is an e-mail address, or with `organization` a user name (DIR-11); `client` the
 * IP address; `purpose` what for, as in the scopes of tokens, or `web`.
 */
export type Login = {
  name: string
  organization?: OrganizationId
  secret: string
  client: string
  purpose: 'imap' | 'smtp' | 'ews' | 'eas' | 'jmap' | 'dav' | 'web'
  /** Who lives on the Exchange side is let in, too: all that is asked is where the mailbox is (Autodiscover). */
  anyHome?: boolean
}

export type Authenticated = {
  organization: OrganizationId
  user: User
  mailbox: MailboxId | null
  /** `service`: nobody signed in, the service acts for them. */
  by: 'password' | 'token' | 'service'
  /** The token, by its id: what it opened ends with it. */
  token?: string
}

/** Why somebody was not let in: for the audit log, never for the one who asked. */
export type LoginFailure =
  | 'unknown-account'
  | 'not-enabled'
  | 'not-a-person'
  | 'no-password'
  | 'wrong-password'
  | 'password-not-allowed'
  | 'unknown-token'
  | 'token-expired'
  | 'token-out-of-scope'
  | 'tokens-inactive'
  | 'too-many-failures'
  /** An account that may ask when people are free, and nothing else. */
  | 'availability-only'
  /** From a directory that is kept elsewhere. */
  | 'outside-logon-hours'
  | 'workstation-not-allowed'
  | 'password-expired'
  | 'password-must-change'
  | 'account-disabled'
  | 'account-expired'
  | 'account-locked'
  /** A linked mailbox whose account is in a domain that is not connected. */
  | 'account-elsewhere'

export type LoginResult =
  | { accepted: true; login: Authenticated }
  | { accepted: false; failure: LoginFailure; waitMs: number }

/** Says who somebody is. The directory's own is `directoryAuthenticator`; a connector may bring another. */
export type Authenticator = {
  /** Refuses only what is not about the person: `key-unavailable`, `try-later`. */
  authenticate(login: Login): Promise<LoginResult>
}

/** The login, or what the one who asked may know: `bad-credentials` or `too-many-failures`. */
export function requireLogin(result: LoginResult): Authenticated {
  if (result.accepted) return result.login
  if (result.failure === 'too-many-failures') {
    const seconds = Math.ceil(result.waitMs / 1_000)
    throw new Refusal(
      'too-many-failures',
      `Too many failed sign-ins. Wait ${seconds} ${seconds === 1 ? 'second' : 'seconds'}, then try again with the right password.`,
    )
  }
  throw new Refusal('bad-credentials', 'User name or password is wrong, or the account is not enabled.')
}
