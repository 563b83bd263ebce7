import type { Migration } from '../driver/driver.ts'

/** The MAIL FROM domain of a domain (DOM-06) is found by its name when reports come in for it. */
export const mailFrom: Migration = {
  number: 21,
  name: 'mail-from',
  up: () => [
    'ALTER TABLE mail_domain ADD COLUMN mail_from TEXT',
    "CREATE INDEX mail_domain_by_mail_from ON mail_domain (mail_from) WHERE mail_from IS NOT NULL AND ownership = 'VERIFIED'",
  ],
}
