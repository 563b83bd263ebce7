import { single } from '../messages.ts'
import { operation } from '../operation.ts'

/** Unsubscribe. */
export const unsubscribe = operation({
  name: 'Unsubscribe',
  run: ({ services, caller, ...call }, { SubscriptionId }) =>
    single({ services, caller, ...call }, 'Unsubscribe', async () => {
      const { organization, user } = caller.acting
      services.subscriptions.remove(
        services.subscriptions.get(SubscriptionId, { organization, user: user.id }),
      )
      return {}
    }),
})
