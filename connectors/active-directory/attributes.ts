/**
 * What is in scope (exchange-interop 1.1): everything with an alias. Hidden ones too: they route, and an object that is hidden
 * must be seen to change.
 */
export const IN_SCOPE =
  '(&(mailNickname=*)(|(&(objectCategory=person)(|(objectClass=user)(objectClass=contact)))(objectCategory=group)' +
  '(objectClass=msExchDynamicDistributionList)(objectClass=publicFolder)))'

/** Every account of a person. */
export const ACCOUNTS = '(&(objectCategory=person)(objectClass=user))'

/** The same with accounts beside it, so that those without a mailbox can be given one (DIR-02). */
export const IN_SCOPE_WITH_ACCOUNTS = `(|${IN_SCOPE}${ACCOUNTS})`

/** Text attributes of the address book, by the domain's name for each. */
export const DETAIL_ATTRIBUTES = {
  firstName: 'givenName',
  lastName: 'sn',
  initials: 'initials',
  phoneticFirstName: 'msDS-PhoneticFirstName',
  phoneticLastName: 'msDS-PhoneticLastName',
  phoneticDisplayName: 'msDS-PhoneticDisplayName',
  jobTitle: 'title',
  department: 'department',
  company: 'company',
  office: 'physicalDeliveryOfficeName',
  street: 'streetAddress',
  city: 'l',
  region: 'st',
  zipCode: 'postalCode',
  telephone: 'telephoneNumber',
  mobile: 'mobile',
  homePhone: 'homePhone',
  fax: 'facsimileTelephoneNumber',
  website: 'wWWHomePage',
  notes: 'info',
} as const

export const CUSTOM_ATTRIBUTES: readonly string[] = Array.from(
  { length: 15 },
  (_, at) => `extensionAttribute${at + 1}`,
)

/** Asked for of every object (exchange-interop 1.2); photos come in a pass of their own. */
export const ATTRIBUTES: readonly string[] = [
  'objectGUID',
  'objectClass',
  'objectSid',
  'uSNChanged',
  'whenCreated',
  'isCriticalSystemObject',
  'lastKnownParent',
  'groupType',
  'primaryGroupID',
  'mailNickname',
  'displayName',
  'cn',
  'proxyAddresses',
  'targetAddress',
  'mail',
  'legacyExchangeDN',
  'msExchRecipientTypeDetails',
  'msExchRecipientDisplayType',
  'msExchHideFromAddressLists',
  'showInAddressBook',
  'msExchResourceMetaData',
  'msExchResourceDisplay',
  'msExchResourceSearchProperties',
  'msExchResourceCapacity',
  'msExchMasterAccountSid',
  'homeMDB',
  'msExchHomeServerName',
  'msExchMailboxGuid',
  'sAMAccountName',
  'userPrincipalName',
  'userAccountControl',
  'member',
  'managedBy',
  'msExchCoManagedByLink',
  'msExchRequireAuthToSendTo',
  'authOrig',
  'unauthOrig',
  'dLMemSubmitPerms',
  'dLMemRejectPerms',
  'delivContLength',
  'msExchRecipLimit',
  'altRecipient',
  'deliverAndRedirect',
  'publicDelegates',
  'msExchDelegateListLink',
  'manager',
  'msExchAssistantName',
  'assistant',
  'co',
  'c',
  'otherTelephone',
  'userSMIMECertificate',
  'userCertificate',
  ...Object.values(DETAIL_ATTRIBUTES),
  ...CUSTOM_ATTRIBUTES,
]

/** Who may send as it, and whose mailbox it is to use: asked for where rights are to be read (migration plans with them). */
export const RIGHTS_ATTRIBUTES: readonly string[] = [
  'nTSecurityDescriptor',
  'msExchMailboxSecurityDescriptor',
]

export const PHOTO = 'thumbnailPhoto'
