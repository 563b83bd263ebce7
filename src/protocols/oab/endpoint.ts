import type { OrganizationId } from '#src/base/ids.ts'
import type { OfflineBook } from '#src/domain/address-book/offline/kept-books.ts'
import { BOOK_DN, BOOK_NAME, type OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { isAvailabilityAccount } from '#src/domain/availability/service-accounts.ts'
import type { Authenticated, Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { organizationGuid } from '#src/domain/organization/organization-guid.ts'
import type { Store } from '#src/domain/store.ts'
import { DETAILS_VERSION } from '#src/formats/oab/details-file.ts'
import type { HttpReply, HttpRequest, Route } from '#src/platform/http/route.ts'
import { answerStoredFile } from '#src/platform/http/stored-file.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { formatManifest } from '#src/wire/oab/manifest.ts'
import { askForCredentials, basicSignIn, refuseSignIn } from '../basic-sign-in.ts'

type OabServices = {
  store: Store
  authenticator: Authenticator
  offlineBooks: Pick<OfflineBooks, 'newest' | 'find'>
  log: Log
}

const pattern = /^\/oab\/([0-9a-f-]{36})\/(?:(oab\.xml)|([0-9a-f-]{36})-data-(\d{1,10})\.lzx)$/i

/**
 * Offline address books for programs to fetch (MS-OXWOAB, GAL-04): the manifest, and the files that it names, to who is signed in
 * to their organisation. A file stays for a day after the manifest has stopped naming it.
 */
export function oabRoute(services: OabServices): Route {
  return {
    accepts: ({ target }) => /^\/oab\//i.test(target),
    async answer(request) {
      let login: Authenticated | undefined
      try {
        login = await basicSignIn(services, request, { purpose: 'ews' })
      } catch (error) {
        return refuseSignIn(error)
      }
      if (login === undefined) return askForCredentials
      const { organization, user } = login
      if (await isAvailabilityAccount(services.store.organizations, organization, user.id))
        return onlyAvailability
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return { status: 405, headers: { allow: 'GET, HEAD' }, body: '' }
      return (await fileFor(services, request, organization)) ?? notHere
    },
  }
}

/** FBI-02: what Exchange signs in as has no other business here. */
const onlyAvailability: HttpReply = {
  status: 403,
  body: 'This account may ask when people are free, and nothing else.\n',
}

const notHere: HttpReply = { status: 404, body: 'There is no such offline address book.\n' }

async function fileFor(
  { offlineBooks }: OabServices,
  request: HttpRequest,
  organization: OrganizationId,
): Promise<HttpReply | undefined> {
  const [, folder, manifest, name, number] = pattern.exec(request.target.split('?', 1)[0]!) ?? []
  const guid = organizationGuid(organization)
  if (folder?.toLowerCase() !== guid) return undefined
  if (manifest !== undefined) {
    const book = await offlineBooks.newest(organization)
    return book && answerManifest(request, guid, book)
  }
  if (name?.toLowerCase() !== guid) return undefined
  const found = await offlineBooks.find(organization, Number(number))
  return (
    found &&
    answerStoredFile(request, {
      contentType: 'application/octet-stream',
      sizeBytes: found.book.sizeBytes,
      etag: `"${found.book.sha1}"`,
      modifiedAt: found.book.madeAt,
      read: found.read,
    })
  )
}

function answerManifest(request: HttpRequest, guid: string, book: OfflineBook): HttpReply {
  const { sequence, sizeBytes, unpackedBytes, sha1, madeAt } = book
  const octets = Buffer.from(
    formatManifest({
      guid,
      dn: BOOK_DN,
      name: BOOK_NAME,
      full: {
        sequence,
        version: DETAILS_VERSION,
        sizeBytes,
        unpackedBytes,
        sha1,
        file: `${guid}-data-${sequence}.lzx`,
      },
    }),
  )
  return answerStoredFile(request, {
    contentType: 'application/xml',
    sizeBytes: octets.length,
    etag: `"${sequence}-${sha1}"`,
    modifiedAt: madeAt,
    read: async function* ({ start, end }) {
      yield octets.subarray(start, end)
    },
  })
}
