/** How many recipients a day; LIM-05 lets an operator set them. */
export type SendingLimits = {
  /** External recipients of one user (LIM-03). */
  perUser: number
  /** External recipients of an organisation. */
  perOrganization: number
  /** External recipients of the account, which is all organisations of the service together (LIM-04). */
  perAccount: number
  /** Recipients of all kinds from addresses in test domains, of the account (LIM-10). */
  fromTestDomain: number
}

/** What one message adds to the counts. */
export type Sending = {
  /** LIM-03, LIM-06. */
  external: number
  /** External ones and colleagues, when it is sent from a test domain. */
  fromTestDomain: number
}

/** The UTC day that counts belong to: `2026-11-21`. */
export const sendingDay = (now: number): string => new Date(now).toISOString().slice(0, 10)

export const sendingOf = (
  { external, internal }: { external: number; internal: number },
  fromTestDomain: boolean,
): Sending => ({ external, fromTestDomain: fromTestDomain ? external + internal : 0 })
