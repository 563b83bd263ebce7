import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isDamage } from './damage.ts'
import { BadHeader, type HeaderFault } from './pst-format.ts'

/** Why a PST file cannot be read, for people, and what helps. */
export type FileFault = { code: 'no-file' | 'bad-file'; found: string; remedy: string }

export const repair = 'Repair it with SCANPST.EXE of Outlook, or export it anew.'

const ofHeader: Readonly<Record<HeaderFault, (name: string) => Omit<FileFault, 'code'>>> = {
  'no-pst': (name) => ({
    found: `${name} is no PST or OST file.`,
    remedy:
      'Put the file there that Outlook exported, whole and not packed (no ZIP); SCANPST.EXE of Outlook repairs one that is damaged.',
  }),
  version: (name) => ({
    found: `${name} is of a version of the format that is not known.`,
    remedy: repair,
  }),
  encrypted: (name) => ({
    found: `${name} is encrypted by Windows (EDP), and its key is with its owner alone.`,
    remedy: 'Have its owner open it in Outlook and export it anew, without that protection.',
  }),
}

export function faultOfFile(error: unknown, path: string): FileFault {
  const name = basename(path)
  const code = (error as NodeJS.ErrnoException | null)?.code
  const folder = dirname(path)
  if (code === 'ENOENT' && !existsSync(folder))
    return {
      code: 'no-file',
      found: `There is no folder ${folder}.`,
      remedy: 'Make it and put the files there, or name theirs: "landbridge migrate source --url".',
    }
  if (code === 'ENOENT')
    return {
      code: 'no-file',
      found: `There is no ${name} in the folder ${folder}.`,
      remedy: 'Put it there.',
    }
  if (code === 'EACCES' || code === 'EPERM')
    return {
      code: 'bad-file',
      found: `${name} may not be read by the user of the service.`,
      remedy: `Give that user the right: chmod o+r "${name}" in ${folder}, and o+x for the folders above it.`,
    }
  if (code === 'EISDIR')
    return { code: 'bad-file', found: `${name} is a folder.`, remedy: 'Put the file itself there.' }
  if (error instanceof BadHeader) return { code: 'bad-file', ...ofHeader[error.fault](name) }
  const said = isDamage(error) ? `is damaged: ${error.message}` : `cannot be read: ${error}`
  return { code: 'bad-file', found: `${name} ${said.replace(/\.?$/, '.')}`, remedy: repair }
}
