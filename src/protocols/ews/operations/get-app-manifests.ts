import { success } from '../messages.ts'
import { operation } from '../operation.ts'

/** GetAppManifests: there are no add-ins. Outlook asks at each start, and asks for the password again after a refusal. */
export const getAppManifests = operation({
  name: 'GetAppManifests',
  run: () => ({ response: { ...success, Manifests: [] } }),
})
