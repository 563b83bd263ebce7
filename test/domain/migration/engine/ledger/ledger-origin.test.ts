import assert from 'node:assert/strict'
import { test } from 'node:test'
import { originFault, sharedWords } from '#src/domain/migration/engine/ledger/ledger-origin.ts'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import type { LedgerFolder, LedgerOrigin } from '#src/domain/migration/store.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const project = 'archive' as ProjectId

test('a source that has the name of another one takes nothing away, and is told to have its own', async (t) => {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Posteingang', { role: 'inbox' })
  for (let i = 0; i < 5; i++) box.addMessage(inbox, `mail ${i}`)
  const mailbox = await migratedMailbox(source, { settings: { deletesHere: true } })
  t.after(() => mailbox.remove())
  const passFrom = (origin: LedgerOrigin) => mailbox.pass({ run: { origin } })
  await mailbox.pass()
  const was = await mailbox.picture()

  // Another file, whose keys say something else.
  const root = box.folder(inbox)
  const kept = [...root.items]
  root.items.clear()
  await assert.rejects(passFrom({ project, kind: 'pst', url: '/archive' }), {
    reason: 'wrong-state',
    message: /filled this mailbox from exchange .* under the name "old", .* stands for pst .* --source/,
  })
  assert.deepEqual(await mailbox.picture(), was)

  // The same server, whoever asks it, and one that was given another address.
  for (const [key, item] of kept) root.items.set(key, item)
  await passFrom({ project, kind: 'exchange', url: 'https://OLD.example/ews/exchange.asmx' })
  await passFrom({ project, kind: 'exchange', url: 'https://new.example/EWS/Exchange.asmx' })
  assert.deepEqual(await mailbox.picture(), was)
})

test('migrations that know one mailbox by the same name of a source are told by their names', async () => {
  const [ours, theirs] = ['p1', 'p2'] as unknown as readonly ProjectId[]
  const of = (project: ProjectId, url: string): LedgerOrigin => ({ project, kind: 'exchange', url })
  const rows = (url: string) => [{ from: of(theirs!, url) }] as unknown as readonly LedgerFolder[]
  const origin = of(ours!, 'https://a.example/EWS')
  const nameOf = (id: ProjectId) => (id === theirs ? 'spring' : undefined)
  assert.match(
    originFault('old', rows('https://b.example/EWS'), origin, nameOf)!.found,
    /^The migration "spring" filled/,
  )
  assert.equal(sharedWords('old', rows('https://b.example/EWS'), origin, nameOf), undefined)
  assert.match(
    sharedWords('old', rows('https://A.example/x'), origin, nameOf)!,
    /^The migration "spring" brought .* counts here too/,
  )
  assert.match(
    sharedWords('old', rows('https://a.example/x'), origin, () => undefined)!,
    /^An earlier migration brought/,
  )
  assert.equal(
    sharedWords('old', rows('https://a.example/x'), of(theirs!, 'https://a.example/'), nameOf),
    undefined,
  )
})

test('another file in the place of the one that was read is refused, and the same one is not', async (t) => {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Posteingang', { role: 'inbox' })
  box.addMessage(inbox, 'of the first file')
  const mailbox = await migratedMailbox(source)
  t.after(() => mailbox.remove())
  const passFrom = (file?: string) =>
    mailbox.pass({ run: { origin: { project, kind: 'pst', url: '/pst', ...(file && { file }) } } })
  // Noted by an earlier version, which did not know files.
  await passFrom()
  await passFrom('a1')
  await passFrom('a1')
  const was = await mailbox.picture()
  await assert.rejects(passFrom('b2'), {
    reason: 'wrong-state',
    message: /The file in \/pst is not the one .* --source/,
  })
  assert.deepEqual(await mailbox.picture(), was)
})
