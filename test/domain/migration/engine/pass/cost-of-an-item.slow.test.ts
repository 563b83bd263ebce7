/** What one more item costs does not grow with its folder (imapsync 550: after 300,000 less than one message a second). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Store, Writer } from '#src/domain/store.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const source = new ScriptedSource()
const mailbox = await migratedMailbox(source)
after(() => mailbox.remove())

/** A store whose calls are counted with the rows that they answer. */
function counted(store: Store, seen: { rows: number }): Store {
  const rowsOf = (answer: unknown): number => {
    if (Array.isArray(answer)) return answer.length
    if (answer instanceof Map) return answer.size
    const rows = (answer as { rows?: unknown } | null | undefined)?.rows
    return Array.isArray(rows) ? rows.length : 1
  }
  const wrap = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name === 'transact')
          return (scope: Parameters<Store['transact']>[0], work: (writer: Writer) => Promise<unknown>) =>
            store.transact(scope, (writer) => work(wrap(writer)))
        if (typeof value === 'object' && value !== null) return wrap(value)
        if (typeof value !== 'function') return value
        return (...args: unknown[]) => {
          const answer = value.apply(target, args)
          const note = (found: unknown) => {
            seen.rows += rowsOf(found)
            return found
          }
          return answer instanceof Promise ? answer.then(note) : answer
        }
      },
    })
  return wrap(store)
}

test('twenty more items cost as many calls and rows in a folder of 2,000 as in one of 100', async () => {
  const box = source.box('anna@source.example')
  const inbox = box.addFolder('Inbox', { role: 'inbox', key: 'inbox' })
  const costs: { requests: number; rows: number; items: number }[] = []
  for (const size of [100, 2_000]) {
    while (box.folder(inbox).items.size < size)
      box.addMessage(inbox, `mail ${box.folder(inbox).items.size}`, { body: 'x' })
    await mailbox.pass()
    const seen = { rows: 0 }
    for (let more = 0; more < 20; more++) box.addMessage(inbox, `more ${size} ${more}`, { body: 'x' })
    const { requests, items } = await mailbox.pass({ run: { store: counted(mailbox.store, seen) } })
    costs.push({ requests, rows: seen.rows, items })
  }
  assert.equal(costs[0]!.items, 20)
  assert.ok(costs[0]!.rows > 20, 'what is counted is what was asked')
  assert.deepEqual(costs[1], costs[0])
})
