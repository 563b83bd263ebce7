/**
 * Writes to many mailboxes at once until it is killed. Arguments: data folder, seed, JSON of the mailboxes. Its
 * standard output is a file that outlives it: one JSON `Line` a line.
 */
import { writeSync } from 'node:fs'
import { Flag, type FolderNo, type Item, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { StagedBody } from '#src/domain/mailbox/store.ts'
import type { Writer } from '#src/domain/store.ts'
import { openTestStore, stageBytes, type TestMailbox } from '#test/support/store.ts'
import { bodyOf, itemsOf, type Line, random, stateOf } from './model.ts'

const INLINE_BYTES = 4_096
const SEGMENT_BYTES = 75_000
const MOST_ITEMS = 30

type Known = Pick<Item, 'no' | 'folder' | 'flags' | 'sizeBytes'> & { token: string }

const [folder, seed, boxes] = process.argv.slice(2)
const { store, care } = await openTestStore(folder!)
const say = (line: Line) => writeSync(1, `${JSON.stringify(line)}\n`)

await Promise.all(
  (JSON.parse(boxes!) as TestMailbox[]).map(async (box, writer) => {
    const items: Known[] = []
    for await (const item of itemsOf(store, box)) items.push({ ...item, token: item.summary!.subject })
    return { box, writer, items, next: random(Number(seed) * 1_000 + writer) }
  }),
).then((writers) => {
  say({ kind: 'ready' })
  tidyAll()
  for (const each of writers) write(each)
})

/** Compaction and purging run beside the writers all the time, so that they too are killed half-way. */
async function tidyAll(): Promise<never> {
  for (;;) {
    await care.tidy()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

async function write(at: {
  box: TestMailbox
  writer: number
  items: Known[]
  next: () => number
}): Promise<never> {
  const { box, writer, next } = at
  const ref = { organization: box.organization, mailbox: box.mailbox }
  for (let no = 0; ; no++) {
    const planned = plan(box, at.items, `${seed}-${writer}-${no}`, next)
    const staged: StagedBody[] = []
    for (const { token, sizeBytes } of planned.appends)
      staged.push(await stageBytes(store, ref, bodyOf(token, sizeBytes)))
    say({ kind: 'intent', writer, no, after: effect(at.items, planned.items) })
    const numbers = await store.transact({ organization: box.organization, mailboxes: [box.mailbox] }, (w) =>
      planned.run(w, staged),
    )
    say({ kind: 'ack', writer, no })
    at.items = planned.items.map((item) => ({ ...item, no: numbers.get(item.no) ?? item.no }))
  }
}

/** The states of all tokens that are not as they were. */
function effect(before: readonly Known[], after: readonly Known[]): Record<string, string[]> {
  const group = (items: readonly Known[]) => Map.groupBy(items, ({ token }) => token)
  const [old, fresh] = [group(before), group(after)]
  const changed: Record<string, string[]> = {}
  for (const token of new Set([...old.keys(), ...fresh.keys()])) {
    const now = (fresh.get(token) ?? []).map(stateOf).sort()
    if (now.join() !== (old.get(token) ?? []).map(stateOf).sort().join()) changed[token] = now
  }
  return changed
}

type Plan = {
  appends: { token: string; sizeBytes: number }[]
  /** Items afterwards; those that are made have negative numbers. */
  items: Known[]
  /** Gives the true numbers of those. */
  run: (writer: Writer, staged: readonly StagedBody[]) => Promise<Map<ItemNo, ItemNo>>
}

/** One transaction of one to three changes of different kinds, which must happen together. */
function plan(box: TestMailbox, before: readonly Known[], token: string, next: () => number): Plan {
  const ref = { organization: box.organization, mailbox: box.mailbox }
  const appends: Plan['appends'] = []
  const steps: ((
    writer: Writer,
    staged: readonly StagedBody[],
    numbers: Map<ItemNo, ItemNo>,
  ) => Promise<void>)[] = []
  let items = [...before]
  const pick = () => items[Math.floor(next() * items.length)]
  const made = () => -(steps.length + 1) as ItemNo
  const actual = (no: ItemNo, numbers: Map<ItemNo, ItemNo>) => numbers.get(no) ?? no

  const append = () => {
    const body = { token: `${token}.${steps.length}`, sizeBytes: next() < 0.5 ? INLINE_BYTES : SEGMENT_BYTES }
    const at = appends.push(body) - 1
    const no = made()
    items.push({ no, folder: box.inbox, flags: 0, ...body })
    steps.push(async ({ mailboxes }, staged, numbers) => {
      const stored = await mailboxes.appendItem(ref, {
        folder: box.inbox,
        class: 'message',
        receivedAt: 1_700_000_000_000,
        body: staged[at]!,
        summary: { subject: body.token },
      })
      numbers.set(no, stored.no)
    })
  }
  const move = (item: Known, to: FolderNo) => {
    items = items.map((each) => (each === item ? { ...item, folder: to } : each))
    steps.push(async ({ mailboxes }, _, numbers) => {
      await mailboxes.moveItems(ref, { items: [actual(item.no, numbers)], to })
    })
  }
  const copy = (item: Known, to: FolderNo) => {
    const no = made()
    items.push({ ...item, no, folder: to })
    steps.push(async ({ mailboxes }, _, numbers) => {
      const [copied] = await mailboxes.copyItems(ref, { items: [actual(item.no, numbers)], to })
      numbers.set(no, copied!.toItem)
    })
  }
  const flag = (item: Known) => {
    const flags = item.flags ^ Flag.seen
    items = items.map((each) => (each === item ? { ...item, flags } : each))
    steps.push(async ({ mailboxes }, _, numbers) => {
      await mailboxes.changeFlags(ref, [actual(item.no, numbers)], { set: flags })
    })
  }
  const remove = (item: Known) => {
    items = items.filter((each) => each !== item)
    steps.push(async ({ mailboxes }, _, numbers) => mailboxes.removeItems(ref, [actual(item.no, numbers)]))
  }

  for (let left = 1 + Math.floor(next() * 3); left > 0; left--) {
    const item = pick()
    const kind = next()
    if (!item || (kind < 0.35 && items.length < MOST_ITEMS)) append()
    else if (kind < 0.5) move(item, item.folder === box.inbox ? box.archive : box.inbox)
    else if (kind < 0.6 && items.length < MOST_ITEMS) copy(item, box.trash)
    else if (kind < 0.75) flag(item)
    else remove(item)
  }
  return {
    appends,
    items,
    run: async (writer, staged) => {
      const numbers = new Map<ItemNo, ItemNo>()
      for (const step of steps) await step(writer, staged, numbers)
      return numbers
    },
  }
}
