/** Pages of what changed in a folder: asked again after a conversation that was lost, and of a server that numbers anew what nobody opened. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ChangePage } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { StubFolder, StubMailbox } from '#test/support/stub-imap-mailbox.ts'
import { stubImapSource } from '#test/support/stub-imap-source.ts'
import { messages } from '#test/support/stub-migration.ts'

const { signal } = new AbortController()

async function opened(t: TestContext, folder: StubFolder, capabilities = '') {
  const { server, source } = await stubImapSource([folder], { capabilities }, { connections: 1 })
  const mailbox = await source.open('ann', signal)
  t.after(async () => {
    await mailbox.close()
    server.close()
  })
  const [inbox] = await Array.fromAsync(mailbox.folders(signal))
  const page = (cursor: string | null, limit = 2) => mailbox.changes(inbox!, cursor, limit, signal)
  return { server, mailbox, inbox: inbox!, page }
}

const uidsOf = ({ changes }: ChangePage) => changes.map(({ kind, key }) => `${kind} ${key.split('.').at(-1)}`)

/** All that is told behind a cursor. */
async function rest(page: (cursor: string | null) => Promise<ChangePage>, from: string | null) {
  const told: string[] = []
  for (let cursor = from, more = true; more; ) {
    const next = await page(cursor)
    told.push(...uidsOf(next))
    more = next.more
    cursor = next.cursor
  }
  return told
}

for (const modseq of [undefined, 5])
  test(`a page that was lost comes again whole, ${modseq ? 'with' : 'without'} CONDSTORE`, async (t) => {
    const folder = { name: 'INBOX', messages: messages(1, 2, 3, 4, 5, 6, 7), ...(modseq && { modseq }) }
    const { server, page } = await opened(t, folder, modseq ? 'CONDSTORE' : '')
    const first = await page(null)
    assert.deepEqual([uidsOf(first), first.more, first.restarted], [['item 1', 'item 2'], true, false])
    let ends = 2
    server.special = (name, { text }) =>
      name === 'UID FETCH' && text.includes('HEADER') && ends-- > 0 ? null : undefined
    for (const _ of [1, 2]) await assert.rejects(page(first.cursor))
    // Without modseqs it is told by blocks of UIDs, of which one was not told to its end.
    const again = modseq === undefined ? ['item 1', 'item 2'] : []
    const all = [...again, ...['item 3', 'item 4', 'item 5', 'item 6', 'item 7']]
    const second = await page(first.cursor)
    assert.deepEqual([uidsOf(second), second.restarted], [all.slice(0, 2), false])
    assert.deepEqual(uidsOf(await page(second.cursor)), all.slice(2, 4))
    // An older cursor may be asked again, whatever was told since.
    assert.deepEqual(await rest(page, first.cursor), all)
  })

/** Seconds since 1970, in which Courier numbers. */
const today = () => Math.floor(Date.now() / 1_000)

/** Numbers its folder anew with each EXAMINE until it is selected; answers how often that was. */
function numbersAnew(server: StubMailbox, folder: StubFolder, from: number, refusal?: string) {
  let selected = 0
  let examined = 0
  server.special = (name) => {
    if (name === 'EXAMINE' && (selected === 0 || refusal !== undefined)) folder.validity = from + examined++
    if (name !== 'SELECT') return undefined
    selected++
    return refusal
  }
  return () => selected
}

test('Courier: a folder that nobody opened is selected once, so that it keeps its numbers', async (t) => {
  const folder: StubFolder = { name: 'INBOX', messages: messages(1, 2, 3) }
  const { server, mailbox, inbox, page } = await opened(t, folder)
  const selected = numbersAnew(server, folder, today())
  const { changes, cursor } = await page(null, 10)
  assert.equal(selected(), 1)
  const keys = changes.map(({ key }) => key)
  const read = await Array.fromAsync(mailbox.items(inbox, keys, signal))
  assert.deepEqual(
    read.map(({ kind }) => kind),
    ['item', 'item', 'item'],
  )
  assert.deepEqual(uidsOf(await page(cursor, 10)), [])
  assert.equal(selected(), 1)
})

test('no other folder is ever selected: empty ones, of other days, of servers with CONDSTORE', async (t) => {
  for (const [few, from, capabilities] of [
    [[], today(), ''],
    [[1], today() - 3 * 86_400, ''],
    [[1], 1, ''],
    [[1], today(), 'CONDSTORE'],
  ] as const) {
    const folder: StubFolder = { name: 'INBOX', messages: messages(...few) }
    const { server, page } = await opened(t, folder, capabilities)
    const selected = numbersAnew(server, folder, from)
    assert.equal((await page(null)).changes.length, few.length)
    assert.equal(selected(), 0, `${few.length} ${from} ${capabilities}`)
  }
})

test('where it may not be selected it is read as it is, and a connection that is lost there is no end', async (t) => {
  const folder: StubFolder = { name: 'INBOX', messages: messages(1) }
  const { server, page } = await opened(t, folder)
  numbersAnew(server, folder, today(), '% NO [NOPERM] read only')
  assert.deepEqual(uidsOf(await page(null)), ['item 1'])
  folder.validity = today() + 9
  const usual = server.special
  server.special = (name, received) => (name === 'SELECT' ? null : usual?.(name, received))
  await assert.rejects(page(null), (error) => error instanceof SourceFailure && error.kind === 'transient')
})

test('with CONDSTORE what has a higher modseq is told, what went without one, and nothing where nothing happened', async (t) => {
  const folder: StubFolder = { name: 'INBOX', modseq: 5, messages: messages(1, 2, 3, 4) }
  const { server, page } = await opened(t, folder, 'CONDSTORE')
  const { cursor } = await page(null, 10)
  server.commands.length = 0
  assert.deepEqual(uidsOf(await page(cursor, 10)), [])
  assert.ok(server.commands.every(({ text }) => text.startsWith('EXAMINE')))
  folder.modseq = 6
  server.special = (name, { text }) => {
    if (name !== 'UID SEARCH' || !text.includes('MODSEQ')) return undefined
    return `* SEARCH${text.endsWith('MODSEQ 6') ? ' 2 (MODSEQ 6)' : ''}\r\n% OK done`
  }
  const changed = await page(cursor, 10)
  assert.deepEqual(uidsOf(changed), ['item 2'])
  folder.messages.splice(2, 1)
  const fewer = await page(changed.cursor, 10)
  assert.deepEqual(uidsOf(fewer), ['gone 3'])
  folder.messages.length = 0
  server.commands.length = 0
  assert.deepEqual(uidsOf(await page(fewer.cursor, 10)), ['gone 1', 'gone 2', 'gone 4'])
  assert.deepEqual(
    server.commands.filter(({ text }) => text.startsWith('UID')),
    [],
    'an empty folder is not asked for its messages',
  )
})

test('a server that has modseqs only now tells what changed before them by the flags', async (t) => {
  const folder: StubFolder = { name: 'INBOX', messages: messages(1, 2) }
  const { server, page } = await opened(t, folder, 'CONDSTORE')
  const { cursor } = await page(null, 10)
  folder.messages[1]!.flags = ['\\Seen']
  folder.modseq = 9
  server.special = (name, { text }) =>
    name === 'UID SEARCH' && text.includes('MODSEQ') ? '* SEARCH\r\n% OK done' : undefined
  assert.deepEqual(uidsOf(await page(cursor, 10)), ['item 1', 'item 2'])
})
