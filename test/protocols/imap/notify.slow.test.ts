/** NOTIFY (RFC 5465) beside what transcripts show: slow clients, rights that come and go, and many changes. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { putFolderPermission } from '#src/domain/directory/folder-permissions.ts'
import { deliver, type ImapWorld, imapWorld, mailboxOf, TestClient } from './imap-world.ts'

let world: ImapWorld
let organization: OrganizationId
let ann: User
let bob: User
before(async () => {
  world = await imapWorld()
  organization = await world.organization('watched')
  ann = await world.user(organization, 'ann', 'watched.example')
  bob = await world.user(organization, 'bob', 'watched.example')
})
after(() => world.remove())

async function open(name: string, limits = {}): Promise<TestClient> {
  const client = new TestClient(world.options(), limits)
  await client.until((output) => output.endsWith('\r\n'))
  await client.signIn(`${name}@watched.example`)
  return client
}

const share = async (rights: number) => {
  const at = mailboxOf(organization, bob)
  for (const distinguished of ['msgfolderroot', 'inbox']) {
    const { no } = (await world.store.mailboxes.findFolder(at, { distinguished }))!
    const place = { owner: bob.id, mailbox: at.mailbox, folder: no }
    await putFolderPermission(world.store, organization, place, { grantee: ann.id, rights })
  }
}

test('a mailbox whose rights come and go comes and goes', async () => {
  const client = await open('ann')
  await client.command(
    'NOTIFY SET (SUBTREE "Other Users/bob@watched.example" (MessageNew MessageExpunge MailboxName))',
  )
  client.taken()
  await share(rightsOfProfile('Reviewer'))
  assert.ok(
    await client.until((output) =>
      output.includes('* LIST (\\HasNoChildren) "/" "Other Users/bob@watched.example/INBOX"'),
    ),
  )
  client.taken()
  await deliver(world.store, mailboxOf(organization, bob), Buffer.from('Subject: x\r\n\r\n'))
  assert.ok(
    await client.until((output) =>
      /\* STATUS "Other Users\/bob@watched.example\/INBOX" \(MESSAGES 1 UIDNEXT 2\)/.test(output),
    ),
  )
  client.taken()
  await share(0)
  assert.ok(
    await client.until((output) =>
      output.includes('* LIST (\\NonExistent) "/" "Other Users/bob@watched.example/INBOX"'),
    ),
  )
  client.taken()
  await deliver(world.store, mailboxOf(organization, bob), Buffer.from('Subject: x\r\n\r\n'))
  await delay(100)
  assert.equal(client.taken(), '')
  await client.close()
})

test('many changes are told as few, and each of them counts', async () => {
  const client = await open('ann')
  await client.command('NOTIFY SET (PERSONAL (MessageNew MessageExpunge))')
  client.taken()
  await Promise.all(
    Array.from({ length: 60 }, () =>
      deliver(world.store, mailboxOf(organization, ann), Buffer.from('Subject: x\r\n\r\n')),
    ),
  )
  assert.ok(await client.until((output) => output.includes('* STATUS INBOX (MESSAGES 60 UIDNEXT 61)')))
  assert.ok(client.taken().split('\r\n').length < 60)
  await client.close()
})

test('a client that watches and does not read is held, and then cut off', async () => {
  const client = await open('ann', { writeMs: 300 })
  await client.command('SELECT INBOX')
  await client.command(
    'NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[]) MessageExpunge FlagChange)) (PERSONAL (MessageNew MessageExpunge))',
  )
  client.hold()
  const large = Buffer.from(`Subject: large\r\n\r\n${'text '.repeat(10_000)}`)
  for (let left = 20; left > 0; left--) await deliver(world.store, mailboxOf(organization, ann), large)
  assert.ok(client.stream.writableLength < 300_000, `${client.stream.writableLength} octets wait`)
  assert.ok(await client.until(() => client.ended))
  client.release()
  await client.done
})

test('who signs out hears nothing more', async () => {
  const client = await open('ann')
  await client.command('NOTIFY SET (PERSONAL (MessageNew MessageExpunge))')
  await client.command('UNAUTHENTICATE')
  client.taken()
  await deliver(world.store, mailboxOf(organization, ann), Buffer.from('Subject: x\r\n\r\n'))
  await delay(100)
  assert.equal(client.taken(), '')
  await client.close()
})
