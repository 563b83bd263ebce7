import { createHash } from 'node:crypto'
import type { Loss, SourceAttachment } from './source.ts'
import { SourceFailure } from './source-failure.ts'

/** A file with its octets as the source counts them, which need not be those of its content, and its id there. */
export type CountedFile = { file: SourceAttachment; octets: number; id: string | null }
export type FilesOfOccurrence = { recurrenceId: string; files: readonly CountedFile[] }

/**
 * The files that single occurrences have beside those of their series. Sources put copies of the files of a series into each changed
 * occurrence, under ids of their own: one that says the same of itself and has the same content id or octets is that of the series.
 * Octets are read of those alone of which everything else is the same. Where copies are told, a file that an occurrence is without
 * was taken away there and is named, since files of a series are on all of it here. Rejects with SourceFailure.
 */
export async function filesOfOccurrences(
  series: readonly CountedFile[],
  occurrences: readonly FilesOfOccurrence[],
  losses: Loss[],
  signal: AbortSignal,
): Promise<SourceAttachment[]> {
  const digests = new Map<CountedFile, string>()
  const digest = async (one: CountedFile): Promise<string> => {
    const known = digests.get(one)
    if (known !== undefined) return known
    const hash = createHash('sha256')
    for await (const piece of one.file.open(signal)) hash.update(piece)
    const made = hash.digest('hex')
    digests.set(one, made)
    return made
  }
  const isCopy = async (one: CountedFile, of: CountedFile): Promise<boolean> => {
    if (one.id !== null && one.id === of.id) return true
    if (!looksAlike(one, of)) return false
    if (one.file.contentId !== null) return true
    try {
      return (await digest(one)) === (await digest(of))
    } catch (error) {
      // What cannot be read is told where it is written.
      if (error instanceof SourceFailure && error.kind === 'item-permanent') return false
      throw error
    }
  }
  const own: SourceAttachment[] = []
  const without: { recurrenceId: string; files: CountedFile[] }[] = []
  for (const { recurrenceId, files } of occurrences) {
    const rest = [...series]
    for (const one of files) {
      let at = 0
      while (at < rest.length && !(await isCopy(one, rest[at]!))) at++
      if (at < rest.length) rest.splice(at, 1)
      else own.push(one.file)
      digests.delete(one)
    }
    without.push({ recurrenceId, files: rest })
  }
  if (without.some(({ files }) => files.length < series.length))
    for (const { recurrenceId, files } of without)
      for (const { file } of files)
        losses.push({
          property: `attachment "${file.name}"`,
          reason: `it was taken away from the occurrence ${recurrenceId} alone; the whole series has it here`,
          weight: 'visible',
        })
  return own
}

const looksAlike = (one: CountedFile, other: CountedFile): boolean =>
  one.octets === other.octets &&
  one.file.name === other.file.name &&
  one.file.type === other.file.type &&
  one.file.contentId === other.file.contentId
