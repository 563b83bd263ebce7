import type { DirectoryPlace } from './directory/active-directory.ts'
import type { SmartHost } from './smart-host.ts'

/** What stands in the place of a part of the Exchange side. Without any: an LDIF file, and no server between the two sides. */
export type Counterpart = {
  /** An Active Directory that the company is put into. */
  directory?: DirectoryPlace | undefined
  smartHost?: SmartHost | undefined
}
