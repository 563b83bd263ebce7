import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { ConfigFault } from '#src/config/config-fault.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { ListenFault } from '#src/platform/listeners/listener.ts'
import { CertificateFault } from '#src/platform/tls/certificate-source.ts'
import { sqliteTrouble } from '#src/store/driver/sqlite-trouble.ts'
import { DataLocked, FolderOpenToOthers } from '#src/store/lock.ts'
import { NoData } from './connect.ts'
import { DataIncomplete } from './data-folder.ts'
import { DemoFault } from './demo/demo-fault.ts'
import { diskTrouble } from './disk-trouble.ts'
import { exitCodes } from './exit-codes.ts'
import { OutputFailed } from './output-failed.ts'
import { StopOverdue } from './stop-in-time.ts'

const laterTypes = ['ThrottlingException', 'ServiceUnavailableException']

/** The sentence and the exit code for an error that ends a command; undefined for one of our own making. */
export function knownFailure(error: unknown): { sentence: string; exitCode: number } | undefined {
  const inWords = sqliteTrouble(error)
  if (inWords instanceof Refusal) return { sentence: inWords.message, exitCode: codeOf(inWords)! }
  if (error instanceof OutputFailed) return { sentence: error.message, exitCode: exitCodes.outputFailed }
  const trouble = diskTrouble(error)
  if (trouble !== undefined) return { sentence: trouble, exitCode: exitCodes.unavailable }
  const exitCode = codeOf(error)
  return exitCode === undefined ? undefined : { sentence: (error as Error).message, exitCode }
}

function codeOf(error: unknown): number | undefined {
  if (error instanceof AdminFault) {
    if (error.type === 'InternalFailure') return exitCodes.ourFault
    if (error.type === 'InvalidParameterException') return exitCodes.usage
    return laterTypes.includes(error.type) ? exitCodes.tryLater : exitCodes.refused
  }
  if (error instanceof ConfigFault) return exitCodes.configuration
  if (error instanceof DataLocked) return exitCodes.tryLater
  if (error instanceof NoData || error instanceof DataIncomplete) return exitCodes.noData
  if (error instanceof FolderOpenToOthers) return exitCodes.configuration
  if (error instanceof AdminUnreachable || error instanceof ListenFault) return exitCodes.unavailable
  if (error instanceof CertificateFault) return exitCodes.configuration
  if (error instanceof DemoFault) return exitCodes.refused
  if (error instanceof StopOverdue) return exitCodes.ourFault
  if (error instanceof KeyUnavailable) return exitCodes.unavailable
  if (error instanceof Refusal) return error.reason === 'try-later' ? exitCodes.tryLater : exitCodes.refused
  return undefined
}

/** Writes what is known of an error of ours to a file of its own, for a report. `file` is null, and `text` is all, where it cannot. */
export function reportUnexpected(error: unknown): { reference: string; file: string | null; text: string } {
  const reference = randomUUID()
  const file = join(tmpdir(), `landbridge-${reference}.log`)
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  try {
    writeFileSync(file, `${new Date().toISOString()} ${reference}\n${text}\n`, { mode: 0o600, flag: 'wx' })
    return { reference, file, text }
  } catch {
    // The temporary folder may be on the disk that is full.
    return { reference, file: null, text }
  }
}
