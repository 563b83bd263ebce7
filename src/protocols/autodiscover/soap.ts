import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Authenticated } from '#src/domain/directory/login/authenticator.ts'
import type { HttpRequest } from '#src/platform/http/route.ts'
import type { DomainResponse, UserResponse, UserSettings } from '#src/wire/autodiscover/schema-types.ts'
import {
  autodiscoverVersion,
  formatSoapFaultReply,
  formatSoapReply,
  parseSoapRequest,
  type SoapAutodiscoverRequest,
  stringSetting,
} from '#src/wire/autodiscover/soap.ts'
import { type Discovered, discoverUser } from './discovered-user.ts'
import { type AutodiscoverServices, ewsUrl, oabUrl } from './services.ts'

const MOST_OCTETS = 256 * 1024
const MOST_USERS = 100

type SoapAnswer = { status: 200 | 500; body: string }

/** SOAP Autodiscover: each user and each setting that was asked for is answered, or named among the errors. */
export async function answerSoap(
  services: AutodiscoverServices,
  request: HttpRequest,
  login: Authenticated,
): Promise<SoapAnswer> {
  let asked: SoapAutodiscoverRequest
  try {
    asked = parseSoapRequest(await request.readBody(MOST_OCTETS))
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return fault(`The request cannot be read: ${error.message}`)
  }
  const { call, messageId } = asked
  const base = services.baseUrl(request)
  if (call.operation === 'GetUserSettings') {
    const { Users, RequestedSettings } = call.request
    const tooMany = Users.length > MOST_USERS
    const answers = tooMany
      ? []
      : await Promise.all(
          Users.map(async ({ Mailbox }) =>
            userResponse(await discoverUser(services, login, Mailbox), RequestedSettings, base),
          ),
        )
    return reply(
      formatSoapReply(
        'GetUserSettings',
        tooMany
          ? { ErrorCode: 'InvalidRequest', ErrorMessage: `At most ${MOST_USERS} users can be asked for.` }
          : { ErrorCode: 'NoError', ErrorMessage: '', UserResponses: answers },
        messageId,
      ),
    )
  }
  if (call.operation === 'GetDomainSettings') {
    const { Domains, RequestedSettings } = call.request
    const { organization } = login
    const answers = await Promise.all(
      Domains.slice(0, MOST_USERS).map(async (domain) => {
        const owner = await services.store.directory.findDomainOwner(domain.trim().toLowerCase())
        return domainResponse(owner?.organization === organization, RequestedSettings, base)
      }),
    )
    return reply(
      formatSoapReply(
        'GetDomainSettings',
        { ErrorCode: 'NoError', ErrorMessage: '', DomainResponses: answers },
        messageId,
      ),
    )
  }
  return fault(`There is no operation ${call.element.name.slice(0, 100)} here.`)
}

const reply = (parts: readonly unknown[]): SoapAnswer => ({ status: 200, body: parts.join('') })
const fault = (text: string): SoapAnswer => ({
  status: 500,
  body: formatSoapFaultReply('Client', text).join(''),
})

function userResponse(found: Discovered, wanted: readonly string[], base: string): UserResponse {
  if (found.kind === 'unknown')
    return { ErrorCode: 'InvalidUser', ErrorMessage: 'The user cannot be found.', RedirectTarget: null }
  if (found.kind === 'elsewhere')
    return {
      ErrorCode: found.url === null ? 'RedirectAddress' : 'RedirectUrl',
      ErrorMessage: 'The mailbox is on another system.',
      RedirectTarget: found.url ?? found.address,
    }
  const known = settingsOf(found, base)
  const names = [...new Set(wanted)]
  const settings: UserSettings[number][] = names.flatMap((name) => {
    const value = known.get(name)
    return value === undefined ? [] : [stringSetting(name, value)]
  })
  if (names.includes('AlternateMailboxes') && found.added.length > 0)
    settings.push({
      type: 'AlternateMailboxCollectionSetting',
      Name: 'AlternateMailboxes',
      AlternateMailboxes: found.added.map((one) => ({
        Type: 'Delegate',
        DisplayName: one.displayName,
        LegacyDN: one.legacyDn,
        Server: new URL(base).hostname,
        SmtpAddress: one.address,
        OwnerSmtpAddress: one.address,
      })),
    })
  const told = new Set(settings.map(({ Name }) => Name))
  return {
    ErrorCode: 'NoError',
    ErrorMessage: 'No error.',
    RedirectTarget: null,
    UserSettingErrors: names.filter((name) => !told.has(name)).map(notAvailable),
    UserSettings: settings,
  }
}

const notAvailable = (name: string) => ({
  ErrorCode: 'SettingIsNotAvailable' as const,
  ErrorMessage: `The setting ${name} is not available.`,
  SettingName: name,
})

function settingsOf(found: Extract<Discovered, { kind: 'here' }>, base: string): Map<string, string> {
  return new Map([
    ['UserDisplayName', found.displayName],
    ['UserDN', found.legacyDn],
    ['UserDeploymentId', found.deployment],
    ['AutoDiscoverSMTPAddress', found.address],
    ['InternalMailboxServer', new URL(base).hostname],
    ['CasVersion', version],
    ...offlineBookSettings(found, base),
    ...domainSettings(base),
  ])
}

function offlineBookSettings(
  { offlineBook }: { offlineBook: string | null },
  base: string,
): [string, string][] {
  if (offlineBook === null) return []
  const url = oabUrl(base, offlineBook)
  return [
    ['ExternalOABUrl', url],
    ['InternalOABUrl', url],
  ]
}

/** `15.02.2562.17` */
const version = [
  autodiscoverVersion.MajorVersion,
  autodiscoverVersion.MinorVersion,
  autodiscoverVersion.MajorBuildNumber,
  autodiscoverVersion.MinorBuildNumber,
]
  .map((number) => String(number).padStart(2, '0'))
  .join('.')

const domainSettings = (base: string): [string, string][] => [
  [
    'EwsSupportedSchemas',
    'Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2, Exchange2013, Exchange2013_SP1, Exchange2015',
  ],
  ['ExternalEwsUrl', ewsUrl(base)],
  ['InternalEwsUrl', ewsUrl(base)],
  ['EwsPartnerUrl', ewsUrl(base)],
  ['ExternalEwsVersion', version],
]

function domainResponse(ours: boolean, wanted: readonly string[], base: string): DomainResponse {
  if (!ours)
    return { ErrorCode: 'InvalidDomain', ErrorMessage: 'The domain cannot be found.', RedirectTarget: null }
  const known = new Map(domainSettings(base))
  const names = [...new Set(wanted)]
  return {
    ErrorCode: 'NoError',
    ErrorMessage: 'No error.',
    DomainSettingErrors: names.filter((name) => !known.has(name)).map(notAvailable),
    DomainSettings: names.flatMap((name) => {
      const value = known.get(name)
      return value === undefined ? [] : [{ type: 'DomainStringSetting', Name: name, Value: value }]
    }),
    RedirectTarget: null,
  }
}
