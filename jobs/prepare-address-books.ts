import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import { forEveryOrganization } from '#src/domain/organization/every-organization.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

type Deps = {
  store: Store
  books: Pick<AddressBooks, 'prepare'>
}

/** Has large address books ready to be searched, from the start on, and keeps their words for the next one (decision 4). */
export function prepareAddressBooksJob({ store, books }: Deps): Job {
  return {
    name: 'prepare-address-books',
    schedule: '5-59/10 * * * *',
    atStart: true,
    run: (signal) =>
      forEveryOrganization(store, (organization) => books.prepare(organization, signal), signal),
  }
}
