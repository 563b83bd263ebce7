import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  freezeHead,
  freezeStep,
  listFreezeSteps,
  requireUnmoved,
  thawHead,
} from '#src/domain/migration/cut-over/freeze-script.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { directoryMove } from '#test/support/directory-move.ts'
import { ExchangeShell, type ShellUser } from '#test/support/exchange-shell.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { oldExchange } from '#test/support/migration-site.ts'

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})

const open = {
  MAPIEnabled: true,
  OWAEnabled: true,
  ActiveSyncEnabled: false,
  PopEnabled: true,
  ImapEnabled: true,
  EwsAllowOutlook: true,
  EwsAllowMacOutlook: false,
  EwsAllowEntourage: true,
  EwsApplicationAccessPolicy: '',
  EwsAllowList: ['MacOutlook/*'],
}

async function frozenBatch() {
  const site = await directoryMove(
    mailboxObject(1, 'anna'),
    mailboxObject(2, 'ben'),
    mailboxObject(3, 'cleo'),
  )
  ends.push(() => site.temporary.remove())
  await putSource(site.steering, {
    config: { ...oldExchange, id: 'post', kind: 'imap', url: 'imaps://post.example' },
    secret: 'password',
  })
  await addMembers(site.steering, [
    { address: 'anna@corp.example', batch: 1, source: 'old' },
    { address: 'ben@corp.example', batch: 1, source: 'old' },
    { address: 'cleo@corp.example', batch: 1, source: 'post' },
  ])
  const users = [1, 2].map((no): [string, ShellUser] => [guidOf(no), { homeMDB: 'CN=DB1' }])
  const shell = new ExchangeShell(users)
  for (const [guid] of users) shell.access.set(guid, { ...open })
  return { ...site, shell }
}

test('mailboxes are closed to everybody but the migration, and opened as they were, however often it is run', async () => {
  const { store, project, shell } = await frozenBatch()
  const about = { project: 'move', batch: 1 }
  const { steps, elsewhere, next } = await listFreezeSteps(store, project, 1, { after: null, limit: 100 })
  assert.deepEqual([steps.length, elsewhere, next], [2, ['cleo@corp.example'], null])
  const all = (of: 'script' | 'rollback') => steps.map((step) => step[of]).join('')
  shell.run(all('script'))
  shell.run(all('script'))
  const closed = {
    MAPIEnabled: false,
    OWAEnabled: false,
    ActiveSyncEnabled: false,
    PopEnabled: false,
    ImapEnabled: false,
    EwsAllowOutlook: false,
    EwsAllowMacOutlook: false,
    EwsAllowEntourage: false,
    EwsApplicationAccessPolicy: 'EnforceAllowList',
    EwsAllowList: ['Landbridge/*'],
  }
  for (const no of [1, 2]) assert.deepEqual(shell.access.get(guidOf(no)), closed)
  shell.run(all('rollback'))
  for (const no of [1, 2]) assert.deepEqual(shell.access.get(guidOf(no)), open)
  // Somebody has less by the time it is closed once more.
  const changed = { ...open, OWAEnabled: false }
  shell.access.set(guidOf(1), { ...changed })
  shell.run(all('script'))
  shell.run(all('rollback'))
  assert.deepEqual(shell.access.get(guidOf(1)), changed)
  for (const head of [freezeHead(about), thawHead(about)]) {
    assert.match(head, /^# Migration "move", batch 1: /)
    assert.match(head, /function Step/)
  }
})

test('mailboxes that are known by their address have a file each, whatever is in it', () => {
  const files = ["o'neil", 'o_neil', 'o+neil', 'o/neil'].map((name) => {
    const address = `${name}@corp.example`
    return /Test-Path (\(.*?\.xml'\))/.exec(freezeStep({ address, identity: address }).script)![1]
  })
  assert.equal(new Set(files).size, files.length, files.join())
  for (const file of files) assert.match(file!, /^\(Join-Path \$Kept '[A-Za-z0-9@._-]+'\)$/)
})

test('what has moved, has gone back or was cancelled is not closed', () => {
  requireUnmoved({ no: 1, state: 'synced' })
  for (const [state, why] of [
    ['flipped', /Batch 1 has moved/],
    ['done', /Batch 1 has moved/],
    ['rolled-back', /Batch 1 has gone back/],
    ['cancelled', /Batch 1 was cancelled/],
  ] as const)
    assert.throws(() => requireUnmoved({ no: 1, state }), why)
})

test('the list goes on page by page', async () => {
  const { store, project } = await frozenBatch()
  const names: string[] = []
  for (let after: number | null = null; ; ) {
    const page = await listFreezeSteps(store, project, 1, { after, limit: 1 })
    names.push(...page.steps.map(({ name }) => name), ...page.elsewhere)
    if (page.next === null) break
    after = page.next
  }
  assert.deepEqual(names, ['anna@corp.example', 'ben@corp.example', 'cleo@corp.example'])
})
