import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expireRecoverableJob } from '#jobs/expire-recoverable.ts'
import { purgeExpiredJob } from '#jobs/purge-expired.ts'
import { verifyDomainsJob } from '#jobs/verify-domains.ts'
import { PartFailures } from '#src/base/part-failures.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { registerMailDomain } from '#src/domain/directory/mail-domains.ts'
import { deregisterFromWorkMail, registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { forEveryMailbox } from '#src/domain/mailbox/every-mailbox.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { addTestDomain, CHEAP, NOW, PASSWORD } from '#test/domain/directory/furnished.ts'
import { temporaryStore } from '#test/support/store.ts'

const running = new AbortController().signal
const PLAN = { quotaBytes: 1_000_000, folders: distinguishedFolders }

async function company(clock: () => number) {
  const temporary = await temporaryStore({ mailboxes: 0, now: clock })
  const { store } = temporary
  const organization = temporary.organization.id
  await addTestDomain(store, organization, { alias: 'example', suffix: 'lb.test' }, NOW)
  const enable = async (name: string): Promise<MailboxRef> => {
    const user = { name, displayName: name, password: PASSWORD }
    const { id } = await createUser({ store, passwords: CHEAP }, organization, user, NOW)
    const email = `${name}@example.lb.test`
    const { mailbox } = await registerToWorkMail(store, organization, { entry: id, email }, PLAN, NOW)
    return { organization, mailbox: mailbox! }
  }
  return { temporary, store, organization, enable }
}

test('every mailbox is come by once; those of an organisation whose key is off are left out', async (t) => {
  const { temporary, store, organization, enable } = await company(() => NOW)
  t.after(() => temporary.remove())
  const made = [await enable('ann'), await enable('bob')]
  const seen: MailboxRef[] = []
  const see = async (at: MailboxRef) => void seen.push(at)
  await forEveryMailbox(store, see, running)
  assert.deepEqual(seen, made)
  await store.organizations.disableKey(organization)
  await forEveryMailbox(store, see, running)
  assert.equal(seen.length, 2)
})

test('a mailbox that fails keeps nobody else from their turn, and is named', async (t) => {
  const { temporary, store, organization, enable } = await company(() => NOW)
  t.after(() => temporary.remove())
  const made = [await enable('ann'), await enable('bob'), await enable('cid')]
  const broken = made[0]!.mailbox
  const seen: MailboxRef[] = []
  const work = async (at: MailboxRef) => {
    seen.push(at)
    if (at.mailbox === broken) throw new TypeError('a fault of ours')
  }
  await assert.rejects(forEveryMailbox(store, work, running), (error: unknown) => {
    assert.ok(error instanceof PartFailures)
    assert.deepEqual(
      error.failures.map(({ of }) => of),
      [organization],
    )
    const inner = error.failures[0]!.error
    assert.ok(inner instanceof PartFailures)
    assert.deepEqual(
      inner.failures.map(({ of }) => of),
      [broken],
    )
    assert.match(
      error.message,
      new RegExp(`^It failed for ${organization} \\(It failed for ${broken} \\(a fault`),
    )
    return true
  })
  assert.deepEqual(seen, made)
})

test('once the key is out of reach nobody else of that organisation is tried', async (t) => {
  const { temporary, store, enable } = await company(() => NOW)
  t.after(() => temporary.remove())
  const made = [await enable('ann'), await enable('bob'), await enable('cid')]
  const seen: MailboxRef[] = []
  const work = async (at: MailboxRef) => {
    seen.push(at)
    if (seen.length === 2) throw new Refusal('key-unavailable', 'The key is out of reach.')
  }
  await forEveryMailbox(store, work, running)
  assert.deepEqual(seen, made.slice(0, 2))
})

test('what was deleted longer ago than the time of grace goes for ever, what is younger stays', async (t) => {
  let now = NOW
  const { temporary, store, enable } = await company(() => now)
  t.after(() => temporary.remove())
  const at = await enable('ann')
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!.no
  const bytes = Buffer.from('Subject: old\r\n\r\nbody\r\n')
  const source = async function* () {
    yield bytes
  }
  const item = () => addMessage(store, at, { folder: inbox, source: source(), sizeBytes: bytes.length })
  const [old, young] = [await item(), await item()]
  await deleteItems(store, at, [old.no], 'soft')
  now += 10 * DAY_MS
  await deleteItems(store, at, [young.no], 'soft')
  now += 5 * DAY_MS
  await expireRecoverableJob({ store, now: () => now }).run(running)
  const left = await store.mailboxes.getItems(at, [old.no, young.no])
  assert.deepEqual(
    left.map((each) => each.no),
    [young.no],
  )
})

test('a mailbox disabled 30 days ago is destroyed, one disabled yesterday is not', async (t) => {
  const { temporary, store, organization, enable } = await company(() => NOW)
  t.after(() => temporary.remove())
  const [first, second] = [await enable('ann'), await enable('bob')]
  const disable = async (at: MailboxRef, when: number) => {
    const entry = await store.directory.findEntry(organization, { mailbox: at.mailbox })
    await deregisterFromWorkMail(store, organization, entry!.id, when)
  }
  await disable(first, NOW)
  await disable(second, NOW + 30 * DAY_MS)
  await purgeExpiredJob({ store, now: () => NOW + 31 * DAY_MS }).run(running)
  await assert.rejects(store.mailboxes.getMailbox(first), { reason: 'no-such-mailbox' })
  assert.equal((await store.mailboxes.getMailbox(second)).mailbox, second.mailbox)
})

test('a domain becomes usable when its ownership record has appeared', async (t) => {
  const { temporary, store, organization } = await company(() => NOW)
  t.after(() => temporary.remove())
  const domain = await registerMailDomain(store, organization, { name: 'acme.example' }, NOW)
  let published: string[] = []
  const resolver = {
    txt: async (name: string) => (name.endsWith('acme.example') ? published : []),
    mx: async () => [],
    cname: async () => [],
  }
  const hosts = {
    mx: 'mail.lb.test',
    mxPreference: 10,
    autodiscover: 'mail.lb.test',
    spf: 'a:mail.lb.test',
    ownershipLabel: '_landbridge',
  }
  const job = verifyDomainsJob({ store, resolver, hosts, now: () => NOW })
  await job.run(running)
  assert.equal((await store.directory.getDomain(organization, 'acme.example')).ownership, 'PENDING')
  published = [domain.ownershipToken]
  await job.run(running)
  assert.equal((await store.directory.getDomain(organization, 'acme.example')).ownership, 'VERIFIED')
})

test('a domain that another organisation has proven to be theirs does not keep the others waiting', async (t) => {
  const { temporary, store, organization } = await company(() => NOW)
  t.after(() => temporary.remove())
  const second = (await store.organizations.create({ alias: 'second' })).id
  const published: string[] = []
  for (const [org, name] of [
    [organization, 'acme.example'],
    [second, 'acme.example'],
    [second, 'later.example'],
  ] as const)
    published.push((await registerMailDomain(store, org, { name }, NOW)).ownershipToken)
  const resolver = { txt: async () => published, mx: async () => [], cname: async () => [] }
  const hosts = {
    mx: 'mail.lb.test',
    mxPreference: 10,
    autodiscover: 'mail.lb.test',
    spf: 'a:mail.lb.test',
    ownershipLabel: '_landbridge',
  }
  await verifyDomainsJob({ store, resolver, hosts, now: () => NOW }).run(running)
  assert.equal((await store.directory.findDomainOwner('acme.example'))?.organization, organization)
  assert.equal((await store.directory.findDomainOwner('later.example'))?.organization, second)
})
