import type {
  ServiceConfigurationResponseMessageType,
  ServiceConfigurationType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { internalDomains } from '../people/internal-domains.ts'
import { MOST_TIPPED } from '../people/mail-tips.ts'

type Shown = Omit<ServiceConfigurationResponseMessageType, 'ResponseClass' | 'ResponseCode'>

/** GetServiceConfiguration: what there is besides mail. Outlook asks again and again where it gets no answer (exchange-interop.md 3.3). */
export const getServiceConfiguration = operation({
  name: 'GetServiceConfiguration',
  async run(call, { RequestedConfiguration }) {
    const messages: ServiceConfigurationResponseMessageType[] = []
    for (const name of new Set(RequestedConfiguration.flat()))
      messages.push({ ...success, ...(await configurations[name](call)) })
    return { response: { ...success, ...(messages.length > 0 && { ResponseMessages: messages }) } }
  },
})

const configurations: Record<ServiceConfigurationType, (call: EwsCall) => Shown | Promise<Shown>> = {
  MailTips: async ({ services, caller }) => ({
    MailTipsConfiguration: {
      MailTipsEnabled: true,
      MaxRecipientsPerGetMailTipsRequest: MOST_TIPPED,
      MaxMessageSize: Math.min(services.limits.requestBytes, 0x7fff_ffff),
      LargeAudienceThreshold: 25,
      ShowExternalRecipientCount: false,
      InternalDomains: await internalDomains(services.store.directory, caller.acting.organization),
      PolicyTipsEnabled: false,
      LargeAudienceCap: 1_000,
    },
  }),
  UnifiedMessagingConfiguration: () => ({
    UnifiedMessagingConfiguration: { UmEnabled: false, PlayOnPhoneDialString: '', PlayOnPhoneEnabled: false },
  }),
  ProtectionRules: async ({ services, caller }) => ({
    ProtectionRulesConfiguration: {
      RefreshInterval: 24,
      Rules: [],
      InternalDomains: await internalDomains(services.store.directory, caller.acting.organization),
    },
  }),
  PolicyNudges: () => ({ PolicyNudgeRulesConfiguration: [] }),
  SharePointURLs: () => ({}),
  OfficeIntegrationConfiguration: () => ({}),
}
