/** The types of `schema.ts`, made by `node scripts/schema-types.ts`; not edited by hand. */
// one thing: the types of a schema
import type { OneOf } from '../xml/one-of.ts'

export interface OutlookRequest {
  Request: RequestedAddress
}

export interface RequestedAddress {
  EMailAddress?: string | undefined
  LegacyDN?: string | undefined
  AcceptableResponseSchema?: string | undefined
}

export interface MobileRequest {
  Request: RequestedMobileAddress
}

export interface RequestedMobileAddress {
  EMailAddress: string
  AcceptableResponseSchema?: string | undefined
}

export type AutodiscoverReply = OneOf<{
  Outlook: OutlookResponse
  Mobile: MobileResponse
  Failure: FailureResponse
}>

export interface FailureResponse {
  Error: AutodiscoverError
}

export interface AutodiscoverError {
  Time?: string | undefined
  Id?: string | undefined
  ErrorCode: number
  Message?: string | undefined
  DebugData?: string | undefined
}

export interface OutlookResponse {
  User?: OutlookUser | undefined
  Account?: OutlookAccount | undefined
  Error?: OutlookError | undefined
}

export interface OutlookError {
  Time?: string | undefined
  Id?: string | undefined
  ErrorCode: number
  Message?: string | undefined
  DebugData?: string | undefined
}

export interface OutlookUser {
  DisplayName?: string | undefined
  LegacyDN?: string | undefined
  AutoDiscoverSMTPAddress?: string | undefined
  DeploymentId?: string | undefined
}

export interface OutlookAccount {
  AccountType?: string | undefined
  Action?: string | undefined
  MicrosoftOnline?: string | undefined
  RedirectAddr?: string | undefined
  RedirectUrl?: string | undefined
  Protocol?: readonly OutlookProtocol[] | undefined
  AlternativeMailbox?: readonly AlternativeMailbox[] | undefined
}

export interface OutlookProtocol {
  Type?: string | undefined
  Internal?: WebAccess | undefined
  External?: WebAccess | undefined
  TTL?: number | undefined
  Server?: string | undefined
  ServerDN?: string | undefined
  ServerVersion?: string | undefined
  MdbDN?: string | undefined
  Port?: number | undefined
  DirectoryPort?: number | undefined
  ReferralPort?: number | undefined
  PublicFolderServer?: string | undefined
  AD?: string | undefined
  LoginName?: string | undefined
  DomainRequired?: string | undefined
  DomainName?: string | undefined
  SPA?: string | undefined
  SSL?: string | undefined
  Encryption?: string | undefined
  AuthPackage?: string | undefined
  AuthRequired?: string | undefined
  UsePOPAuth?: string | undefined
  SMTPLast?: string | undefined
  CertPrincipalName?: string | undefined
  ASUrl?: string | undefined
  EwsUrl?: string | undefined
  EmwsUrl?: string | undefined
  EwsPartnerUrl?: string | undefined
  SharingUrl?: string | undefined
  EcpUrl?: string | undefined
  'EcpUrl-photo'?: string | undefined
  OOFUrl?: string | undefined
  UMUrl?: string | undefined
  OABUrl?: string | undefined
  ServerExclusiveConnect?: string | undefined
}

export interface WebAccess {
  OWAUrl?: readonly OwaUrl[] | undefined
  Protocol?: WebProtocol | undefined
}

export interface OwaUrl {
  AuthenticationMethod?: string | undefined
  Value: string
}

export interface WebProtocol {
  Type?: string | undefined
  ASUrl?: string | undefined
}

export interface AlternativeMailbox {
  Type?: string | undefined
  DisplayName?: string | undefined
  LegacyDN?: string | undefined
  Server?: string | undefined
  SmtpAddress?: string | undefined
  OwnerSmtpAddress?: string | undefined
}

export interface MobileResponse {
  Culture?: string | undefined
  User?: MobileUser | undefined
  Action?: MobileAction | undefined
  Error?: MobileFault | undefined
}

export interface MobileUser {
  DisplayName?: string | undefined
  EMailAddress?: string | undefined
}

export type MobileAction = OneOf<{
  Redirect: string
  Settings: MobileSettings
  Error: MobileError
}>

export type MobileSettings = readonly MobileServer[]

export interface MobileServer {
  Type?: string | undefined
  Url?: string | undefined
  Name?: string | undefined
  ServerData?: string | undefined
}

export interface MobileError {
  Status?: number | undefined
  Message?: string | undefined
  DebugData?: string | undefined
  ErrorCode?: number | undefined
}

export interface MobileFault {
  Time?: string | undefined
  Id?: string | undefined
  ErrorCode?: number | undefined
  Message?: string | undefined
  DebugData?: string | undefined
}

export interface RequestedVersion {
  Value: string
}

export interface AutodiscoverServerVersion {
  MajorVersion?: number | undefined
  MinorVersion?: number | undefined
  MajorBuildNumber?: number | undefined
  MinorBuildNumber?: number | undefined
  Version?: string | undefined
}

export type AutodiscoverErrorCode =
  | 'NoError'
  | 'RedirectAddress'
  | 'RedirectUrl'
  | 'InvalidUser'
  | 'InvalidRequest'
  | 'InvalidSetting'
  | 'SettingIsNotAvailable'
  | 'ServerBusy'
  | 'InvalidDomain'
  | 'NotFederated'
  | 'InternalServerError'

export interface AutodiscoverResponse {
  ErrorCode?: AutodiscoverErrorCode | undefined
  ErrorMessage?: string | null | undefined
}

export interface GetUserSettingsRequestMessage {
  Request: GetUserSettingsRequest
}

export interface GetUserSettingsRequest {
  Users: AutodiscoverUsers
  RequestedSettings: RequestedSettings
  RequestedVersion?: string | undefined
}

export type AutodiscoverUsers = readonly AutodiscoverUser[]

export interface AutodiscoverUser {
  Mailbox: string
}

export type RequestedSettings = readonly string[]

export interface GetUserSettingsResponseMessage {
  Response: GetUserSettingsResponse
}

export interface GetUserSettingsResponse extends AutodiscoverResponse {
  UserResponses?: UserResponses | undefined
}

export type UserResponses = readonly UserResponse[]

export interface UserResponse extends AutodiscoverResponse {
  RedirectTarget?: string | null | undefined
  UserSettingErrors?: UserSettingErrors | undefined
  UserSettings?: UserSettings | undefined
}

export type UserSettingErrors = readonly SettingError[]

export interface SettingError {
  ErrorCode?: AutodiscoverErrorCode | undefined
  ErrorMessage?: string | null | undefined
  SettingName?: string | undefined
}

export type UserSettings = readonly UserSetting[]

export interface UserSetting {
  type: string
  Name: string
  Value?: string | null | undefined
  WebClientUrls?: WebClientUrls | undefined
  AlternateMailboxes?: AlternateMailboxes | undefined
  ProtocolConnections?: ProtocolConnections | undefined
}

export type WebClientUrls = readonly WebClientUrl[]

export interface WebClientUrl {
  AuthenticationMethods?: string | undefined
  Url?: string | undefined
}

export type AlternateMailboxes = readonly AlternateMailbox[]

export interface AlternateMailbox {
  Type?: string | undefined
  DisplayName?: string | undefined
  LegacyDN?: string | undefined
  Server?: string | undefined
  SmtpAddress?: string | undefined
  OwnerSmtpAddress?: string | undefined
}

export type ProtocolConnections = readonly ProtocolConnection[]

export interface ProtocolConnection {
  EncryptionMethod?: string | undefined
  Hostname?: string | undefined
  Port?: number | undefined
}

export interface GetDomainSettingsRequestMessage {
  Request: GetDomainSettingsRequest
}

export interface GetDomainSettingsRequest {
  Domains: RequestedDomains
  RequestedSettings: RequestedSettings
  RequestedVersion?: string | null | undefined
}

export type RequestedDomains = readonly string[]

export interface GetDomainSettingsResponseMessage {
  Response: GetDomainSettingsResponse
}

export interface GetDomainSettingsResponse extends AutodiscoverResponse {
  DomainResponses?: DomainResponses | undefined
}

export type DomainResponses = readonly DomainResponse[]

export interface DomainResponse extends AutodiscoverResponse {
  DomainSettingErrors?: DomainSettingErrors | undefined
  DomainSettings?: DomainSettings | undefined
  RedirectTarget?: string | null | undefined
}

export type DomainSettingErrors = readonly SettingError[]

export type DomainSettings = readonly DomainSetting[]

export interface DomainSetting {
  type: string
  Name: string
  Value?: string | null | undefined
}

export interface AddressingText {
  Value: string
}

/** Elements that stand alone, with prefix q. */
export interface QElements {
  Autodiscover: OutlookRequest
}

/** Elements that stand alone, with prefix j. */
export interface JElements {
  Autodiscover: MobileRequest
}

/** Elements that stand alone, with prefix r. */
export interface RElements {
  Autodiscover: AutodiscoverReply
}

/** Elements that stand alone, with prefix a. */
export interface AElements {
  RequestedServerVersion: RequestedVersion
  ServerVersionInfo: AutodiscoverServerVersion
  GetUserSettingsRequestMessage: GetUserSettingsRequestMessage
  GetUserSettingsResponseMessage: GetUserSettingsResponseMessage
  GetDomainSettingsRequestMessage: GetDomainSettingsRequestMessage
  GetDomainSettingsResponseMessage: GetDomainSettingsResponseMessage
}

/** Elements that stand alone, with prefix w. */
export interface WElements {
  Action: AddressingText
  To: AddressingText
  MessageID: AddressingText
  RelatesTo: AddressingText
}
