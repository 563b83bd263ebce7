import { z } from 'zod'
import type { LiveMigration } from '#src/domain/migration/engine/progress/live.ts'
import { askForKeys, type KeysAsked } from '#src/domain/organization/keys-out-of-reach.ts'
import { formatTimestamp, type JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { addressBookMembers, heldMembers } from '../sync-members.ts'

/** Whoever asks hears an answer soon. */
const KEYS_WITHIN_MS = 2_000

/** How many mailboxes are read from just now, and of how many batches. */
const migratingMembers = ({ lanes }: LiveMigration): JsonObject => ({
  MigratingMailboxes: lanes.length,
  MigratingBatches: new Set(lanes.map(({ project, batch }) => `${project} ${batch}`)).size,
  WaitingMailboxes: lanes.filter(({ idle }) => idle !== null).length,
})

/** In the process of a command nobody asked for keys yet. Of how many organisations it is known is told where it is not all. */
const keysMembers = ({ outOfReach, asked, all }: KeysAsked): JsonObject => ({
  KeysOutOfReach: outOfReach,
  ...(!all && { KeysAskedFor: asked }),
})

/** Ours: what runs, where, on how much data. */
export const describeService = defineAction({
  name: 'DescribeService',
  reads: true,
  scope: 'service',
  input: z.object({}),
  run: async ({ store, about, now, addressBooks, directorySync, migration }) => {
    const {
      version,
      dataFolder,
      startedAt,
      serving,
      listeners,
      certificate,
      deliveries,
      scanners,
      failingJobs,
    } = about()
    const queue = await store.delivery.queueStatistics(now())
    const numbers = await store.maintenance.statistics()
    return present({
      Version: version,
      Serving: serving,
      DataFolder: dataFolder,
      // Of a service: in the process of a command they would say when that began.
      ...(serving && {
        StartTime: formatTimestamp(startedAt),
        UptimeSeconds: Math.floor((now() - startedAt) / 1000),
      }),
      Listeners: listeners.map(({ name, address }) => ({ Name: name, Address: address })),
      Certificate:
        certificate &&
        present({
          Subject: certificate.subject,
          Issuer: certificate.issuer,
          EndTime: formatTimestamp(certificate.endsAt),
        }),
      Schema: numbers.schema,
      DatabaseBytes: numbers.databaseBytes,
      BodyBytes: numbers.bodyBytes,
      FreeBytes: numbers.freeBytes,
      Organizations: numbers.organizations,
      ...(serving
        ? { KeysOutOfReach: numbers.keysOutOfReach }
        : keysMembers(await askForKeys(store.organizations, KEYS_WITHIN_MS))),
      Mailboxes: numbers.mailboxes,
      QueuedMessages: queue.messages,
      QueuedRecipients: queue.recipients,
      DueRecipients: queue.due,
      OldestQueuedTime: queue.oldestQueuedAt === null ? undefined : formatTimestamp(queue.oldestQueuedAt),
      AddressBooks: await addressBookMembers(store, directorySync.everyMs, now()),
      AddressBookMemory: present({ ...heldMembers(addressBooks.held) }),
      Deliveries: deliveries,
      ...(serving && migratingMembers(migration.live())),
      FailingJobs: failingJobs?.map(({ job, since, of }) => ({
        Name: job,
        StartTime: formatTimestamp(since),
        For: [...of],
      })),
      Scanners: scanners?.map(({ name, kind, failing }) =>
        present({
          Name: name,
          Kind: kind,
          Failing:
            failing &&
            present({
              StartTime: formatTimestamp(failing.since),
              Messages: failing.messages,
              Reason: failing.reason,
            }),
        }),
      ),
    })
  },
})
