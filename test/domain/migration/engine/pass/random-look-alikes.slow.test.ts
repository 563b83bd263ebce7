/** Messages that look alike, in any order of changes: what is here is what is there, and what was counted is what the ledger has. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const folders = ['Inbox', 'Archive', 'Drafts'] as const
const RUNS = Number(process.env.LOOK_ALIKE_RUNS ?? 12)
const some = <T>(all: readonly T[]) => fc.constantFrom(...all)

type Change =
  | { kind: 'add'; folder: number; body: string; second: number; id: string }
  | { kind: 'move' | 'remove' | 'mark' | 'copy'; folder: number; at: number; to: number }
  | { kind: 'renumber' | 'void'; folder: number }

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    folder: fc.nat(2),
    body: some(['a', 'b']),
    second: some([1_000, 2_000]),
    id: some(['one', 'two']),
  }),
  fc.record({
    kind: some(['move', 'remove', 'mark', 'copy'] as const),
    folder: fc.nat(2),
    at: fc.nat(5),
    to: fc.nat(2),
  }),
  fc.record({ kind: some(['renumber', 'void'] as const), folder: fc.nat(2) }),
)

for (const [isUnproven, names] of [
  [true, false],
  [true, true],
  [false, false],
] as const)
  test(`random changes of look-alikes${isUnproven ? ', whose looks prove nothing' : ''}${names ? ', with names of contents' : ''}`, async () => {
    const rounds = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(rounds, async (all) => {
        const source = new ScriptedSource()
        const box = source.box(ANNA)
        Object.assign(box, { tellsArrival: true, isUnproven })
        const keys = folders.map((name) =>
          box.addFolder(name, name === 'Archive' ? {} : { role: name.toLowerCase() }),
        )
        const mailbox = await migratedMailbox(source, { settings: { deletesHere: true, pageItems: 3 } })
        for (const round of all) {
          for (const each of round) apply(box, keys, each, { isUnproven, names })
          await mailbox.pass()
          const expected = pictureOfSource(source, ANNA, (key) => `/${folders[keys.indexOf(key)]}`)
          assert.deepEqual(await mailbox.picture(), expected)
          const { counts } = await mailbox.store.migration.countLedger(mailbox.at, 'old')
          assert.deepEqual((await mailbox.member()).counts, counts)
        }
        await mailbox.remove()
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
  })

function apply(
  box: ReturnType<ScriptedSource['box']>,
  keys: readonly string[],
  change: Change,
  { isUnproven, names }: { isUnproven: boolean; names: boolean },
): void {
  const folder = keys[change.folder]!
  const add = (to: string, { id, body, second }: { id: string; body: string; second: number }) => {
    // Where looks prove a body they are of one.
    const text = isUnproven ? body : id
    const octets = Buffer.from(`Message-ID: <${id}@source.example>\r\nSubject: one\r\n\r\n${text}\r\n`)
    const made = box.folder(to).items.get(box.addMessage(to, 'one', { octets, receivedAt: second }))!
    Object.assign(made, { match: id, arrived: true }, names && { contentId: `${id} ${text}` })
  }
  if (change.kind === 'add') add(folder, change)
  else if ('at' in change) {
    const items = [...box.folder(folder).items]
    const [key, item] = items[change.at % Math.max(1, items.length)] ?? []
    if (key === undefined || item === undefined) return
    const to = keys[change.to]!
    const text = (item.octets as Buffer).toString().split('\r\n\r\n')[1]!.trim()
    if (change.kind === 'move' && to !== folder) box.move(folder, key, to)
    else if (change.kind === 'remove') box.remove(folder, key)
    else if (change.kind === 'mark') box.read(folder, key, change.at % 2 === 0)
    else if (change.kind === 'copy') add(to, { id: item.match!, body: text, second: item.item.receivedAt })
  } else box.invalidate(folder, { renumber: change.kind === 'renumber' })
}
