import type { IntakeDeps } from './intake-deps.ts'

/** As many as a message has recipients (LIM-11). */
const MOST_KEPT = 500

/** Whose a domain is, is asked at several steps of one transaction: they get the same answer, and it costs one read. */
export function rememberingOwners(deps: IntakeDeps): IntakeDeps {
  const { directory } = deps.store
  const owners = new Map<string, ReturnType<typeof directory.findDomainOwner>>()
  const findDomainOwner: typeof directory.findDomainOwner = (name) => {
    const known = owners.get(name)
    if (known !== undefined) return known
    const found = directory.findDomainOwner(name)
    if (owners.size < MOST_KEPT) owners.set(name, found)
    return found
  }
  const remembering: typeof directory = Object.assign(Object.create(directory), { findDomainOwner })
  return { ...deps, store: Object.assign(Object.create(deps.store), { directory: remembering }) }
}
