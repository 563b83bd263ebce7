/** How much may be sent a day; LIM-05 lets an operator set them. */
export type SendingLimits = {
  /** External recipients of one user (LIM-03). */
  perUser: number
  /** External recipients of an organisation (LIM-04). */
  perOrganization: number
  /** Recipients of all kinds from an address in the test domain (LIM-10). */
  fromTestDomain: number
}

export const DEFAULT_SENDING_LIMITS: SendingLimits = {
  perUser: 10_000,
  perOrganization: 100_000,
  fromTestDomain: 200,
}

/** The UTC day that counts belong to: `2026-11-21`. */
export const sendingDay = (now: number): string => new Date(now).toISOString().slice(0, 10)

/**
 * What one message adds to the counts and how far they may go: external recipients (LIM-03, LIM-06), and those inside as well
 * when it is sent from a test domain (LIM-10). Undefined when it counts for nothing.
 */
export function countOf(
  recipients: { external: number; internal: number },
  fromTestDomain: boolean,
  limits: SendingLimits,
): { recipients: number; entryLimit: number; organizationLimit: number } | undefined {
  const { external, internal } = recipients
  if (fromTestDomain) {
    const { fromTestDomain: most } = limits
    return { recipients: external + internal, entryLimit: most, organizationLimit: most }
  }
  if (external === 0) return undefined
  return { recipients: external, entryLimit: limits.perUser, organizationLimit: limits.perOrganization }
}
