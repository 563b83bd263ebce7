/** Faults of PST files and of data folders of another Landbridge. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockDataFolder } from '#src/store/lock.ts'
import { ANNA, fault, type Planted, type Stand } from '#test/support/planted-faults.ts'

const file = (stand: Stand) => join(stand.folder, `${ANNA}.pst`)
const spoilt =
  (change: (octets: Buffer) => Buffer | undefined) =>
  async (stand: Stand): Promise<void> => {
    const octets = await readFile(file(stand))
    await writeFile(file(stand), change(octets) ?? octets)
  }

export const faultsOfFiles: readonly Planted[] = [
  fault(
    'a file that is encrypted',
    ['pst'],
    spoilt((octets) => {
      octets[513] = 0x10
      return octets
    }),
    ['failed', 'file', /pst is encrypted/, /Have its owner open it in Outlook/],
  ),
  fault(
    'a file of an unknown version',
    ['pst'],
    spoilt((octets) => void octets.writeUInt16LE(3, 10)),
    ['failed', 'file', /version of the format that is not known/, /SCANPST/],
  ),
  fault(
    'a file that was cut off',
    ['pst'],
    spoilt((octets) => octets.subarray(0, 200_000)),
    ['failed', 'file', /pst is damaged: /, /SCANPST/],
  ),
  fault(
    'something else than a PST file',
    ['pst'],
    spoilt(() => Buffer.from('PK')),
    ['failed', 'file', /is no PST or OST file/, /not packed/],
  ),
  fault(
    'a folder in place of a file',
    ['pst'],
    async (stand) => {
      await rm(file(stand))
      await mkdir(file(stand))
    },
    ['failed', 'file', /pst is a folder/, /Put the file itself there/],
  ),
  fault(
    'a folder that is not there',
    ['pst', 'landbridge'],
    (stand) => {
      stand.config.url = join(stand.folder, 'gone')
    },
    ['failed', 'file|source old', /^There is no folder .*gone\./, /migrate source|Mend the source/],
  ),
  fault(
    'an organisation that is not there',
    ['landbridge'],
    (stand) => {
      stand.config.options = { organization: 'nobody' }
    },
    ['failed', 'source old', /There is no organisation "nobody" in /, /Mend the source/],
  ),
  fault(
    'a data folder that is in use',
    ['landbridge'],
    (stand, t) => {
      const lock = lockDataFolder(stand.folder)
      t.after(() => lock.release())
    },
    ['failed', 'source old', /is in use by this very service/, /Mend the source/],
  ),
  fault(
    'a data folder without its keys',
    ['landbridge'],
    (stand) => rm(join(stand.folder, 'keys'), { recursive: true }),
    ['failed', 'directory', /keys is not there\. Restore it from a backup\./, /with its own keys/],
  ),
]
