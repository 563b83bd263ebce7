/** What a server refuses once, without a lasting reason, is asked for again before anything is said of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { counts, messages, start } from '#test/support/stub-migration.ts'

const signal = new AbortController().signal
const folders = () => [
  { name: 'INBOX', messages: messages(1) },
  { name: 'Other', messages: messages(2) },
]

for (const [answer, asked] of [
  ['NO something went wrong', 4],
  ['NO [NOPERM] not yours', 1],
  ['NO Permission denied', 1],
  ["NO Mailbox doesn't exist", 1],
] as const)
  test(`a folder is named after ${asked} times "${answer}"`, async () => {
    const { server, mailbox } = await start(folders())
    let refused = 0
    server.special = (name, { text }) => {
      if (name !== 'EXAMINE' || !text.includes('Other')) return undefined
      refused++
      return `% ${answer}`
    }
    const { alerts } = await mailbox.pass()
    assert.deepEqual([alerts, refused], [[], asked])
    assert.deepEqual(await counts(mailbox), { '/Inbox': 1 })
    assert.match(JSON.stringify(await lost()), /folder not read/)
    server.special = undefined
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/Inbox': 1, '/Other': 1 })
    assert.deepEqual(await lost(), [])

    async function lost() {
      const rows = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
      return rows.flatMap(({ losses }) => losses)
    }
  })

test('a folder that is refused once comes in the same pass, on another connection', async () => {
  const { server, mailbox } = await start(folders())
  const refusing = new Set<unknown>()
  server.special = (name, { text }) => {
    if (name !== 'EXAMINE' || !text.includes('Other')) return undefined
    if (refusing.size === 0) refusing.add(server.socket())
    return refusing.has(server.socket()) ? '% NO something went wrong' : undefined
  }
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/Inbox': 1, '/Other': 1 })
  const rows = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  assert.deepEqual(
    rows.flatMap(({ losses }) => losses),
    [],
  )
})

test('on the way back only an answer that ends with OK says that a message is gone', async () => {
  const { server, source } = await start(folders())
  const opened = await source.open('ann', signal)
  const [inbox] = await Array.fromAsync(opened.folders(signal))
  const { changes } = await opened.changes(inbox!, null, 10, signal)
  const item = { key: changes[0]!.key, match: null, title: 'it', folder: inbox!, class: 'message' } as const
  const change = () =>
    opened.returns!.change(
      item,
      { marks: { flags: 0, keywords: [] }, to: null },
      { token: 't', mark: '', again: false },
      signal,
    )
  const failure = async () => {
    const error = (await change().then(
      () => assert.fail('It was changed'),
      (each: unknown) => each,
    )) as SourceFailure
    return [error.kind, error.code]
  }
  for (const [command, answer, code] of [
    ['UID FETCH', '% NO something went wrong', 'NO'],
    ['UID FETCH', null, 'CLOSED'],
    ['EXAMINE', '% NO something went wrong', 'NO'],
    ['EXAMINE', null, 'CLOSED'],
  ] as const) {
    server.special = (name) => (name === command ? answer : undefined)
    assert.deepEqual(await failure(), ['transient', code], `${command} ${answer}`)
  }
  server.special = (name) =>
    name === 'UID FETCH' ? '% OK done' : name === 'UID SEARCH' ? '% NO something went wrong' : undefined
  assert.deepEqual(await failure(), ['transient', 'NO'])
  // Told of once, it begins anew; then it is left, and still not said to be gone.
  server.special = (name) => (name === 'UID FETCH' ? '% NO something went wrong' : undefined)
  for (let times = 0; times < 2; times++) assert.deepEqual(await failure(), ['transient', 'NO'])
  assert.deepEqual(await failure(), ['item-permanent', 'NO'])
  server.special = undefined
  server.folders[0]!.messages.length = 0
  assert.deepEqual(await failure(), ['item-permanent', 'gone'])
  await opened.close()
})
