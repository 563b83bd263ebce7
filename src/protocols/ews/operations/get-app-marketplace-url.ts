import { success } from '../messages.ts'
import { operation } from '../operation.ts'

/** GetAppMarketplaceUrl: there is none. */
export const getAppMarketplaceUrl = operation({
  name: 'GetAppMarketplaceUrl',
  run: () => ({ response: { ...success, AppMarketplaceUrl: '' } }),
})
