import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import type { User } from '#src/domain/directory/entry.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import type { EwsCall } from '#src/protocols/ews/call.ts'
import { type PushChannel, PushUndelivered } from '#src/protocols/ews/notifications/push-channel.ts'
import { Pushes } from '#src/protocols/ews/notifications/pushes.ts'
import { type Subscription, Subscriptions } from '#src/protocols/ews/notifications/subscriptions.ts'
import { parseRequest } from '#src/wire/ews/request.ts'
import type { NotificationType } from '#src/wire/ews/schema-types.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'
import { type EwsClient, type EwsSite, openEwsSite } from './ews-site.ts'

const word = (status: 'OK' | 'Unsubscribe'): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><SubscriptionStatus>${status}</SubscriptionStatus></SendNotificationResult></s:Body></s:Envelope>`

const told: string[] = []
const notificationOf = (document: string): NotificationType => {
  const { call } = parseRequest(document)
  assert.equal(call.operation, 'SendNotification')
  const [message] = (call as Extract<typeof call, { operation: 'SendNotification' }>).request.ResponseMessages
  return message!.SendNotificationResponseMessage!.Notification!
}
const kindsOf = ({ Events }: NotificationType): string[] => Events.map((event) => Object.keys(event)[0]!)
const heard = (): string[] => told.flatMap((document) => kindsOf(notificationOf(document)))

let site: EwsSite
let ann: EwsClient
let listener: Server
let url: string
let answer: 'OK' | 'Unsubscribe' = 'OK'
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  await site.user('bob')
  ann = site.client('ann@corp.test')
  listener = createServer(async (request, response) => {
    assert.match(request.headers.soapaction as string, /SendNotification"$/)
    told.push(await text(request))
    response.setHeader('content-type', 'text/xml').end(word(answer))
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/listener?of=ann`
})
after(async () => {
  listener.close()
  listener.closeAllConnections()
  site.judge()
  await site.end()
})

const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const
const EventTypes = ['NewMailEvent', 'CreatedEvent'] as const
const subscribe = (URL: string, Watermark?: string) => ({
  PushSubscriptionRequest: {
    FolderIds: [inbox],
    EventTypes,
    StatusFrequency: 1,
    URL,
    ...(Watermark !== undefined && { Watermark }),
  },
})
const mail = (Subject: string) =>
  site.client('bob@corp.test').one('CreateItem', {
    MessageDisposition: 'SendOnly',
    Items: [{ Message: { Subject, ToRecipients: [{ EmailAddress: 'ann@corp.test' }] } }],
  })

test('events are sent to the address of a client until it says Unsubscribe; a new subscription goes on from a watermark', async () => {
  const first = await ann.one('Subscribe', subscribe(url))
  await site.until(() => told.length === 1)
  assert.deepEqual(heard(), ['StatusEvent'], 'the first tells that there is nothing yet')
  const status = notificationOf(told[0]!)
  assert.equal(status.SubscriptionId, first.SubscriptionId)
  assert.equal(status.PreviousWatermark, first.Watermark)
  await mail('pushed')
  await site.until(() => heard().includes('NewMailEvent'))
  assert.deepEqual(heard(), ['StatusEvent', 'CreatedEvent', 'NewMailEvent'])
  if (!ewsSchema.skip) assert.deepEqual(validateEws(...told), [])
  assert.equal(
    await ann.code('GetEvents', { SubscriptionId: first.SubscriptionId, Watermark: first.Watermark }),
    'ErrorInvalidPullSubscriptionId',
  )
  answer = 'Unsubscribe'
  const before = told.length
  await mail('the last')
  await site.until(
    async () =>
      (await ann.code('Unsubscribe', { SubscriptionId: first.SubscriptionId })) ===
      'ErrorSubscriptionNotFound',
  )
  assert.equal(told.length, before + 1)
  await mail('while nobody was told')
  answer = 'OK'
  told.length = 0
  const next = await ann.one('Subscribe', subscribe(url, status.PreviousWatermark))
  await site.until(() => heard().length >= 6)
  assert.equal(heard().filter((kind) => kind === 'NewMailEvent').length, 3)
  await ann.one('Unsubscribe', { SubscriptionId: next.SubscriptionId })
})

test('three are taken for a mailbox, and no address that is none', async () => {
  const made = await Promise.all([1, 2, 3].map(() => ann.one('Subscribe', subscribe(url))))
  assert.equal(await ann.code('Subscribe', subscribe(url)), 'ErrorExceededSubscriptionCount')
  for (const { SubscriptionId } of made) await ann.one('Unsubscribe', { SubscriptionId })
  for (const bad of ['listener', 'ftp://host/', 'http://ann:secret@host/', 'file:///etc/passwd'])
    assert.equal(await ann.code('Subscribe', subscribe(bad)), 'ErrorInvalidPushSubscriptionUrl', bad)
})

test('ews-javascript-api subscribes', async () => {
  const ews = await import('ews-javascript-api')
  const { globalAgent } = await import('node:https')
  const { PASSWORD } = await import('#test/stories/mail-site.ts')
  globalAgent.options.rejectUnauthorized = false
  try {
    const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013)
    service.Credentials = new ews.WebCredentials('ann@corp.test', PASSWORD)
    service.Url = new ews.Uri(site.url)
    told.length = 0
    const folders = [new ews.FolderId(ews.WellKnownFolderName.Inbox)]
    const subscription = await service.SubscribeToPushNotifications(
      folders,
      new ews.Uri(url),
      5,
      null as never,
      ews.EventType.NewMail,
    )
    await site.until(() => told.length === 1)
    assert.equal(notificationOf(told[0]!).SubscriptionId, subscription.Id)
    await ann.one('Unsubscribe', { SubscriptionId: subscription.Id })
  } finally {
    globalAgent.destroy()
  }
})

/** A subscription of Ann's whose notifications go where the test likes. */
async function started(send: PushChannel['send'], statusFrequency = 1) {
  const { store } = site.service.data
  const user = (await store.directory.findEntry(site.organization, { address: 'ann@corp.test' })) as User
  const login: Authenticated = {
    organization: site.organization,
    user,
    mailbox: user.mailbox,
    by: 'password',
  }
  const at = { organization: site.organization, mailbox: user.mailbox! }
  const subscriptions = new Subscriptions(Date.now)
  const { modseq } = await store.mailboxes.getMailbox(at)
  const subscription = subscriptions.add({
    organization: site.organization,
    user: user.id,
    at,
    folders: undefined,
    events: new Set(['NewMailEvent']),
    kind: 'push',
    told: modseq,
    lifetimeMs: 1_000,
  })
  const call = {
    services: { store, now: Date.now, log: site.service.log, subscriptions },
    caller: { by: { kind: 'user', login }, acting: login, readOnly: false },
    headers: {},
  } as unknown as EwsCall
  let closed = false
  const pushes = new Pushes(() => ({ send, close: () => (closed = true) }), {
    firstMs: 0,
    retryMs: 5,
    answerMs: 200,
    minuteMs: 400,
  })
  const push = { url: new URL('http://listener.test/'), statusFrequency }
  pushes.start(call, subscription, push, pushes.open(push.url))
  return { subscription, pushes, isClosed: () => closed }
}

const ended = ({ ended }: Subscription) => ended.signal.aborted

test('what does not arrive is sent again, and nothing is left out', async () => {
  let tries = 0
  const arrived: NotificationType[] = []
  const { pushes, subscription } = await started(async (document) => {
    tries++
    if (tries % 3 !== 0) throw new PushUndelivered('nobody there')
    arrived.push(notificationOf(Buffer.from(document).toString()))
    return Buffer.from(word('OK'))
  }, 100)
  await site.until(() => arrived.length === 1)
  await mail('sent again')
  await site.until(() => arrived.some((one) => kindsOf(one).includes('NewMailEvent')))
  assert.ok(tries >= 6)
  assert.equal(ended(subscription), false)
  for (const [no, one] of arrived.entries())
    if (no > 0 && kindsOf(arrived[no - 1]!)[0] === 'StatusEvent')
      assert.equal(
        one.PreviousWatermark,
        (arrived[no - 1]!.Events[0]!.StatusEvent as { Watermark: string }).Watermark,
      )
  await pushes.stop()
})

test('a subscription whose client is not reached for StatusFrequency minutes ends; so does one that is answered with nonsense', async () => {
  for (const send of [
    async () => {
      throw new PushUndelivered('nobody there')
    },
    async () => Buffer.from('<html>welcome</html>'),
    async () => Buffer.from(word('OK').replace('>OK<', '>Maybe<')),
  ]) {
    const { subscription, isClosed } = await started(send)
    await site.until(() => ended(subscription) && isClosed())
  }
})

test('who is shut out is told nothing more', async () => {
  await site.user('cat')
  let sent = 0
  const { subscription } = await started(async () => {
    sent++
    return Buffer.from(word('OK'))
  })
  await site.until(() => sent > 0)
  const ann = await site.service.data.store.directory.findEntry(site.organization, {
    address: 'ann@corp.test',
  })
  await site.call('DeregisterFromWorkMail', { EntityId: ann!.id })
  await site.until(() => ended(subscription))
})
