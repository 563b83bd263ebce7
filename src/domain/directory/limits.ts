/** Limits of the directory, with the row of the specification each comes from. */
export const LIMITS = {
  /** LIM-12. */
  aliasesPerEntry: 100,
  /** LIM-13. */
  domainsPerOrganization: 1_000,
  /** LIM-16. */
  domainCharacters: 209,
  /** DIR-11. */
  userNameCharacters: 64,
  /** DIR-17. */
  resourceNameCharacters: 20,
  resourceDescriptionCharacters: 64,
  /** Section 19: names of groups, and every other attribute. */
  textCharacters: 256,
  x500Characters: 1_024,
  /** X500 and SIP addresses of one entry, and addresses in routing domains. */
  otherAddressesPerEntry: 200,
  /** A thumbnail of Active Directory; larger pictures are the client's to shrink. */
  photoBytes: 100 * 1_024,
  certificateBytes: 16 * 1_024,
  /** DIR-06, DIR-07. */
  graceDays: 30,
  /** Groups through which one entry can be reached; more are refused. */
  groupsAbove: 10_000,
  /** Recipients of one message to a group, and groups in groups (exchange-interop 1.4). */
  expandedMembers: 50_000,
  expansionDepth: 20,
  /** IDC-02. */
  tokenDaysLeast: 1,
  tokenDaysMost: 3_653,
  tokensPerUser: 100,
} as const

export const DAY_MS = 24 * 60 * 60 * 1_000
