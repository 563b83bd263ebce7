import type { OrganizationId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatAddrSpec } from '#src/formats/address/addr-spec.ts'
import { originalSender } from '#src/formats/trace-headers/srs.ts'
import { domainOf } from '../directory/address.ts'
import { outwardRoute } from '../gateway/outward-route.ts'
import { findRoute } from '../routing/find-route.ts'
import { type IntakeDeps, routingOf } from './intake-deps.ts'
import { findPostmaster } from './postmaster.ts'
import type { FindReturnPath } from './report.ts'

/** The way of a delivery report to an envelope sender, by the same table as all mail. */
export function returnPaths(deps: IntakeDeps): FindReturnPath {
  const { store, sharedDomain } = deps
  return async (id, sender) => {
    const organization = await store.organizations.get(id)
    const address = await originalOf(deps, id, sender)
    if (address === undefined) return { to: 'nobody' }
    const way = await findRoute(
      routingOf(deps),
      { id, shared: sharedDomain(organization) },
      'submission',
      address,
    )
    switch (way.to) {
      case 'mailbox':
        return way.entry.mailbox === null ? { to: 'nobody' } : { to: 'mailbox', mailbox: way.entry.mailbox }
      case 'postmaster': {
        const entry = await findPostmaster(store.directory, id, deps.postmaster)
        return entry?.mailbox ? { to: 'mailbox', mailbox: entry.mailbox } : { to: 'nobody' }
      }
      case 'members':
        return { to: 'queue', route: { kind: 'local' }, address }
      case 'exchange':
        return { to: 'queue', route: { kind: 'exchange' }, address: way.address }
      case 'internet':
        return {
          to: 'queue',
          route: await outwardRoute(routingOf(deps), id, way.domain),
          address: way.address,
        }
      case 'refused':
        return { to: 'nobody' }
    }
  }
}

/** Who sent what we passed on under a rewritten sender; undefined for one of our form that we did not write. */
async function originalOf(
  { store, keys, now }: IntakeDeps,
  organization: OrganizationId,
  sender: string,
): Promise<string | undefined> {
  const domain = domainOf(sender)
  const owner = await store.directory.findDomainOwner(domain)
  if (owner?.organization !== organization) return sender
  const local = sender.slice(0, sender.lastIndexOf('@'))
  try {
    const original = originalSender(local, { secrets: keys.srsSecrets, domain }, now())
    return original === undefined ? sender : formatAddrSpec(original)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}
