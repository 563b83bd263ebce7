import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry, User } from '#src/domain/directory/entry.ts'
import type { Authenticator, Login, LoginResult } from '#src/domain/directory/login/authenticator.ts'
import { BackOff } from '#src/domain/directory/login/back-off.ts'
import { barredFrom } from '#src/domain/directory/login/directory-authenticator.ts'
import { looksLikeToken } from '#src/domain/directory/login/token.ts'
import type { BindSignIn, DomainAccount } from './bind-sign-in.ts'

/** A user of ours whose account is in Active Directory. */
export type KnownAccount = { organization: OrganizationId; user: Entry; account: DomainAccount }

type Deps = {
  /**
   * Who it is by UPN, `DOMAIN\user`, address or, with an organisation, user name (DIR-02, DIR-11); undefined when it is nobody whose
   * account is in Active Directory.
   */
  find(login: Login): Promise<KnownAccount | undefined>
  signIn: Pick<BindSignIn, 'check' | 'isSettled'>
  /** For everybody else, and for personal access tokens. */
  otherwise: Authenticator
  /** Epoch milliseconds. */
  now: () => number
}

/** Signs people in with their Active Directory password (DIR-02, INT-04); the directory keeps none of its own for them. */
export function activeDirectoryAuthenticator({ find, signIn, otherwise, now }: Deps): Authenticator {
  const backOff = new BackOff(now)
  return {
    async authenticate(login): Promise<LoginResult> {
      const known = await find(login)
      if (known === undefined) return otherwise.authenticate(login)
      const { organization, user, account } = known
      if (looksLikeToken(login.secret))
        return otherwise.authenticate({ ...login, organization, name: user.name })
      const waitMs = backOff.waitMs(account.key, login.client)
      if (waitMs > 0) return { accepted: false, failure: 'too-many-failures', waitMs }
      const barred = barredFrom(user, login)
      // Several connections of one client with one password are one attempt.
      const isSettled = barred === undefined && signIn.isSettled(account, login.secret)
      const attempt = isSettled ? undefined : backOff.begin(account.key, login.client)
      if (barred !== undefined) return { accepted: false, failure: barred, waitMs: 0 }
      try {
        const verdict = await signIn.check(account, login.secret, login.client)
        if (!verdict.accepted) {
          // The directory was not asked; its own wait is the one to tell.
          if (verdict.failure === 'too-many-failures') attempt?.uncounted()
          return verdict
        }
      } catch (error) {
        // Ours to mend, not theirs to wait for.
        attempt?.uncounted()
        throw error
      }
      attempt?.succeeded()
      return {
        accepted: true,
        login: { organization, user: user as User, mailbox: user.mailbox, by: 'password' },
      }
    },
  }
}

/** What a name at sign-in is: `CORP\anna`, or something with an `@` (an address or a UPN), or a bare name. */
export function parseLoginName(
  name: string,
): { netbios: string; sam: string } | { at: string } | { bare: string } {
  const windows = /^([^\\/@]{1,255})\\([^\\/@]{1,256})$/.exec(name)
  if (windows) return { netbios: windows[1]!, sam: windows[2]! }
  return name.includes('@') ? { at: name } : { bare: name }
}
