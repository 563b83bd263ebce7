import type { Stats } from 'node:fs'
import { access, constants, readFile, stat } from 'node:fs/promises'
import { noCertificate } from '#src/base/tls-words.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'
import { formatBytes } from './table.ts'
import { UsageFault } from './usage-fault.ts'

/** Refuses, with its name, what cannot be read as a file before anything is begun. */
export async function requireFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await requireFile(file)
}

/** Refuses what is no file. Whether it may be read is for the service to say, which reads it and may be another user. */
export async function requireThere(file: string): Promise<void> {
  await statFile(file).catch((error: unknown) => {
    if (!isForbidden(error)) throw error
  })
}

/** The text of a file of at most so many octets; a `UsageFault` names one that cannot be read. */
export async function readWhole(file: string, mostBytes: number): Promise<string> {
  const sizeBytes = await requireFile(file)
  if (sizeBytes > mostBytes)
    throw new UsageFault(
      `${shown(file)} has ${formatBytes(sizeBytes)}, and what is wanted here never has more than ${formatBytes(mostBytes)}. Name the right file.`,
    )
  return readFile(file, 'utf8')
}

const MOST_CERTIFICATES_BYTES = 262_144

/** Certificates of authorities in PEM form, as `--ca` names a file of them; a `UsageFault` names one that has none. */
export async function readAuthorities(file: string): Promise<string> {
  const authorities = await readWhole(file, MOST_CERTIFICATES_BYTES)
  const fault = noCertificate(authorities)
  if (fault !== undefined) throw new UsageFault(`${shown(file)} ${fault}.`)
  return authorities
}

async function requireFile(file: string): Promise<number> {
  try {
    const { size } = await statFile(file)
    await access(file, constants.R_OK)
    return size
  } catch (error) {
    if (isForbidden(error))
      throw new UsageFault(
        `${shown(file)} may not be read by this user. Give it the right, or copy the file.`,
      )
    throw error
  }
}

async function statFile(file: string): Promise<Stats> {
  if (file === '') throw new UsageFault('The name of a file is empty.')
  const found = await stat(file).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UsageFault(`There is no file ${shown(file)}.`)
    if (code === 'ELOOP')
      throw new UsageFault(
        `${shown(file)} is a link that leads in a circle, where a file is wanted. Name the file itself.`,
      )
    throw code === 'ENAMETOOLONG' ? new UsageFault('The name of a file is too long.') : error
  })
  if (found.isDirectory())
    throw new UsageFault(`${shown(file)} is a folder, where a file is wanted. Name the file in it.`)
  if (!found.isFile())
    throw new UsageFault(`${shown(file)} is no plain file, and files are read more than once. Save it first.`)
  return found
}

const isForbidden = (error: unknown): boolean =>
  ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')

const shown = (file: string): string => visibleText(file)
