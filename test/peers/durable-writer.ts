/** Stores messages in the data folder it is given and says `ACK name` on standard output after each. */
import { randomBytes } from 'node:crypto'
import { writeSync } from 'node:fs'
import { addMailbox, openTestStore, stageBytes, type TestMailbox } from '#test/support/store.ts'

const { store } = await openTestStore(process.argv[2]!)
const organization = await store.organizations.create({ alias: 'example' })
const boxes: TestMailbox[] = []
for (let i = 0; i < 5; i++) boxes.push(await addMailbox(store, organization.id))

await appendAll('single-inline', 6, 4_096, true)
await appendAll('single-segment', 6, 200_000, true)
await appendAll('grouped-inline', 20, 4_096, false)
await appendAll('grouped-segment', 20, 75_000, false)
await store.close()

async function appendAll(name: string, count: number, sizeBytes: number, oneByOne: boolean): Promise<void> {
  const ready = []
  for (let i = 0; i < count; i++) {
    const append = await prepare(`${name}-${i}`, boxes[i % boxes.length]!, sizeBytes)
    if (oneByOne) await append()
    else ready.push(append)
  }
  await Promise.all(ready.map((append) => append()))
}

async function prepare(name: string, box: TestMailbox, sizeBytes: number): Promise<() => Promise<void>> {
  const ref = { organization: box.organization, mailbox: box.mailbox }
  const body = await stageBytes(store, ref, randomBytes(sizeBytes))
  return async () => {
    await store.transact({ organization: ref.organization, mailboxes: [ref.mailbox] }, (writer) =>
      writer.mailboxes.appendItem(ref, {
        folder: box.inbox,
        class: 'message',
        receivedAt: Date.now(),
        body,
        summary: { subject: name },
      }),
    )
    writeSync(1, `ACK ${name}\n`)
  }
}
