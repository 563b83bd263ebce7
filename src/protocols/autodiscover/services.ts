import type { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import type { Store } from '#src/domain/store.ts'
import type { HttpRequest } from '#src/platform/http/route.ts'
import type { Log } from '#src/platform/log/open-log.ts'

/** What Autodiscover works with. */
export type AutodiscoverServices = {
  store: Store
  authenticator: Authenticator
  /** `https://mail.corp.example`: what stands before the path in every address that is given out. */
  baseUrl: (request: Pick<HttpRequest, 'headers'>) => string
  /** Where Autodiscover of the Exchange side is; empty: nowhere. */
  exchangeUrl: string
  offlineBooks: Pick<OfflineBooks, 'newest'>
  now: () => number
  log: Log
}

/** One and the same address in every slot: Exchange and clients take now the inner one, now the outer (exchange-interop.md 2.1). */
export const ewsUrl = (base: string): string => `${base}/EWS/Exchange.asmx`
/** The folder of the manifest, as programs want it (MS-OXDSCLI). */
export const oabUrl = (base: string, guid: string): string => `${base}/OAB/${guid}/`
