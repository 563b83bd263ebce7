import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { companyFiles } from '../company.ts'
import { ROUTING_DOMAIN } from '../scene.ts'
import type { CompanyDirectory } from './company-directory.ts'

/** What a mail user has no more: its mailbox. */
const ofMailbox =
  /^(?:homeMDB|msExchMailboxGuid|msExchRecipientTypeDetails|msExchRecipientDisplayType|msExchDelegateListLink)::? /

/** A file as ldifde writes it, in the place of a directory: exported anew whenever something changed. */
export function ldifDirectory(file: string): CompanyDirectory {
  return {
    name: `the LDIF file ${file}`,
    connection: { args: ['--ldif', file], stdin: '' },
    keepsPasswords: false,
    fill: () => copyFile(companyFiles.directory, file),
    async makeMailUsers(aliases) {
      const moved = new Set(aliases)
      const entries = (await readFile(file, 'utf8')).split(/\n\n+/)
      const changed = entries.map((entry) => {
        const alias = /^mailNickname: (.+)$/m.exec(entry)?.[1]
        return alias !== undefined && moved.has(alias) ? mailUser(entry, alias) : entry
      })
      await writeFile(file, changed.join('\n\n'))
    },
    async close() {},
  }
}

function mailUser(entry: string, alias: string): string {
  const kept = entry.split('\n').filter((line) => !ofMailbox.test(line))
  const routed = `${alias}@${ROUTING_DOMAIN}`
  return [
    ...kept,
    'msExchRecipientTypeDetails: 128',
    'msExchRecipientDisplayType: 6',
    `targetAddress: SMTP:${routed}`,
    `proxyAddresses: smtp:${routed}`,
  ].join('\n')
}
