import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Store } from '#src/domain/store.ts'
import { addMailbox, openTestStore, readAll, type TestMailbox } from '#test/support/store.ts'
import { begun, killed } from './killed.ts'
import { apply, bodyOf, itemsOf, type Line, random, type State, stateOf, written } from './model.ts'

const crashes = Number(process.env.LANDBRIDGE_CRASHES ?? 12)
const seed = Number(process.env.LANDBRIDGE_SEED ?? randomInt(1, 1_000_000))
const MAILBOXES = 20
const program = fileURLToPath(new URL('./writers.ts', import.meta.url))

test(`after kill -9 at ${crashes} random points everything acknowledged is there exactly once (LANDBRIDGE_SEED=${seed})`, {
  timeout: 60_000 + crashes * 15_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-crash-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const next = random(seed)
  const data = join(folder, 'data')
  const boxes = await prepare(data)
  const acknowledged: State[] = boxes.map(() => new Map())
  const totals = { acknowledged: 0, undecided: 0, kept: 0 }

  for (let crash = 1; crash <= crashes; crash++) {
    const journal = join(folder, `journal-${crash}`)
    const writers = begun(program, [data, String(seed + crash), JSON.stringify(boxes)], journal)
    // Some long enough for the log to be moved.
    await killed(writers, journal, { next, mostMs: 500, longestMs: 3_000 })
    const undecided = readJournal(journal, acknowledged, totals)
    const { store, care } = await openTestStore(data)
    try {
      for (const [writer, box] of boxes.entries()) {
        const state = acknowledged[writer]!
        const also = new Map(state)
        apply(also, undecided.get(writer) ?? {})
        const is = await observe(store, box, state)
        const text = written(is)
        if (text !== written(state)) {
          // What was never acknowledged may have happened, but then all of it.
          assert.equal(text, written(also), `crash ${crash}, writer ${writer}`)
          totals.kept++
        }
        acknowledged[writer] = is
      }
      const result = await care.check({ bodies: true })
      assert.deepEqual(result.findings, [], `crash ${crash}`)
      assert.equal(result.mailboxes, MAILBOXES)
    } finally {
      await store.close()
    }
    await rm(journal)
  }
  t.diagnostic(
    `seed ${seed}: ${crashes} kills, ${totals.acknowledged} acknowledged, ${totals.undecided} under way when killed, ${totals.kept} of those were there`,
  )
  assert.ok(totals.acknowledged > crashes, `only ${totals.acknowledged} transactions were acknowledged`)
})

async function prepare(data: string): Promise<TestMailbox[]> {
  const { store } = await openTestStore(data)
  const organization = await store.organizations.create({ alias: 'example' })
  const boxes: TestMailbox[] = []
  for (let i = 0; i < MAILBOXES; i++) boxes.push(await addMailbox(store, organization.id))
  await store.close()
  return boxes
}

/** Applies what was acknowledged; gives what each writer had under way. */
function readJournal(
  file: string,
  acknowledged: readonly State[],
  totals: { acknowledged: number; undecided: number },
): Map<number, Record<string, string[]>> {
  const undecided = new Map<number, Record<string, string[]>>()
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  for (const line of lines.map((text) => JSON.parse(text) as Line)) {
    if (line.kind === 'intent') undecided.set(line.writer, line.after)
    if (line.kind !== 'ack') continue
    apply(acknowledged[line.writer]!, undecided.get(line.writer)!)
    undecided.delete(line.writer)
    totals.acknowledged++
  }
  totals.undecided += undecided.size
  return undecided
}

/** What the mailbox holds; bodies of what is new are read and compared. */
async function observe(store: Store, box: TestMailbox, known: State): Promise<State> {
  const state: State = new Map()
  for await (const item of itemsOf(store, box)) {
    const token = item.summary!.subject
    state.set(token, [...(state.get(token) ?? []), stateOf(item)].sort())
    if (known.has(token) && item.no % 5 !== 0) continue
    assert.ok((await readAll(store, box, item.body!)).equals(bodyOf(token, item.sizeBytes)), token)
  }
  return state
}
