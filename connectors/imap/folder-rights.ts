import { isSameName } from '#src/base/same-name.ts'
import { rightsOfWords } from '#src/domain/directory/folder-permission.ts'
import type { SourceFolderGrant } from '#src/domain/migration/source.ts'
import type { AclEntry } from '#src/wire/imap/acl.ts'

/** Rights of others on a folder (RFC 4314 §2.1) as Exchange says them; negative rights and the owner's own are left out. */
export function grantsOf(folder: string, entries: readonly AclEntry[], owner: string): SourceFolderGrant[] {
  const nameOf = namesIn(entries, owner)
  return entries.flatMap(({ identifier, rights }) => {
    const grantee = nameOf(identifier)
    if (identifier.startsWith('-') || identifier === 'owner' || isSameName(grantee, owner)) return []
    // Of Courier: those whom it lets administer everything.
    if (identifier === 'administrators') return []
    const has = (...some: string[]) => some.some((right) => rights.includes(right))
    if (!has('l', 'r')) return []
    return [
      {
        folder,
        grantee: identifier === 'anyone' ? 'Default' : grantee,
        role: 'Custom',
        rights: rightsOfWords({
          IsFolderVisible: has('l'),
          ReadItems: has('r') ? 'FullDetails' : 'None',
          CanCreateItems: has('i', 'p'),
          CanCreateSubFolders: has('k', 'c'),
          EditItems: has('w', 's') ? 'All' : 'None',
          DeleteItems: has('t', 'e', 'd') ? 'All' : 'None',
          IsFolderOwner: has('a'),
          IsFolderContact: false,
        }),
      },
    ]
  })
}

/**
 * Addresses of identifiers: Courier says `user=` before them. Cyrus leaves its own domain (defaultdomain) out, which shows where the owner
 * stands without one.
 */
function namesIn(entries: readonly AclEntry[], owner: string): (identifier: string) => string {
  const at = owner.lastIndexOf('@')
  const plain = (identifier: string) => identifier.replace(/^user=/, '')
  const isNamed = (name: string) => entries.some(({ identifier }) => isSameName(plain(identifier), name))
  const isBare = at > 0 && !isNamed(owner) && isNamed(owner.slice(0, at))
  return (identifier) => {
    const name = plain(identifier)
    return isBare && /^[^@=$#]+$/.test(name) && name !== 'anyone' ? name + owner.slice(at) : name
  }
}
