import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder with mode 0700, and those above it that are missing. One level at a time, because Node 26.10 spins
 * for ever in a recursive mkdir where the parent takes no folder (below /proc, for one). Throws what the
 * system says, with the path it says it of; EEXIST or ENOTDIR where something else has the name.
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  let above = path
  for (let is = statOf(above); is === undefined; is = statOf(above)) {
    missing.unshift(above)
    if (dirname(above) === above) break
    above = dirname(above)
  }
  if (missing.length === 0 && statOf(path)?.isDirectory() === false) {
    const error = new Error(`ENOTDIR: not a directory, mkdir '${path}'`)
    throw Object.assign(error, { code: 'ENOTDIR', path, syscall: 'mkdir' })
  }
  for (const each of missing) {
    try {
      mkdirSync(each, { mode: 0o700 })
    } catch (error) {
      // Somebody else may have made it in between.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || statOf(each)?.isDirectory() !== true)
        throw error
    }
  }
}

/** Undefined for what is not there, and for a link that leads nowhere. */
function statOf(path: string) {
  try {
    return statSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
