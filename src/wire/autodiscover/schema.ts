/**
 * Autodiscover: plain XML (MS-OXDSCLI for Outlook, MS-ASCMD for ActiveSync) and SOAP (MS-OXWSADISC). Clients look for names
 * without prefixes, in `i:type` too, so there are none.
 */
// one thing: the schemas of Autodiscover
import { Schema } from '../xml/schema.ts'

const base = 'http://schemas.microsoft.com/exchange/autodiscover'
const responseNamespace = `${base}/responseschema/2006`
const outlookRequestNamespace = `${base}/outlook/requestschema/2006`
export const outlookResponseNamespace = `${base}/outlook/responseschema/2006a`
export const mobileRequestNamespace = `${base}/mobilesync/requestschema/2006`
export const mobileResponseNamespace = `${base}/mobilesync/responseschema/2006`
export const soapAutodiscoverNamespace = 'http://schemas.microsoft.com/exchange/2010/Autodiscover'
export const addressingNamespace = 'http://www.w3.org/2005/08/addressing'

const outlookRequest = `
element Autodiscover : OutlookRequest
OutlookRequest = Request:RequestedAddress
RequestedAddress = EMailAddress? LegacyDN? AcceptableResponseSchema?
`

const mobileRequest = `
element Autodiscover : MobileRequest
MobileRequest = Request:RequestedMobileAddress
RequestedMobileAddress = EMailAddress AcceptableResponseSchema?
`

const response = `
element Autodiscover : AutodiscoverReply
AutodiscoverReply = ( Outlook=o/Response:OutlookResponse | Mobile=k/Response:MobileResponse | Failure=Response:FailureResponse )
FailureResponse = Error:AutodiscoverError
AutodiscoverError = ErrorCode:int Message? DebugData? @Time @Id
`

const outlookResponse = `
OutlookResponse = User:OutlookUser? Account:OutlookAccount? Error:OutlookError?
OutlookError = ErrorCode:int Message? DebugData? @Time @Id
OutlookUser = DisplayName? LegacyDN? AutoDiscoverSMTPAddress? DeploymentId?
OutlookAccount = AccountType? Action? MicrosoftOnline? RedirectAddr? RedirectUrl? Protocol:OutlookProtocol*
  AlternativeMailbox:AlternativeMailbox*
OutlookProtocol = Type? Internal:WebAccess? External:WebAccess? TTL:int? Server? ServerDN? ServerVersion? MdbDN? Port:int?
  DirectoryPort:int? ReferralPort:int? PublicFolderServer? AD? LoginName? DomainRequired? DomainName? SPA? SSL? Encryption?
  AuthPackage? AuthRequired? UsePOPAuth? SMTPLast? CertPrincipalName? ASUrl? EwsUrl? EmwsUrl? EwsPartnerUrl?
  SharingUrl? EcpUrl? EcpUrl-photo? OOFUrl? UMUrl? OABUrl? ServerExclusiveConnect?
WebAccess = OWAUrl:OwaUrl* Protocol:WebProtocol?
OwaUrl = $:string @AuthenticationMethod
WebProtocol = Type? ASUrl?
AlternativeMailbox = Type? DisplayName? LegacyDN? Server? SmtpAddress? OwnerSmtpAddress?
`

const mobileResponse = `
MobileResponse = Culture? User:MobileUser? Action:MobileAction? Error:MobileFault?
MobileUser = DisplayName? EMailAddress?
MobileAction = ( Redirect | Settings:MobileSettings | Error:MobileError )
MobileSettings = Server:MobileServer+
MobileServer = Type? Url? Name? ServerData?
MobileError = Status:int? Message? DebugData? ErrorCode:int?
MobileFault = ErrorCode:int? Message? DebugData? @Time @Id
`

const soap = `
element RequestedServerVersion : RequestedVersion
RequestedVersion = $:string
element ServerVersionInfo : AutodiscoverServerVersion
AutodiscoverServerVersion = MajorVersion:int? MinorVersion:int? MajorBuildNumber:int? MinorBuildNumber:int? Version?
AutodiscoverErrorCode ~ 'NoError' | 'RedirectAddress' | 'RedirectUrl' | 'InvalidUser' | 'InvalidRequest' | 'InvalidSetting'
  | 'SettingIsNotAvailable' | 'ServerBusy' | 'InvalidDomain' | 'NotFederated' | 'InternalServerError'
AutodiscoverResponse = ErrorCode:AutodiscoverErrorCode? ErrorMessage~?

element GetUserSettingsRequestMessage : GetUserSettingsRequestMessage
GetUserSettingsRequestMessage = Request:GetUserSettingsRequest
GetUserSettingsRequest = Users:AutodiscoverUsers RequestedSettings:RequestedSettings RequestedVersion?
AutodiscoverUsers = User:AutodiscoverUser+
AutodiscoverUser = Mailbox
RequestedSettings = Setting+

element GetUserSettingsResponseMessage : GetUserSettingsResponseMessage
GetUserSettingsResponseMessage = Response:GetUserSettingsResponse
GetUserSettingsResponse : AutodiscoverResponse = UserResponses:UserResponses?
UserResponses = UserResponse:UserResponse*
UserResponse : AutodiscoverResponse = RedirectTarget~? UserSettingErrors:UserSettingErrors? UserSettings:UserSettings?
UserSettingErrors = UserSettingError:SettingError*
SettingError = ErrorCode:AutodiscoverErrorCode? ErrorMessage~? SettingName?
UserSettings = UserSetting:UserSetting*
UserSetting = @xsi/type! Name Value~? WebClientUrls:WebClientUrls? AlternateMailboxes:AlternateMailboxes?
  ProtocolConnections:ProtocolConnections?
WebClientUrls = WebClientUrl:WebClientUrl*
WebClientUrl = AuthenticationMethods? Url?
AlternateMailboxes = AlternateMailbox:AlternateMailbox*
AlternateMailbox = Type? DisplayName? LegacyDN? Server? SmtpAddress? OwnerSmtpAddress?
ProtocolConnections = ProtocolConnection:ProtocolConnection*
ProtocolConnection = EncryptionMethod? Hostname? Port:int?

element GetDomainSettingsRequestMessage : GetDomainSettingsRequestMessage
GetDomainSettingsRequestMessage = Request:GetDomainSettingsRequest
GetDomainSettingsRequest = Domains:RequestedDomains RequestedSettings:RequestedSettings RequestedVersion~?
RequestedDomains = Domain+

element GetDomainSettingsResponseMessage : GetDomainSettingsResponseMessage
GetDomainSettingsResponseMessage = Response:GetDomainSettingsResponse
GetDomainSettingsResponse : AutodiscoverResponse = DomainResponses:DomainResponses?
DomainResponses = DomainResponse:DomainResponse*
DomainResponse : AutodiscoverResponse = DomainSettingErrors:DomainSettingErrors? DomainSettings:DomainSettings?
  RedirectTarget~?
DomainSettingErrors = DomainSettingError:SettingError*
DomainSettings = DomainSetting:DomainSetting*
DomainSetting = @xsi/type! Name Value~?
`

const addressing = `
element Action : AddressingText
element To : AddressingText
element MessageID : AddressingText
element RelatesTo : AddressingText
AddressingText = $:string
`

export const autodiscoverSchema = new Schema([
  { prefix: 'q', bare: true, namespace: outlookRequestNamespace, text: outlookRequest },
  { prefix: 'j', bare: true, namespace: mobileRequestNamespace, text: mobileRequest },
  { prefix: 'r', bare: true, namespace: responseNamespace, text: response },
  { prefix: 'o', bare: true, namespace: outlookResponseNamespace, text: outlookResponse },
  { prefix: 'k', bare: true, namespace: mobileResponseNamespace, text: mobileResponse },
  { prefix: 'a', bare: true, namespace: soapAutodiscoverNamespace, text: soap },
  { prefix: 'w', namespace: addressingNamespace, text: addressing },
])
