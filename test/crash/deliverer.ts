/**
 * Queues messages and delivers the queue to a next hop on this machine until it is killed; with `drain` it queues nothing and
 * ends when the queue is empty. Arguments: data folder, organisation, port, seed, `drain` or `write`. Its standard output is a
 * file that outlives it: one JSON `Queued` a line for each message that was acknowledged.
 */
import { writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { internetMail } from '#connectors/internet-mail/internet-transport.ts'
import { QueueDeliveries } from '#jobs/deliver-queue.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { defaultRetryPolicy } from '#src/domain/delivery/retry.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'
import { newTransitId, queueMessage } from '#test/support/queue.ts'
import { openTestStore } from '#test/support/store.ts'
import { random } from './model.ts'

export type Queued = { id: string; addresses: string[] }

const DOMAINS = 5
const WRITERS = 20

const [folder, org, port, seed, mode] = process.argv.slice(2)
const organization = org as OrganizationId
const { store, care } = await openTestStore(folder!)
const next = random(Number(seed))
const names = Array.from({ length: DOMAINS }, (_, i) => [`d${i}.example`, { a: ['127.0.0.1'] }])
const transport = internetMail({
  dns: fixedDns(Object.fromEntries(names)),
  mtaSts: { policyFor: async () => undefined },
  helloName: 'mx.corp.example',
  isOurs: () => false,
  tls: 'opportunistic',
  privateAddresses: true,
  port: Number(port),
})
const job = new QueueDeliveries({
  store,
  transport,
  findReturnPath: async () => ({ to: 'nobody' }),
  hostName: 'mx.corp.example',
  policy: {
    ...defaultRetryPolicy,
    stepsMs: { refused: [20, 50], unreachable: [20, 50], insecure: [20, 50] },
  },
  now: Date.now,
  random: Math.random,
  concurrency: 20,
  perDestination: 8,
  attemptMs: 60_000,
  trouble: (message, error) => process.stderr.write(`${message} ${error}\n`),
})
await job.start()
writeSync(1, '\n')

if (mode === 'drain') {
  for (;;) {
    const { messages } = await store.delivery.queueStatistics(Date.now())
    if (messages === 0) break
    await pause(20)
  }
  await job.stop(AbortSignal.timeout(5_000))
  await transport.close()
  await care.stop()
  await store.close()
} else {
  for (let i = 0; i < WRITERS; i++) void write()
  for (;;) {
    await care.tidy()
    await pause(50)
  }
}

async function write(): Promise<never> {
  for (;;) {
    const id = newTransitId()
    const addresses = Array.from(
      { length: 1 + Math.floor(next() * 3) },
      (_, i) => `r${i}@d${Math.floor(next() * DOMAINS)}.example`,
    )
    // Some lie in their row, some in a segment file.
    const octets = Buffer.from(
      `Subject: test\r\nX-Id: ${id}\r\n\r\n${'x'.repeat(next() < 0.8 ? 2_000 : 40_000)}\r\n`,
    )
    await queueMessage(store, organization, {
      recipients: addresses.map((address) => ({ address })),
      message: { id },
      octets,
      now: Date.now(),
    })
    writeSync(1, `${JSON.stringify({ id, addresses } satisfies Queued)}\n`)
    // The deliveries must keep up with what is queued.
    await pause(next() * 400)
  }
}
