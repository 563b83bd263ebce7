/** An engine as a process of its own that kills itself, as memory that is used up does, whenever its source is asked for certain things. */
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RunMigrations } from '#jobs/run-migrations.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import { systemClock } from '#src/domain/migration/engine/pace/clock.ts'
import type { Member, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { openSpool, SpoolRoom } from '#src/platform/spool/spool.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { openTestStore } from '#test/support/store.ts'

/** Mailboxes with as many mails each. */
export type EngineOrder = {
  folder: string
  organization: OrganizationId
  project: ProjectId
  people: readonly string[]
  mails: number
  /** What it dies at, as `item anna@corp.example/i3`, and how often at most. */
  deadly: readonly { call: string; most: number }[]
  /** So much later than it is. */
  laterMs: number
}

export const keyOf = (name: string, no: number): string => `${name}@corp.example/i${no}`

function seeded({ people, mails }: EngineOrder): ScriptedSource {
  const source = new ScriptedSource()
  for (const name of people) {
    const box = source.box(`${name}@corp.example`)
    box.addFolder('Posteingang', { role: 'inbox', key: `${name}-inbox` })
    for (let no = 0; no < mails; no++) box.addMessage(`${name}-inbox`, `mail ${no}`)
  }
  return source
}

if (import.meta.main) {
  const order: EngineOrder = JSON.parse(process.argv[2]!)
  const { folder, organization, project, deadly, laterMs } = order
  const { store } = await openTestStore(join(folder, 'data'))
  const deaths = join(folder, 'deaths')
  const source = seeded(order)
  const doing = new Set<string>()
  source.before = ({ op, mailbox, key }) => {
    for (const lane of engine.live().lanes)
      if (lane.doing !== null) doing.add(`${lane.address}: ${lane.doing}`)
    const call = `${op} ${key ?? mailbox}`
    const found = deadly.find((each) => each.call === call)
    if (found === undefined) return
    const before = readFileSync(deaths, 'utf8').split('\n')
    if (before.filter((each) => each === call).length >= found.most) return
    appendFileSync(deaths, `${call}\n`)
    process.kill(process.pid, 'SIGKILL')
  }
  const engine = new RunMigrations({
    store,
    spool: await openSpool({
      folder: join(folder, 'spool'),
      room: new SpoolRoom(2 ** 32),
      full: () => new Error('The spool is full'),
    }),
    clock: { ...systemClock, now: () => systemClock.now() + laterMs },
    random: () => 0.5,
    alone: true,
    openSource: async () => source,
    alert: () => undefined,
    trouble: (message, error) => {
      throw new Error(message, { cause: error })
    },
  })
  engine.start()
  for (;;) {
    const members = await membersOf(store.migration, organization, project)
    const hasEnded = ({ state, idle, dueAt }: Member) =>
      (state === 'synced' || idle === 'ended the service') && (dueAt ?? 0) > systemClock.now() + laterMs
    if (members.every(hasEnded)) break
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await engine.stop(new AbortController().signal)
  await store.close()
  process.stdout.write(JSON.stringify([...doing]))
}
