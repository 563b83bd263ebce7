import { single } from '../messages.ts'
import { eventsSince, parseWatermark, watermarkOf } from '../notifications/events.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** GetEvents: what happened since a watermark. */
export const getEvents = operation({
  name: 'GetEvents',
  run: (call, { SubscriptionId, Watermark }) =>
    single(call, 'GetEvents', async () => {
      const { acting } = call.caller
      const owner = { organization: acting.organization, user: acting.user.id }
      const subscription = call.services.subscriptions.get(SubscriptionId, owner)
      if (subscription.kind !== 'pull')
        throw new EwsRefusal(
          'ErrorInvalidPullSubscriptionId',
          'invalid-parameter',
          'The events of this subscription are streamed or pushed.',
        )
      const since = parseWatermark(subscription, Watermark)
      const { events, upTo, more } = await eventsSince(call, subscription, since)
      const status = { StatusEvent: { Watermark: watermarkOf(subscription, upTo) } }
      return {
        Notification: {
          SubscriptionId,
          PreviousWatermark: Watermark,
          MoreEvents: more,
          Events: events.length === 0 ? [status] : events,
        },
      }
    }),
})
