/** Passes that leave out folders whose marks are as they were (`folder-marks.ts`). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { ASKED_AFTER_MS, SETTLED_MS } from '#src/domain/migration/engine/folders/folder-marks.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { type MigratedMailbox, migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

async function start(settings: { pageItems?: number } = {}) {
  const clock = new ManualClock()
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  box.tellsMarks = () => clock.now()
  const keys = {
    inbox: box.addFolder('Inbox', { role: 'inbox' }),
    projects: box.addFolder('Projects'),
    empty: box.addFolder('Empty'),
  }
  const paths: Record<string, string> = { [keys.inbox]: '/Inbox', [keys.projects]: '/Projects' }
  const begin = async () => {
    const made = await migratedMailbox(source, { clock, settings: { deletesHere: true, ...settings } })
    opened.push(made)
    return made
  }
  const mailbox = await begin()
  const expected = () => pictureOfSource(source, ANNA, (key) => paths[key]!)
  /** Folders that a pass asks for their changes, each once. */
  const asked = async (run: { asksAll?: boolean } = {}) => {
    source.calls.length = 0
    await mailbox.pass({ run })
    const named = source.calls.flatMap(({ op, folder }) => (op === 'changes' ? [folder!] : []))
    return [...new Set(named)].map((key) => box.folder(key).name)
  }
  /** Until marks are believed: what lies in each folder was copied, and asked for once more some time later. */
  const settled = async () => {
    await mailbox.pass()
    clock.advance(SETTLED_MS)
    await mailbox.pass()
    clock.advance(1_000)
  }
  return { clock, source, box, keys, paths, begin, mailbox, expected, asked, settled }
}

test('folders whose marks are as they were are asked once more some time after they were copied, and then left out', async () => {
  const { clock, box, keys, mailbox, asked } = await start()
  for (const folder of [keys.inbox, keys.projects]) box.addMessage(folder, 'first')
  await mailbox.pass()
  assert.deepEqual(await asked(), ['Inbox', 'Projects', 'Empty'], 'too soon: the time comes in seconds')
  clock.advance(SETTLED_MS)
  assert.deepEqual(await asked(), ['Inbox', 'Projects', 'Empty'])
  clock.advance(1_000)
  const { modseq } = await mailbox.store.mailboxes.getMailbox(mailbox.at)
  const ledger = () => mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  const before = await ledger()
  assert.deepEqual(await asked(), [])
  assert.deepEqual(await ledger(), before, 'nothing is written of folders that were not asked')
  assert.equal((await mailbox.store.mailboxes.getMailbox(mailbox.at)).modseq, modseq)
})

test('whatever moves a mark is found at once, and nobody else is asked', async () => {
  const { clock, box, keys, paths, mailbox, expected, asked, settled } = await start()
  const [one, two, three] = ['one', 'two', 'three'].map((subject) => box.addMessage(keys.projects, subject))
  box.addMessage(keys.inbox, 'stays')
  await settled()
  const changes: Record<string, () => void> = {
    'a message came': () => box.addMessage(keys.projects, 'four'),
    'a message was edited': () => box.edit(keys.projects, one!, { title: 'one, edited', body: 'anew' }),
    'a message went': () => box.remove(keys.projects, two!),
    'one was read': () => box.read(keys.projects, three!, true),
    'one went and one came': () => {
      box.remove(keys.projects, three!)
      box.addMessage(keys.projects, 'five')
    },
  }
  for (const [what, change] of Object.entries(changes)) {
    change()
    assert.deepEqual(await asked(), ['Projects'], what)
    assert.deepEqual(await mailbox.picture(), expected(), what)
    // And again until its new mark is believed.
    clock.advance(SETTLED_MS)
    assert.deepEqual(await asked(), ['Projects'], what)
    clock.advance(1_000)
    assert.deepEqual(await asked(), [], what)
  }
  box.renameFolder(keys.projects, { name: 'Old projects' })
  paths[keys.projects] = '/Old projects'
  assert.deepEqual(await asked(), [], 'a name is told with the folders')
  assert.deepEqual(await mailbox.picture(), expected())
})

test('a change within the second in which its folder was listed is found, though the mark says nothing of it', async () => {
  const { clock, box, keys, mailbox, expected, asked } = await start()
  const mail = box.addMessage(keys.inbox, 'first')
  await mailbox.pass()
  clock.advance(SETTLED_MS)
  box.edit(keys.inbox, mail, { title: 'second', body: 'second' })
  await mailbox.pass()
  // Within the same second, and with the same counts.
  clock.advance(400)
  box.edit(keys.inbox, mail, { title: 'third', body: 'third' })
  clock.advance(SETTLED_MS)
  assert.ok((await asked()).includes('Inbox'))
  assert.deepEqual(await mailbox.picture(), expected())
})

test('read marks that leave counts as they were are found by the last delta, and without it within some days', async () => {
  for (const last of [true, false]) {
    const { clock, box, keys, mailbox, expected, asked, settled } = await start()
    const [read, unread] = [1, 0].map((flags) => box.addMessage(keys.inbox, `mail ${flags}`, { flags }))
    await settled()
    box.read(keys.inbox, read!, false)
    box.read(keys.inbox, unread!, true)
    assert.deepEqual(await asked(), [], 'the mark stands still')
    assert.notDeepEqual(await mailbox.picture(), expected())
    if (last) assert.deepEqual(await asked({ asksAll: true }), ['Inbox', 'Projects', 'Empty'])
    else {
      clock.advance(ASKED_AFTER_MS)
      assert.deepEqual(await asked(), ['Inbox', 'Projects', 'Empty'])
    }
    assert.deepEqual(await mailbox.picture(), expected())
    clock.advance(1_000)
    assert.deepEqual(await asked(), [], 'from then on it is believed again')
  }
})

test('a server without marks is asked for every folder, and so is one that has none any more', async () => {
  const { clock, box, keys, asked, settled } = await start()
  box.addMessage(keys.inbox, 'first')
  box.tellsMarks = null
  await settled()
  clock.advance(SETTLED_MS)
  assert.deepEqual(await asked(), ['Inbox', 'Projects', 'Empty'])
  box.tellsMarks = () => clock.now()
  await settled()
  assert.deepEqual(await asked(), [])
  box.tellsMarks = null
  assert.deepEqual(await asked(), ['Inbox', 'Projects', 'Empty'])
})

test('a pass that broke off within a folder goes on there, though its mark is as it was', async () => {
  const { source, box, keys, mailbox, expected, settled } = await start({ pageItems: 5 })
  const flags = Array.from({ length: 20 }, (_, at) => at % 2)
  const mails = flags.map((flag, at) => box.addMessage(keys.inbox, `mail ${at}`, { flags: flag }))
  await settled()
  // Each becomes what its neighbour was.
  for (const [at, mail] of mails.entries()) box.read(keys.inbox, mail, flags[at] === 0)
  let asked = 0
  source.before = ({ op, folder }) => {
    if (op === 'changes' && folder === keys.inbox && ++asked === 3) throw new Error('killed')
  }
  await assert.rejects(mailbox.pass({ run: { asksAll: true } }), /killed/)
  source.before = () => undefined
  assert.notDeepEqual(await mailbox.picture(), expected(), 'it broke off in the middle')
  await mailbox.pass({ same: true })
  assert.deepEqual(await mailbox.picture(), expected())
})

test('a pass that was killed before it noted a mark asks once more', async () => {
  const { source, box, keys, mailbox, expected, asked, settled } = await start()
  box.addMessage(keys.inbox, 'first')
  await settled()
  box.addMessage(keys.inbox, 'second')
  source.before = ({ op }) => {
    if (op === 'changes') throw new Error('killed')
  }
  await assert.rejects(mailbox.pass(), /killed/)
  source.before = () => undefined
  assert.deepEqual(await asked(), ['Inbox'])
  assert.deepEqual(await mailbox.picture(), expected())
})

test('a folder that was deleted and made anew under its name is listed anew', async () => {
  const { clock, box, keys, paths, mailbox, expected, asked, settled } = await start()
  box.addMessage(keys.projects, 'old')
  await settled()
  box.removeFolder(keys.projects)
  const anew = box.addFolder('Projects')
  paths[anew] = '/Projects'
  box.addMessage(anew, 'new')
  clock.advance(SETTLED_MS)
  assert.deepEqual(await asked(), ['Projects'])
  assert.deepEqual(await mailbox.picture(), expected())
})

test('items that are to be read again are a reason to ask for every folder', async () => {
  const { source, box, keys, mailbox, expected, asked, settled } = await start()
  const mail = box.addMessage(keys.inbox, 'refused')
  await settled()
  const at = mailbox.at
  const [row] = (await mailbox.store.migration.listLedgerItems(at, { limit: 10 })).rows
  assert.equal(row!.key, mail)
  await mailbox.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerItem(at, { ...row!, state: 'pending' }),
  )
  assert.deepEqual(await asked(), ['Inbox', 'Projects', 'Empty'])
  assert.ok(source.count('items') > 0)
  assert.deepEqual(await mailbox.picture(), expected())
})

/** What somebody does to the mailbox there; numbers choose among what is there. */
type Step =
  | { do: 'add' | 'remove' | 'edit' | 'read' | 'unread'; folder: number; item: number }
  | { do: 'move'; folder: number; item: number; to: number }
  | { do: 'wait'; ms: number }

const no = fc.nat({ max: 50 })
const waits = [0, 300, 1_000, 60_000, SETTLED_MS, 3 * SETTLED_MS, ASKED_AFTER_MS]
const step = (reads: readonly ('read' | 'unread')[]): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constantFrom('add', 'remove', 'edit', ...reads), folder: no, item: no }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('move'), folder: no, item: no, to: no }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(...waits) }) },
  ) as fc.Arbitrary<Step>

/** Plays rounds of steps, each with a pass that goes by marks and, into another mailbox, one that asks for every folder. */
async function play(rounds: readonly (readonly Step[])[], each: (marked: object, asked: object) => void) {
  const { clock, box, keys, begin, mailbox } = await start({ pageItems: 3 })
  const other = await begin()
  const folders = Object.values(keys)
  let made = 0
  for (const round of rounds) {
    for (const step of round) {
      if (step.do === 'wait') {
        clock.advance(step.ms)
        continue
      }
      const folder = folders[step.folder % folders.length]!
      const items = [...box.folder(folder).items.keys()]
      const item = items[step.item % Math.max(1, items.length)]
      if (step.do === 'add') box.addMessage(folder, `mail ${++made}`)
      else if (item === undefined) continue
      else if (step.do === 'remove') box.remove(folder, item)
      else if (step.do === 'edit') box.edit(folder, item, { title: `mail ${++made}`, body: `text ${made}` })
      else if (step.do === 'move') box.move(folder, item, folders[step.to % folders.length]!)
      else box.read(folder, item, step.do === 'read')
    }
    await mailbox.pass()
    await other.pass({ run: { asksAll: true } })
    each(await mailbox.picture(), await other.picture())
  }
  await mailbox.pass({ run: { asksAll: true } })
  await other.pass({ run: { asksAll: true } })
  assert.deepEqual(await mailbox.picture(), await other.picture())
  for (const one of opened.splice(0)) await one.remove()
}

const RUNS = Number(process.env.MARKED_RUNS ?? 12)
const roundsOf = (reads: readonly ('read' | 'unread')[]) =>
  fc.array(fc.array(step(reads), { maxLength: 8 }), { minLength: 1, maxLength: 8 })

test('whatever is done there but read marks taken away, passes that go by marks bring what passes bring that ask for all', async () => {
  await fc.assert(
    fc.asyncProperty(roundsOf(['read']), (rounds) =>
      play(rounds, (marked, asked) => assert.deepEqual(marked, asked)),
    ),
    { numRuns: RUNS },
  )
})

test('whatever is done there, a last delta leaves nothing out', async () => {
  await fc.assert(
    fc.asyncProperty(roundsOf(['read', 'unread']), (rounds) => play(rounds, () => undefined)),
    { numRuns: RUNS },
  )
})
