/**
 * The whole service, until it is killed. Arguments: its options as JSON, and the organisation. Standard output is one JSON `Doors`
 * when it serves. What waits in the queue is made due again and again, so that nobody waits minutes for the second attempt.
 * After SIGTERM it empties the queue, stops and ends with 0.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { startService } from '#src/app/serve.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { retryQueued } from '#src/domain/delivery/queue-actions.ts'

/** Ports of 127.0.0.1. */
export type Doors = { mx: number; submissions: number }

const [options, org] = process.argv.slice(2)
const organization = org as OrganizationId
let ending = false
process.on('SIGTERM', () => {
  ending = true
})

const service = await startService(loadConfig({ environment: {}, options: JSON.parse(options!) }))
const portOf = (name: string): number =>
  Number(
    service.listeners
      .find((each) => each.name === name)!
      .address.split(':')
      .at(-1),
  )
const doors: Doors = { mx: portOf('mail from other servers'), submissions: portOf('mail from programs') }
process.stdout.write(`${JSON.stringify(doors)}\n`)

const { store } = service.data
for (;;) {
  await pause(50)
  await retryQueued(store, organization, null, Date.now())
  if (ending && (await store.delivery.queueStatistics(Date.now())).messages === 0) break
}
await service.stop()
