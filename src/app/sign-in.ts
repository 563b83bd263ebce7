import { BindSignIn } from '#connectors/active-directory/bind-sign-in.ts'
import { activeDirectoryAuthenticator } from '#connectors/active-directory/directory-sign-in.ts'
import type { Config } from '#src/config/settings.ts'
import { withAvailabilityAccounts } from '#src/domain/availability/service-accounts.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { directoryAuthenticator, keptPasswords } from '#src/domain/directory/login/directory-authenticator.ts'
import { passwordHash } from '#src/domain/directory/login/password-hash.ts'
import type { Store } from '#src/domain/store.ts'
import { ActiveDirectoryAccounts } from './active-directory-accounts.ts'
import { activeDirectoryOptions, directoryDns } from './directory-sources.ts'

/**
 * Signs people in for every protocol, so that who guesses has to wait at all of them: with the password of Active Directory who
 * comes from there (DIR-02, INT-04), with the one kept here everybody else.
 */
export function signInOf(store: Store, config: Pick<Config, 'dns.servers'>): Authenticator {
  const now = Date.now
  const { dns, ...finding } = directoryDns(config['dns.servers'])
  const accounts = new ActiveDirectoryAccounts({
    store,
    open: (connection) => new BindSignIn({ ...activeDirectoryOptions(connection), ...finding }, { dns, now }),
    now,
  })
  const everybody = activeDirectoryAuthenticator({
    find: (login) => accounts.find(login),
    signIn: {
      check: (account, password, place) => accounts.signInOf(account).check(account, password, place),
      isSettled: (account, password) => accounts.signInOf(account).isSettled(account, password),
    },
    otherwise: directoryAuthenticator({
      store,
      checkPassword: keptPasswords(store, passwordHash()),
      now,
    }),
    now,
  })
  return withAvailabilityAccounts(everybody, store.organizations)
}
