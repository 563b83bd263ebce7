import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { directoryAuthenticator, keptPasswords } from '#src/domain/directory/login/directory-authenticator.ts'
import { passwordHash } from '#src/domain/directory/login/password-hash.ts'
import type { Store } from '#src/domain/store.ts'

/** Signs people in for every protocol, so that who guesses has to wait at all of them. */
export function signInOf(store: Store): Authenticator {
  return directoryAuthenticator({
    store,
    checkPassword: keptPasswords(store, passwordHash()),
    now: Date.now,
  })
}
