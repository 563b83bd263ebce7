import type { Card } from './card.ts'

/** Somebody in a distribution list: by address, or as another card of the same mailbox. */
export type ListMember = { name?: string; address: string } | { uid: string }

/** A personal distribution list (DIR-16, EWS DistributionList). */
export function distributionList(name: string, members: readonly ListMember[], uid = ''): Card {
  const keys = members.map((one) => ('uid' in one ? cardUri(one.uid) : mailUri(one)))
  return {
    '@type': 'Card',
    version: '1.0',
    uid,
    kind: 'group',
    name: { full: name },
    members: Object.fromEntries(keys.map((key) => [key, true as const])),
  }
}

const cardUri = (uid: string): string => (/^[a-z][a-z0-9+.-]*:/i.test(uid) ? uid : `urn:uuid:${uid}`)
/** The name is kept in the URI as RFC 6068 has it for a header's `to`: `mailto:a@b?cn=Ann`. */
const mailUri = ({ name, address }: { name?: string; address: string }): string =>
  `mailto:${encodeURI(address).replaceAll('?', '%3F')}${name ? `?cn=${encodeURIComponent(name)}` : ''}`

/** Members of a list in their order; those of lists within it are not looked for. */
export function membersOf({ members = {} }: Card): ListMember[] {
  return Object.keys(members).map((key) => {
    const found = /^mailto:([^?]+)(?:\?cn=(.*))?$/i.exec(key)
    if (found === null) return { uid: key.replace(/^urn:uuid:/i, '') }
    const name = found[2] === undefined ? undefined : decodeURIComponentSafely(found[2])
    return { address: decodeURIComponentSafely(found[1]!), ...(name && { name }) }
  })
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
