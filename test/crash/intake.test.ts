import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { inProcessClient } from '#src/app/in-process-client.ts'
import { startService } from '#src/app/serve.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { Store } from '#src/domain/store.ts'
import { startDnsServer } from '#test/support/dns-server.ts'
import { freePorts } from '#test/support/free-ports.ts'
import { mailboxAt } from '#test/support/mailbox-at.ts'
import type { ScriptedSmtp } from '#test/support/scripted-smtp.ts'
import { openTestStore, readAll } from '#test/support/store.ts'
import { flakyHop } from './flaky-hop.ts'
import { type Addresses, type Senders, type Sent, startSenders } from './intake-senders.ts'
import type { Doors } from './intake-service.ts'
import { random } from './model.ts'

const crashes = Number(process.env.LANDBRIDGE_CRASHES ?? 5)
const messages = Number(process.env.LANDBRIDGE_MESSAGES ?? 40)
const seed = Number(process.env.LANDBRIDGE_SEED ?? randomInt(1, 1_000_000))
const program = fileURLToPath(new URL('./intake-service.ts', import.meta.url))
const PASSWORD = 'Correct-horse-9'

test(`after kill -9 at ${crashes} random points every 250 is in its mailboxes once and at a flaky next hop, twice only where a reply was lost (LANDBRIDGE_SEED=${seed})`, {
  timeout: 120_000 + crashes * 60_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-intake-crash-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const next = random(seed)
  const hop = await flakyHop(next)
  t.after(() => hop.server.close())
  const domains = Array.from({ length: 5 }, (_, no) => `d${no}.example`)
  const dns = await startDnsServer({
    'sender.example': { TXT: ['v=spf1 ip4:127.0.0.1 -all'] },
    ...Object.fromEntries(domains.map((domain) => [domain, { A: ['127.0.0.1'] }])),
  })
  t.after(() => dns.close())
  const options = optionsOf(data, dns.address, hop.server.port)
  const { organization, addresses } = await prepare(options, domains)

  const senders = startSenders(addresses, next, 50)
  const args = [JSON.stringify(options), organization]
  for (let crash = 1; crash <= crashes || senders.sent.length < messages; crash++) {
    await killed(running(args, senders), senders, next)
    assert.deepEqual(senders.refused, [])
    if (crashes <= 10 || crash % 20 === 0) await checked(data, `crash ${crash}`)
    assert.ok(crash < crashes * 3, `only ${senders.sent.length} messages were taken in ${crash} runs`)
  }
  const last = running(args, senders)
  await senders.finish()
  last.child.kill('SIGTERM')
  const [code] = await last.ended
  assert.equal(code, 0, last.trouble())
  assert.deepEqual(senders.refused, [])

  await checked(data, 'end')
  const { store } = await openTestStore(data)
  t.after(() => store.close())
  const sums = { copies: 0, extra: 0, remote: 0, further: 0, uncertain: 0 }
  await accountForMailboxes(store, organization, addresses.boxes, senders.sent, sums)
  await accountForNextHop(store, organization, hop.server, senders.sent, sums)
  const sum = (of: (each: Sent) => number) => senders.sent.reduce((all, each) => all + of(each), 0)
  t.diagnostic(
    `seed ${seed}: ${crashes} kills, ${senders.sent.length} messages acknowledged, ${sum((each) => each.interrupted)} begun anew, ` +
      `${sum((each) => each.lostReplies)} replies lost by the service; ${sums.copies} in mailboxes, ${sums.extra} twice; ` +
      `${sums.remote} at the next hop, ${sums.further} twice (${hop.lost()} replies lost by it, ${sums.uncertain} uncertain attempts)`,
  )
  assert.ok(senders.sent.length >= messages)
})

function optionsOf(data: string, dns: string, port: number): Record<string, string | number> {
  return {
    dataFolder: data,
    'service.hostname': 'mx.landbridge.example',
    ...freePorts,
    'dns.servers': dns,
    'outbound.port': port,
    'outbound.privateAddresses': 'yes',
    'limits.testDomainRecipients': 1_000_000,
    'limits.externalRecipientsPerUser': 1_000_000,
    'log.output': 'file',
  }
}

async function prepare(
  options: Record<string, string | number>,
  domains: readonly string[],
): Promise<{ organization: OrganizationId; addresses: Addresses }> {
  const service = await startService(loadConfig({ environment: {}, options }))
  const admin = inProcessClient(service.data.answer)
  const { OrganizationId } = await admin.call('CreateOrganization', { Alias: 'corp' })
  const call = (operation: string, input: Record<string, string>) =>
    admin.call(operation, { OrganizationId: OrganizationId!, ...input })
  const user = async (name: string) => {
    const { UserId } = await call('CreateUser', { Name: name, DisplayName: name, Password: PASSWORD })
    const address = `${name}@corp.test`
    await call('RegisterToWorkMail', { EntityId: String(UserId), Email: address })
    return { id: String(UserId), address }
  }
  const sender = await user('sender')
  const boxes = await Promise.all(Array.from({ length: 10 }, (_, no) => user(`box${no}`)))
  const { GroupId } = await call('CreateGroup', { Name: 'team' })
  await call('RegisterToWorkMail', { EntityId: String(GroupId), Email: 'team@corp.test' })
  const members = boxes.slice(0, 4)
  for (const { id } of members)
    await call('AssociateMemberToGroup', { GroupId: String(GroupId), MemberId: id })
  await service.stop()
  const addressOf = ({ address }: { address: string }) => address
  return {
    organization: OrganizationId as OrganizationId,
    addresses: {
      user: sender.address,
      password: PASSWORD,
      boxes: boxes.map(addressOf),
      group: { address: 'team@corp.test', members: members.map(addressOf) },
      domains,
    },
  }
}

type Running = { child: ChildProcess; ended: Promise<unknown[]>; trouble: () => string }

function running(args: readonly string[], senders: Senders): Running {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  let trouble = ''
  child.stdout!.on('data', (text) => {
    said += text
    if (said.endsWith('\n')) senders.doors = JSON.parse(said) as Doors
  })
  child.stderr!.on('data', (text) => {
    trouble += text
  })
  return { child, ended: once(child, 'close'), trouble: () => trouble }
}

/** Most are killed while they take mail in, some while they start. */
async function killed(
  { child, ended, trouble }: Running,
  senders: Senders,
  next: () => number,
): Promise<void> {
  const kind = next()
  if (kind < 0.1) await pause(next() * 1_500)
  else {
    // A point is so many messages further, so that a slow machine comes as far as a quick one.
    const until = senders.sent.length + Math.floor((next() * 2.3 * messages) / crashes)
    const isUnderWay = () => child.exitCode === null && senders.refused.length === 0
    while ((senders.doors === undefined || senders.sent.length < until) && isUnderWay()) await pause(5)
    await pause(next() * 50)
  }
  child.kill('SIGKILL')
  const [, signal] = await ended
  senders.doors = undefined
  assert.equal(signal, 'SIGKILL', `The service ended by itself: ${trouble()}`)
}

async function checked(data: string, when: string): Promise<void> {
  const { store, care } = await openTestStore(data)
  try {
    assert.deepEqual((await care.check({ bodies: true })).findings, [], when)
  } finally {
    await store.close()
  }
}

type Sums = { copies: number; extra: number; remote: number; further: number; uncertain: number }

const idIn = (text: string): string | undefined =>
  /^X-Id: (\w+)/m.exec(text.slice(0, text.indexOf('\r\n\r\n')))?.[1]

/** Every mailbox has every message for it, whole, and again only as often as a 250 was lost on its way to the sender. */
async function accountForMailboxes(
  store: Store,
  organization: OrganizationId,
  boxes: readonly string[],
  sent: readonly Sent[],
  sums: Sums,
): Promise<void> {
  const known = new Map(sent.map((each) => [each.id, each]))
  for (const address of boxes) {
    const copies = new Map<string, number>()
    const at = await mailboxAt(store, organization, address)
    const inbox = await store.mailboxes.findFolder(at, { distinguished: 'inbox' })
    for (let after: number | null = 0; after !== null; ) {
      const page = await store.mailboxes.listItems(at, inbox!.no, {
        order: 'uid',
        after,
        limit: 200,
        parts: [],
      })
      for (const { body } of page.rows) {
        const text = (await readAll(store, at, body!)).toString('latin1')
        const id = idIn(text)!
        copies.set(id, (copies.get(id) ?? 0) + 1)
        assert.ok(text.endsWith(`\r\n\r\n${known.get(id)!.body}`), `${id} in ${address}`)
      }
      after = page.next as number | null
    }
    for (const { id, local, lostReplies } of sent) {
      const wanted = local.includes(address) ? 1 : 0
      const found = copies.get(id) ?? 0
      assert.ok(found >= wanted, `${id} is not in the mailbox of ${address}`)
      assert.ok(
        found <= wanted * (1 + lostReplies),
        `${id} is ${found} times in the mailbox of ${address}; ${lostReplies} replies were lost`,
      )
      sums.copies += wanted
      sums.extra += found - wanted
    }
  }
}

/**
 * Everybody outside got every message, and again only where a 250 was lost on its way to the sender, or the trace has an attempt
 * of which nobody could know how it ended.
 */
async function accountForNextHop(
  store: Store,
  organization: OrganizationId,
  { messages: taken }: ScriptedSmtp,
  sent: readonly Sent[],
  sums: Sums,
): Promise<void> {
  const copies = new Map<string, number>()
  for (const { content, rcpt } of taken) {
    for (const address of rcpt) {
      const key = `${idIn(content)} ${address}`
      copies.set(key, (copies.get(key) ?? 0) + 1)
    }
  }
  for (const { id, remote, lostReplies } of sent) {
    const messageId = `<${id}@sender.example>`
    const { rows } = await store.delivery.findTrace(organization, { messageId }, { limit: 1_000 })
    const sendings = rows.filter(({ name }) => name === 'OUTGOING_EMAIL_SENT')
    for (const address of remote) {
      const mine = sendings.filter(({ recipients }) => recipients.includes(address))
      const uncertain = mine.reduce((sum, { fields }) => sum + Number(fields.uncertainAttempts ?? 0), 0)
      const found = copies.get(`${id} ${address}`) ?? 0
      assert.ok(mine.length >= 1 && mine.length <= 1 + lostReplies, `${id} went ${mine.length} times`)
      assert.ok(found >= mine.length, `${id} never reached ${address}`)
      assert.ok(
        found <= mine.length + uncertain,
        `${id}: ${found} copies for ${address}, sent ${mine.length} times, ${uncertain} uncertain`,
      )
      sums.remote++
      sums.further += found - 1
      sums.uncertain += uncertain
    }
  }
  const whole = new Map(sent.map(({ id, body }) => [id, body]))
  for (const { content } of taken) assert.ok(content.endsWith(`\r\n\r\n${whole.get(idIn(content)!)}`))
}
