import type { Migration } from '../driver/driver.ts'

/** In which form an object of a directory elsewhere came last, so that one that comes in the same form is not looked into again. */
export const sourceForms: Migration = {
  number: 22,
  name: 'source-forms',
  up: ({ blob }) => [
    `ALTER TABLE source_object ADD COLUMN form_key ${blob}`,
    `ALTER TABLE source_staged ADD COLUMN form_key ${blob}`,
  ],
}
