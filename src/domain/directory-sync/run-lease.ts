import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Store } from '../store.ts'
import type { SyncRecord, SyncWriter } from './store.ts'

/** For so long nobody else begins a run, unless that is renewed. */
export const LEASE_MS = 5 * 60_000
const RENEW_MS = 60_000

/** What a run leaves on record, made of what is there. */
export type RecordChange = (record: SyncRecord) => Parameters<SyncWriter['saveSync']>[1]

/** The right of a run to be the only one of its organisation, with the record that is its own meanwhile. */
export class RunLease {
  readonly #store: Store
  readonly #organization: OrganizationId
  readonly #now: () => number
  readonly #token = randomUUID()
  #heldUntil = 0

  constructor({ store, now }: { store: Store; now: () => number }, organization: OrganizationId) {
    this.#store = store
    this.#organization = organization
    this.#now = now
  }

  /** Begins the next run, and has the one after it wait until `dueAt`. Refuses `try-later` while another is under way. */
  async begin(dueAt: number): Promise<SyncRecord> {
    const organization = this.#organization
    await this.#store.directorySync.finishBegun(organization)
    const until = this.#now() + LEASE_MS
    const record = await this.#store.transact({ organization }, async ({ directorySync }) => {
      await directorySync.takeLease(organization, this.#token, this.#now(), until)
      const found = await directorySync.findSync(organization)
      await directorySync.saveSync(organization, { nextRun: found!.nextRun + 1, dueAt })
      return found!
    })
    this.#heldUntil = until
    return record
  }

  /** Takes or renews it where that is due. Refuses `try-later` while another run is under way. */
  async hold(): Promise<void> {
    if (this.#heldUntil - this.#now() > LEASE_MS - RENEW_MS) return
    this.#heldUntil = this.#now() + LEASE_MS
    await this.#store.transact({ organization: this.#organization }, ({ directorySync }) =>
      directorySync.takeLease(this.#organization, this.#token, this.#now(), this.#heldUntil),
    )
  }

  async release(): Promise<void> {
    await this.#store.transact({ organization: this.#organization }, ({ directorySync }) =>
      directorySync.freeLease(this.#organization, this.#token),
    )
  }

  /** Nothing where the directory was disconnected meanwhile. */
  save(change: RecordChange): Promise<void> {
    const organization = this.#organization
    return this.#store.transact({ organization }, async ({ directorySync }) => {
      const record = await directorySync.findSync(organization)
      if (record) await directorySync.saveSync(organization, change(record))
    })
  }
}
