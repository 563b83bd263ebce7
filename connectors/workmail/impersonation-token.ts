import { type AdminClient, AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

type TokenOptions = {
  /** WorkMail's API. */
  client: AdminClient
  organization: string
  /** Of type READ_ONLY or FULL_ACCESS, with a rule that allows the mailboxes (IMP-01). */
  role: string
  now?: () => number
}

/** So long before its end a token is not used any more: a call takes its time. */
const SPARE_MS = 3 * 60_000

/**
 * The value of Authorization for WorkMail's EWS: the token of an impersonation role (IMP-02), made anew before its 15 minutes are
 * over, once for all who ask at the same time, and where it is the one that was refused. Rejects with SourceFailure.
 */
export function impersonationToken({
  client,
  organization,
  role,
  now = Date.now,
}: TokenOptions): (refused?: string) => Promise<string> {
  let current: { token: Promise<string>; until: number; value?: string } | undefined
  return (refused) => {
    const isRefused = refused !== undefined && current?.value === refused
    if (current !== undefined && now() < current.until && !isRefused) return current.token
    const asked = now()
    const made: NonNullable<typeof current> = { until: Number.POSITIVE_INFINITY, token: Promise.resolve('') }
    current = made
    made.token = assume().then(
      ({ token, seconds }) => {
        made.until = asked + Math.max(0, seconds * 1_000 - SPARE_MS)
        made.value = `Bearer ${token}`
        return made.value
      },
      (error: unknown) => {
        if (current === made) current = undefined
        throw failureOf(error, role)
      },
    )
    return made.token
  }

  async function assume(): Promise<{ token: string; seconds: number }> {
    const answer = await client.call('AssumeImpersonationRole', {
      OrganizationId: organization,
      ImpersonationRoleId: role,
    })
    const { Token: token, ExpiresIn: seconds } = answer
    if (typeof token !== 'string' || typeof seconds !== 'number')
      throw new SourceFailure('transient', 'protocol', 'AssumeImpersonationRole answered without a token.')
    return { token, seconds }
  }
}

const passing = new Set([
  'ThrottlingException',
  'ServiceUnavailableException',
  'InternalServerException',
  'TooManyRequestsException',
])

function failureOf(error: unknown, role: string): unknown {
  if (error instanceof AdminUnreachable)
    return new SourceFailure('transient', 'unreachable', error.message, { cause: error })
  if (!(error instanceof AdminFault)) return error
  const { type, message } = error
  if (passing.has(type)) return new SourceFailure('throttled', type, message, { cause: error })
  const remedy =
    type === 'ResourceNotFoundException' || type === 'EntityNotFoundException'
      ? `aws workmail list-impersonation-roles shows the roles that there are; ${role} is none of them.`
      : 'The access key needs the right workmail:AssumeImpersonationRole.'
  return new SourceFailure('refused', type, `${message} ${remedy}`, { cause: error })
}
