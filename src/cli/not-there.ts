import { AdminFault } from '#src/clients/admin/admin-client.ts'

/** What a command names is not there: the same as where the service says it (exit code 1). */
export const notThere = (sentence: string, type = 'ResourceNotFoundException'): AdminFault =>
  new AdminFault(type, sentence, '')

export const noOrganization = (sentence: string): AdminFault =>
  notThere(sentence, 'OrganizationNotFoundException')
