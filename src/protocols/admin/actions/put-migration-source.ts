import { z } from 'zod'
import { sourceKinds } from '#src/domain/migration/engine/project.ts'
import { putSource } from '#src/domain/migration/engine/steer-project.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { onProject, sourceName, steeringOf } from '../migration-members.ts'

/** Reached by HTTPS, so that addresses of private networks can be told from others. */
const overHttps: ReadonlySet<string> = new Set(['exchange', 'workmail'])

/** Ours: where mailboxes come from, in place of a source of that name. Its secret is kept sealed and told to nobody. */
export const putMigrationSource = defineAction({
  name: 'PutMigrationSource',
  input: z.object({
    ...onProject,
    Name: sourceName,
    Kind: z.enum(sourceKinds),
    Url: z.string().min(1).max(4_096),
    User: z.string().min(1).max(256).optional(),
    Secret: z.string().min(1).max(4_096).optional(),
    Options: z.record(z.string().regex(/^[a-z]{1,32}$/), z.string().max(4_096)).optional(),
    /** PEM. */
    Authorities: z.string().max(262_144).optional(),
    MinTlsVersion: z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']).optional(),
  }),
  run: async (context, input) => {
    const { Kind, Url } = input
    const isLocal = context.caller.kind === 'local'
    // Whoever names a file or any server has the service go there: only who may open the data folder may do that.
    if (!isLocal && !overHttps.has(Kind))
      throw new Refusal(
        'not-allowed',
        `A source of kind ${Kind} can be named on the machine of the service only.`,
      )
    const protocols: Readonly<Record<string, readonly string[]>> = {
      exchange: ['https:'],
      workmail: ['https:'],
      imap: ['imaps:', 'imap:'],
    }
    const allowed = protocols[Kind]
    if (allowed !== undefined && !allowed.includes(URL.parse(Url)?.protocol ?? ''))
      throw new Refusal(
        'invalid-parameter',
        `"${Url}" is no address that begins with ${allowed.map((each) => `${each}//`).join(' or ')}.`,
      )
    await putSource(await steeringOf(context, input), {
      config: {
        id: input.Name,
        kind: Kind,
        url: Url,
        user: input.User ?? null,
        options: input.Options ?? {},
        tls: {
          ...(input.Authorities !== undefined && { authorities: input.Authorities }),
          ...(input.MinTlsVersion !== undefined && { minVersion: input.MinTlsVersion }),
        },
        anywhere: isLocal,
        changedAt: 0,
      },
      secret: input.Secret ?? null,
    })
    return {}
  },
})
