import { AdminFault } from '#src/clients/admin/admin-client.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import { notThere } from '../not-there.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'

const missing = 'MailDomainNotFoundException'

/** The organisation's mail domains. `AdminFault` for one of `wanted` that is not among them, `UsageFault` for one that can be none. */
export async function ownDomains(
  session: Session,
  wanted: readonly (string | undefined)[],
): Promise<readonly string[]> {
  const names: string[] = []
  for await (const page of session.pagesHere('ListMailDomains', 'MailDomains'))
    names.push(...page.map(({ DomainName }) => String(DomainName)))
  for (const name of wanted) {
    if (name === undefined || names.includes(name.toLowerCase())) continue
    await requireDomainName(session, name)
    throw notThere(`The organisation has no domain "${name}". ${thereAre(names)}`, missing)
  }
  return names
}

/** `UsageFault` for what can be no domain; one that is not there, or not yet, is good. */
export async function requireDomainName(session: Session, name: string): Promise<void> {
  await session.callHere('GetMailDomain', { DomainName: name }).catch((error: unknown) => {
    const type = error instanceof AdminFault ? error.type : undefined
    if (type === 'InvalidParameterException')
      throw new UsageFault(`"${visibleText(name)}" is no name of a domain. Write it as in corp.example.`)
    if (type !== missing) throw error
  })
}

export const thereAre = (names: readonly string[]): string =>
  names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`
