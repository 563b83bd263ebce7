import type { Response } from '#src/wire/ews/message.ts'
import type { NotificationType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { success } from '../messages.ts'
import { eventsSince } from '../notifications/events.ts'
import { renewedCall } from '../notifications/renewed-call.ts'
import type { Subscription } from '../notifications/subscriptions.ts'
import { Wakes } from '../notifications/wakes.ts'
import { operation } from '../operation.ts'
import { refusedFor } from '../refusal-codes.ts'

type Envelope = Response<'GetStreamingEvents'>

/** As often as gromox does; clients take a stream for dead after two minutes. */
const HEARTBEAT_MS = 45_000
const MINUTE_MS = 60_000

/** GetStreamingEvents: an answer that goes on, an envelope for each piece of news. */
export const getStreamingEvents = operation({
  name: 'GetStreamingEvents',
  run: (call, { SubscriptionIds, ConnectionTimeout }) => {
    const { organization, user } = call.caller.acting
    const { subscriptions } = call.services
    const found: Subscription[] = []
    const missing: string[] = []
    for (const id of new Set(SubscriptionIds)) {
      const subscription = subscriptions.find(id, { organization, user: user.id })
      if (subscription?.kind === 'streaming') found.push(subscription)
      else missing.push(id)
    }
    if (missing.length > 0) return { response: notFound(missing) }
    return { envelopes: stream(call, found, ConnectionTimeout * MINUTE_MS) }
  },
})

function notFound(ids: readonly string[]): Envelope {
  const refused = {
    ResponseClass: 'Error' as const,
    MessageText: 'Subscriptions were not found. Make new ones.',
    ResponseCode: 'ErrorSubscriptionNotFound' as const,
    DescriptiveLinkKey: 0,
    ErrorSubscriptionIds: ids,
  }
  return { ResponseMessages: [{ GetStreamingEventsResponseMessage: refused }] } as unknown as Envelope
}

const envelope = (message: object): Envelope =>
  ({
    ResponseMessages: [{ GetStreamingEventsResponseMessage: { ...success, ...message } }],
  }) as unknown as Envelope

async function* stream(
  call: EwsCall,
  subscriptions: readonly Subscription[],
  lastsMs: number,
): AsyncGenerator<Envelope> {
  const { store, now } = call.services
  const ends = now() + lastsMs
  const wakes = new Wakes(
    subscriptions.map(
      ({ at }) =>
        (woken) =>
          store.watch(at, woken),
    ),
    AbortSignal.any([call.gone, call.stopping]),
  )
  for (const each of subscriptions) each.streams++
  try {
    // The first piece goes out at once: some clients wait for it before anything else.
    yield envelope({ ConnectionStatus: 'OK' })
    for (let beat = now(); now() < ends && !wakes.over; ) {
      const notifications = await news(await renewedCall(call), subscriptions)
      if (notifications.length > 0) yield envelope({ Notifications: notifications })
      else if (now() - beat >= HEARTBEAT_MS) {
        beat = now()
        yield envelope({ Notifications: subscriptions.map(heartbeat) })
      }
      if (notifications.length > 0) beat = now()
      await wakes.next(Math.min(HEARTBEAT_MS, Math.max(0, ends - now())))
    }
    yield envelope({ ConnectionStatus: 'Closed' })
  } catch (error) {
    const refused = refusedFor(error)
    if (refused === undefined) throw error
    yield envelope({
      ResponseClass: 'Error',
      ResponseCode: refused.code,
      MessageText: refused.text,
      DescriptiveLinkKey: 0,
    })
  } finally {
    wakes.end()
    for (const each of subscriptions) {
      each.streams--
      each.usedAt = now()
    }
  }
}

const heartbeat = ({ id }: Subscription): NotificationType => ({
  SubscriptionId: id,
  Events: [{ StatusEvent: {} }],
})

async function news(call: EwsCall, subscriptions: readonly Subscription[]): Promise<NotificationType[]> {
  const notifications: NotificationType[] = []
  for (const subscription of subscriptions) {
    const { events, upTo, more } = await eventsSince(call, subscription, subscription.told)
    subscription.told = upTo
    if (events.length > 0)
      notifications.push({ SubscriptionId: subscription.id, MoreEvents: more, Events: events })
  }
  return notifications
}
