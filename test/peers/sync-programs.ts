/** Programs that keep a mailbox and a folder of files in step, and how they are told to. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { encodeModifiedUtf7 } from '#src/wire/imap/modified-utf7.ts'
import type { ImapPlace } from '#test/support/imap-places.ts'
import { Maildir } from '#test/support/maildir.ts'
import { command, peer } from '#test/support/peers.ts'

export const mbsync = peer('mbsync', command('mbsync'), 'apt-get install isync')
export const offlineimap = peer('offlineimap', command('offlineimap'), 'apt-get install offlineimap3')

const run = promisify(execFile)

export type SyncProgram = {
  /** One synchronisation of everything, both ways. */
  sync(): Promise<void>
  /** Where it keeps the folder of this name, levels parted by `/`. */
  local(name: string): Maildir
}

export type Account = { place: ImapPlace; login: string; folder: string }

const timeoutMs = 600_000

export async function withMbsync({ place, login, folder }: Account): Promise<SyncProgram> {
  const mail = join(folder, 'mail')
  await mkdir(mail, { recursive: true })
  const lines = [
    'IMAPStore far',
    'Host localhost',
    `Port ${place.port}`,
    `User ${login}`,
    `Pass ${place.password}`,
    'SSLType IMAPS',
    `CertificateFile ${place.ca}`,
    '',
    'MaildirStore near',
    `Path ${mail}/`,
    `Inbox ${mail}/INBOX`,
    'SubFolders Verbatim',
    '',
    'Channel all',
    'Far :far:',
    'Near :near:',
    'Patterns *',
    'Create Both',
    'Expunge Both',
    'Sync All',
    'SyncState *',
    '',
  ]
  const file = join(folder, 'mbsyncrc')
  await writeFile(file, lines.join('\n'), { mode: 0o600 })
  return {
    async sync() {
      await run(mbsync.found, ['-c', file, '-q', 'all'], { timeout: timeoutMs })
    },
    local: (name) => new Maildir(join(mail, encodeModifiedUtf7(name))),
  }
}

export async function withOfflineimap({ place, login, folder }: Account): Promise<SyncProgram> {
  const mail = join(folder, 'mail')
  await mkdir(mail, { recursive: true })
  const lines = [
    '[general]',
    'accounts = all',
    `metadata = ${join(folder, 'state')}`,
    'fsync = false',
    '[Account all]',
    'localrepository = near',
    'remoterepository = far',
    '[Repository near]',
    'type = Maildir',
    `localfolders = ${mail}`,
    '[Repository far]',
    'type = IMAP',
    'remotehost = localhost',
    `remoteport = ${place.port}`,
    `remoteuser = ${login}`,
    `remotepass = ${place.password}`,
    'ssl = yes',
    `sslcacertfile = ${place.ca}`,
    'maxconnections = 2',
    '',
  ]
  const file = join(folder, 'offlineimaprc')
  await writeFile(file, lines.join('\n'), { mode: 0o600 })
  const env = { PATH: process.env.PATH, HOME: folder }
  return {
    async sync() {
      await run(offlineimap.found, ['-c', file, '-o', '-u', 'quiet'], { timeout: timeoutMs, env })
    },
    local: (name) => new Maildir(join(mail, encodeModifiedUtf7(name).replaceAll('/', '.'))),
  }
}
