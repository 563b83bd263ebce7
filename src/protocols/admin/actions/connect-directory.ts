import { z } from 'zod'
import { connectDirectory as connect } from '#src/domain/directory-sync/connect.ts'
import type { DirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

const domain = z.object({
  Name: z.string().min(1).max(255),
  Controllers: z.array(z.string().min(1).max(260)).max(32).optional(),
  Base: z.string().min(1).max(1024).optional(),
  NetBiosName: z.string().min(1).max(15).optional(),
})

const activeDirectory = z.object({
  Domains: z.array(domain).min(1).max(50),
  Security: z.enum(['ldaps', 'starttls']).optional(),
  CertificateName: z.string().min(1).max(255).optional(),
  /** PEM. */
  Authorities: z.string().max(262_144).optional(),
  BindName: z.string().min(1).max(256),
  Password: z.string().min(1).max(256),
  AddressList: z.string().min(1).max(1024).optional(),
  Changes: z.enum(['usn', 'dirsync']).optional(),
})

/** Ours: where the organisation's address book comes from (GAL-01). The password is kept sealed and told to nobody. */
export const connectDirectory = defineAction({
  name: 'ConnectDirectory',
  input: z.object({
    ...inOrganization,
    ActiveDirectory: activeDirectory.optional(),
    LdifFile: z.string().min(1).max(4096).optional(),
    Accounts: z.boolean().optional(),
  }),
  run: async ({ store, directorySync, caller, now }, input) => {
    // Whoever names a file has the service read it: only who may open the data folder may do that.
    if (input.LdifFile !== undefined && caller.kind !== 'local')
      throw new Refusal('not-allowed', 'An LDIF file can be named on the machine of the service only.')
    const organization = input.OrganizationId
    await connect(store, organization, connectionOf(input), now(), (connection) =>
      directorySync.openSource(organization, connection),
    )
    return {}
  },
})

function connectionOf({
  ActiveDirectory: given,
  LdifFile,
  Accounts,
}: {
  ActiveDirectory?: z.output<typeof activeDirectory> | undefined
  LdifFile?: string | undefined
  Accounts?: boolean | undefined
}): DirectoryConnection {
  if ((given === undefined) === (LdifFile === undefined))
    throw new Refusal('invalid-parameter', 'Give either ActiveDirectory or LdifFile.')
  const accounts = Accounts === true && { accounts: true as const }
  if (given === undefined) return { kind: 'ldif', file: LdifFile!, ...accounts }
  return {
    kind: 'active-directory',
    domains: given.Domains.map(({ Name, Controllers = [], Base = null, NetBiosName }) => ({
      name: Name,
      controllers: Controllers,
      base: Base,
      ...(NetBiosName !== undefined && { netbios: NetBiosName }),
    })),
    security: given.Security ?? 'ldaps',
    certificateName: given.CertificateName ?? null,
    authorities: given.Authorities ?? null,
    bindName: given.BindName,
    password: given.Password,
    ...(given.AddressList !== undefined && { addressList: given.AddressList }),
    ...accounts,
    ...(given.Changes === 'dirsync' && { changes: 'dirsync' as const }),
  }
}
