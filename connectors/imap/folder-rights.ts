import { rightsOfWords } from '#src/domain/directory/folder-permission.ts'
import type { SourceFolderGrant } from '#src/domain/migration/source.ts'
import type { AclEntry } from '#src/wire/imap/acl.ts'

/** Rights of others on a folder (RFC 4314 §2.1) as Exchange says them; negative rights and the owner's own are left out. */
export function grantsOf(folder: string, entries: readonly AclEntry[], owner: string): SourceFolderGrant[] {
  return entries.flatMap(({ identifier, rights }) => {
    if (
      identifier.startsWith('-') ||
      identifier.toLowerCase() === owner.toLowerCase() ||
      identifier === 'owner'
    )
      return []
    const has = (...some: string[]) => some.some((right) => rights.includes(right))
    if (!has('l', 'r')) return []
    return [
      {
        folder,
        grantee: identifier === 'anyone' ? 'Default' : identifier,
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
