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
import { DataLocked } from '#src/store/lock.ts'
import { NoData } from './connect.ts'
import { exitCodes } from './exit-codes.ts'

const laterTypes = ['ThrottlingException', 'ServiceUnavailableException']

/** The sentence and the exit code for an error that ends a command; undefined for one of our own making. */
export function knownFailure(error: unknown): { sentence: string; exitCode: number } | undefined {
  const trouble = diskTrouble(error as NodeJS.ErrnoException)
  if (trouble !== undefined) return { sentence: trouble, exitCode: exitCodes.unavailable }
  const exitCode = codeOf(error)
  return exitCode === undefined ? undefined : { sentence: (error as Error).message, exitCode }
}

function codeOf(error: unknown): number | undefined {
  if (error instanceof AdminFault) {
    if (error.type === 'InternalFailure') return exitCodes.ourFault
    return laterTypes.includes(error.type) ? exitCodes.tryLater : exitCodes.refused
  }
  if (error instanceof ConfigFault) return exitCodes.configuration
  if (error instanceof DataLocked) return exitCodes.tryLater
  if (error instanceof NoData) return exitCodes.noData
  if (error instanceof AdminUnreachable || error instanceof ListenFault) return exitCodes.unavailable
  if (error instanceof CertificateFault) return exitCodes.configuration
  if (error instanceof KeyUnavailable) return exitCodes.unavailable
  if (error instanceof Refusal) return exitCodes.refused
  return undefined
}

const diskReasons: Record<string, string> = {
  EACCES: 'this user may not; give it the right, or run as the user the data belongs to',
  EPERM: 'this user may not; give it the right, or run as the user the data belongs to',
  EROFS: 'the disk can only be read; mount it for writing',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the disk quota of this user is used up; make room',
  ENOTDIR: 'part of the path is a file, not a folder; name another folder',
}

/** Trouble with files is the machine's, not ours. */
function diskTrouble({ code, path }: NodeJS.ErrnoException): string | undefined {
  const reason = code === undefined ? undefined : diskReasons[code]
  return reason === undefined || path === undefined ? undefined : `${path} cannot be used: ${reason}.`
}

/** Writes what is known of an error of ours to a file of its own, for a report. */
export function reportUnexpected(error: unknown): { reference: string; file: string } {
  const reference = randomUUID()
  const file = join(tmpdir(), `landbridge-${reference}.log`)
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  writeFileSync(file, `${new Date().toISOString()} ${reference}\n${text}\n`, { mode: 0o600, flag: 'wx' })
  return { reference, file }
}
