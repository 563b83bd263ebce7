/**
 * Scenario 19 of migration.md 5, with a service that is a process: the line is cut, the machine sleeps, the password ends and the
 * certificate is another one, each in the middle of a copy over EWS.
 */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { after, before, test } from 'node:test'
import { pictureOf } from '#test/support/migrated-mailbox.ts'
import {
  ANNA,
  asksForItems,
  type Copying,
  openRelayedExchange,
  type RelayedExchange,
  startCopy,
} from './relayed-exchange.ts'
import { freshFolder } from './service-process.ts'
import { addMail, mailboxOf, openData } from './two-landbridges.ts'

const MAILS = 200
const PAGE = 10
const here = freshFolder('breaking-line', after)

let exchange: RelayedExchange
before(async () => {
  exchange = await openRelayedExchange()
  const { store } = exchange.source.service.data
  const inbox = (await store.mailboxes.findFolder(exchange.at, { distinguished: 'inbox' }))!
  for (let no = 0; no < MAILS; no++) await addMail(store, exchange.at, inbox.no, no, `text ${no}`)
})
after(() => exchange.end())

/** Lets three more requests for items through; what happens to each request from then on. */
function afterSomeItems(happens: (response: ServerResponse) => void): void {
  let asked = 0
  exchange.relay.answering = (text, response) => {
    if (asksForItems(text)) asked++
    if (asked <= 3) return false
    happens(response)
    return true
  }
}

/** The same once, with all that is open broken off; the line is there again behind it. */
function onceAfterSomeItems(happens: () => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  afterSomeItems(() => {
    exchange.relay.answering = undefined
    happens()
    exchange.relay.drop()
    resolve()
  })
  return promise
}

/** Nothing is said to be done, the mailbox is not whole, why it stands has a name, and that was told so often. */
async function stands(copying: Copying, words: RegExp, told: number): Promise<void> {
  await copying.until(`it says ${words}`, async () => words.test((await copying.member()).Cause ?? ''))
  await copying.until('it is told', () => copying.alerts().length >= told)
  assert.equal(copying.alerts().length, told)
  assert.equal((await copying.batch()).State, 'initial-sync')
  assert.ok((await copying.member()).Copied < MAILS)
}

test('cut off, asleep, refused and shown another certificate, it stops by name, tells once, and ends with each item once', async () => {
  const { relay, source } = exchange
  afterSomeItems(() => {
    relay.isCut = true
    relay.drop()
  })
  const copying = await startCopy(here, relay, { PageItems: PAGE })
  const { service } = copying
  await stands(copying, /^server out of reach: /, 1)

  // The line is there again; in the middle of the next items the machine is put to sleep, and wakes to dead connections.
  const asleep = onceAfterSomeItems(() => service.child.kill('SIGSTOP'))
  relay.isCut = false
  await asleep
  await new Promise((resolve) => setTimeout(resolve, 2_000))

  afterSomeItems((response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end())
  service.child.kill('SIGCONT')
  await stands(copying, /^server refuses us: /, 2)

  const changed = onceAfterSomeItems(() => relay.changeCertificate())
  await copying.renewSource(relay)
  await changed
  await stands(copying, /^server refuses us: .*certificate/i, 3)

  await copying.renewSource(relay)
  await copying.until('it is copied', async () => (await copying.batch()).State === 'synced')
  const { Copied, Skipped } = await copying.member()
  assert.deepEqual([Copied, Skipped, copying.alerts().length], [MAILS, 0, 3])
  service.child.kill('SIGTERM')
  assert.equal((await service.ended).exitCode, 0)
  const store = await openData(here)
  const [organization] = (await store.organizations.list(null, 1)).rows
  const { defaultDomain } = await store.directory.settings(organization!.id)
  assert.deepEqual(
    await pictureOf(store, await mailboxOf(store, ANNA.replace(/@.*/, `@${defaultDomain}`))),
    await pictureOf(source.service.data.store, exchange.at),
  )
  await store.close()
})
