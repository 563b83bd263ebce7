import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { Session } from '../session.ts'
import { availabilityReads } from './availability.ts'
import { credentialReads } from './credentials.ts'
import { domainReads } from './domains.ts'
import { entryReads } from './entries.ts'
import { permissionReads } from './permissions.ts'
import { relationReads } from './relations.ts'
import { settingsReads } from './settings.ts'

/** All that is read of one, each with the organisation in `org`. */
export const DIRECTORY_TABLES: readonly string[] = [
  'directory_state',
  'directory_entry',
  'directory_gone',
  'directory_address',
  'directory_attachment',
  'directory_member',
  'directory_permission',
  'resource_delegate',
  'folder_permission',
  'mail_domain',
  'directory_credential',
  'access_token',
  'availability',
]

/** Reads directories, of what is committed or of a transaction. */
export function directoryReader(session: Session): DirectoryReader {
  return {
    ...settingsReads(session),
    ...entryReads(session),
    ...relationReads(session),
    ...permissionReads(session),
    ...domainReads(session),
    ...credentialReads(session),
    ...availabilityReads(session),
  }
}
