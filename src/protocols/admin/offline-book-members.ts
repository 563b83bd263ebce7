import type { OrganizationId } from '#src/base/ids.ts'
import type { OfflineBook } from '#src/domain/address-book/offline/kept-books.ts'
import { organizationGuid } from '#src/domain/organization/organization-guid.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present, timestamp } from './entries.ts'

/** What is told of an offline address book; `ManifestPath` is where programs fetch its manifest. */
export const offlineBookMembers = (organization: OrganizationId, book: OfflineBook | undefined): JsonObject =>
  present({
    Made: book !== undefined,
    ManifestPath: `/OAB/${organizationGuid(organization)}/oab.xml`,
    ...(book && {
      Sequence: book.sequence,
      Entries: book.entries,
      SizeInBytes: book.sizeBytes,
      UnpackedSizeInBytes: book.unpackedBytes,
      MadeTime: timestamp(book.madeAt),
      CheckedTime: timestamp(book.checkedAt),
    }),
  })
