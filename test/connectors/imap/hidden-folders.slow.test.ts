/** Folders that a server shows as parents of others alone, or not at all: deleted, or kept from us. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StubFolder, StubMailbox } from '#test/support/stub-imap-mailbox.ts'
import { counts, messages, start } from '#test/support/stub-migration.ts'

/** What Dovecot makes of a folder that is deleted while others lie below it. */
const deleted = (folder: StubFolder) => Object.assign(folder, { attributes: '\\Noselect', messages: [] })

for (const to of ['Arch', 'Later'])
  test(`a folder with others below it that is deleted holds nothing any more: what moved to ${to} before is here once`, async () => {
    const { mailbox, folder, ledger } = await start(
      [
        { name: 'F1', messages: messages(1, 2, 3) },
        { name: 'F1/F3', messages: messages(4) },
        { name: to, messages: [] },
      ],
      { settings: { deletesHere: false } },
    )
    await mailbox.pass()
    const items = async () => new Set((await ledger()).map(({ item }) => item))
    const first = await items()
    deleted(folder(0))
    folder(2).messages.push(...messages(1, 2, 3))
    for (const same of [false, true, false]) {
      await mailbox.pass({ same })
      assert.deepEqual(await counts(mailbox), { '/F1/F3': 1, [`/${to}`]: 3 })
      assert.deepEqual(
        (await ledger()).map(({ state }) => state),
        Array(4).fill('copied'),
      )
    }
    if (to === 'Later') assert.deepEqual(await items(), first, 'what went before is the same item')
    const listings = async () =>
      (await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')).map(({ listing }) => listing)
    const before = await listings()
    await mailbox.pass()
    assert.deepEqual(await listings(), before, 'it is swept once')
    Object.assign(folder(0), { attributes: '', messages: messages(5), validity: 2 })
    await mailbox.pass()
    assert.deepEqual(await counts(mailbox), { '/F1': 1, '/F1/F3': 1, [`/${to}`]: 3 })
  })

test('what was deleted with such a folder is deleted here where that is wanted; a folder that is not opened keeps all', async () => {
  const { server, mailbox, folder } = await start(
    [
      { name: 'F1', messages: messages(1, 2) },
      { name: 'F1/F3', messages: messages(3) },
    ],
    { settings: { deletesHere: true } },
  )
  await mailbox.pass()
  const all = { '/F1': 2, '/F1/F3': 1 }
  const answers = ['NO [NOPERM] not yours', 'NO [SERVERBUG] oh', 'NO [NONEXISTENT] none', 'NO not selectable']
  for (const answer of answers) {
    server.special = (name) => (name === 'EXAMINE' ? `% ${answer}` : undefined)
    await mailbox.pass().catch(() => undefined)
    assert.deepEqual(await counts(mailbox), all, answer)
  }
  server.special = undefined
  deleted(folder(0))
  await mailbox.pass()
  const { '/F1': left, '/F1/F3': below } = await counts(mailbox)
  assert.deepEqual([left, below], [undefined, 1])
})

for (const [server, answers, isKept] of [
  ['tells nobody whether it is there, and we are its owner', { INBOX: 'lrswipkxtea' }, false],
  ['tells nobody whether it is there, and we are not its owner', { INBOX: 'lrs' }, true],
  ['tells us that we may not', { INBOX: 'lrswipkxtea', F1: 's', Gone: 'x' }, true],
  ['tells what we might', { INBOX: 'lr', F1: 'lrs', Gone: 'lrs' }, false],
] as const)
  test(`a folder that is not shown any more by a server that ${server} is ${isKept ? 'kept and named' : 'deleted'}`, async () => {
    const { server, mailbox, folder } = await start(
      [
        { name: 'F1', messages: messages(1, 2) },
        { name: 'F1/F3', messages: messages(3) },
        { name: 'Gone', messages: messages(4) },
      ],
      { settings: { deletesHere: true } },
      'ACL',
    )
    const special: StubMailbox['special'] = (name, { text }) => {
      if (name !== 'MYRIGHTS') return undefined
      const [asked = ''] = /MYRIGHTS "?([^"\r\n ]*)/.exec(text)?.slice(1) ?? []
      const rights = (answers as Record<string, string>)[asked]
      return rights === undefined ? '% NO [NONEXISTENT] none' : `* MYRIGHTS ${asked} ${rights}\r\n% OK done`
    }
    server.special = special
    await mailbox.pass()
    deleted(folder(0))
    server.folders.pop()
    for (const same of [false, true, false]) {
      await mailbox.pass({ same })
      const { '/F1': above, '/Gone': gone, '/F1/F3': below } = await counts(mailbox)
      assert.deepEqual([above, gone, below], isKept ? [2, 1, 1] : [undefined, undefined, 1])
      const rows = await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
      const named = rows.flatMap(({ name, losses }) => losses.map(({ property }) => `${name}: ${property}`))
      assert.deepEqual(named.sort(), isKept ? ['F1: folder not shown', 'Gone: folder not shown'] : [])
    }
  })

test('a folder that was kept from us and is shown again keeps all while it is not opened', async () => {
  const { server, mailbox } = await start(
    [
      { name: 'F1', messages: messages(1) },
      { name: 'Gone', messages: messages(2, 3) },
    ],
    { settings: { deletesHere: true } },
    'ACL',
  )
  const rights: StubMailbox['special'] = (name) =>
    name === 'MYRIGHTS' ? '* MYRIGHTS Gone x\r\n% OK done' : undefined
  server.special = rights
  await mailbox.pass()
  const [hidden] = server.folders.splice(1, 1)
  await mailbox.pass()
  server.folders.push(hidden!)
  server.special = (name, command) =>
    name === 'EXAMINE' && command.text.includes('Gone') ? '% NO [NOPERM] not yours' : rights(name, command)
  for (const same of [false, true, false]) {
    await mailbox.pass({ same })
    assert.deepEqual(await counts(mailbox), { '/F1': 1, '/Gone': 2 })
  }
  server.special = rights
  hidden!.messages.pop()
  await mailbox.pass()
  assert.deepEqual(await counts(mailbox), { '/F1': 1, '/Gone': 1 })
})
