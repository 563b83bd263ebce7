import type { DirectoryWriter } from '#src/domain/directory/store.ts'
import type { Session } from '../session.ts'
import { availabilityWrites } from './availability.ts'
import { credentialWrites } from './credentials.ts'
import { domainWrites } from './domains.ts'
import { entryWrites } from './entry-writes.ts'
import { directoryReader } from './reader.ts'
import { relationWrites } from './relation-writes.ts'
import { settingsWrites } from './settings.ts'

/** Reads and writes directories inside one transaction. */
export function directoryWriter(session: Session): DirectoryWriter {
  return {
    ...directoryReader(session),
    ...settingsWrites(session),
    ...entryWrites(session),
    ...relationWrites(session),
    ...domainWrites(session),
    ...credentialWrites(session),
    ...availabilityWrites(session),
  }
}
