import { z } from 'zod'
import { type SourceLogin, sourceKinds } from '#src/domain/migration/engine/project/project.ts'
import { missingOf, requireSource } from '#src/domain/migration/engine/project/source-config.ts'
import { putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { onProject, sourceName, steeringOf } from '../migration-members.ts'

/** Reached by HTTPS, so that addresses of private networks can be told from others. */
const overHttps: ReadonlySet<string> = new Set(['exchange', 'workmail'])

/** Ours: where mailboxes come from, in place of a source of that name. Its secret is kept sealed and told to nobody. */
export const putMigrationSource = defineAction({
  name: 'PutMigrationSource',
  input: z.object({
    ...onProject,
    Name: sourceName,
    /** Without one it is as it was, or exchange. */
    Kind: z.enum(sourceKinds).optional(),
    /** Without one only the rest of a source that is there is changed. */
    Url: z.string().min(1).max(4_096).optional(),
    User: z.string().min(1).max(256).optional(),
    Secret: z.string().min(1).max(4_096).optional(),
    /** With a Url all of them, without one those that change. */
    Options: z.record(z.string().regex(/^[a-z]{1,32}$/), z.string().max(4_096)).optional(),
    /** PEM. */
    Authorities: z.string().max(262_144).optional(),
    MinTlsVersion: z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']).optional(),
  }),
  run: async (context, input) => {
    const isLocal = context.caller.kind === 'local'
    const steering = await steeringOf(context, input)
    const { organization, project } = steering
    const sources = await context.store.migration.listSources(organization, project)
    const known = input.Url === undefined ? sources.find(({ id }) => id === input.Name) : undefined
    if (input.Url === undefined && known === undefined)
      throw new Refusal(
        'invalid-parameter',
        `There is no source "${input.Name}" yet. Say where its mailboxes are with --url.`,
      )
    const kind = input.Kind ?? known?.kind ?? 'exchange'
    const url = input.Url ?? known!.url
    if (known !== undefined && known.kind !== kind)
      throw new Refusal(
        'invalid-parameter',
        `Source "${known.id}" is of kind ${known.kind}. For another kind give --url too.`,
      )
    // Whoever names a file or any server has the service go there: only who may open the data folder may do that.
    if (!isLocal && (!overHttps.has(kind) || known?.anywhere))
      throw new Refusal(
        'not-allowed',
        known?.anywhere
          ? `Source "${known.id}" was named on the machine of the service, and is changed there only.`
          : `A source of kind ${kind} can be named on the machine of the service only.`,
      )
    const options = { ...known?.options, ...input.Options }
    requireSource({ kind, url, options })
    if (!overHttps.has(kind) && kind !== 'imap') await context.migration.requireFolder(url)
    const kept = known && (await context.store.migration.getSourceLogin(organization, project, known.id))
    const login: SourceLogin = {
      config: {
        id: input.Name,
        kind,
        url,
        user: input.User ?? known?.user ?? null,
        options,
        tls: {
          ...known?.tls,
          ...(input.Authorities !== undefined && { authorities: input.Authorities }),
          ...(input.MinTlsVersion !== undefined && { minVersion: input.MinTlsVersion }),
        },
        anywhere: isLocal,
        changedAt: 0,
      },
      secret: input.Secret ?? kept?.secret ?? null,
    }
    const { dropped, changed } = await putSource(steering, login)
    const missing = missingOf(login)
    const note = options.logins && (await context.migration.loginsFault?.(options.logins))
    return present({
      Note: note || undefined,
      Dropped: dropped.length === 0 ? undefined : dropped,
      Missing: missing.length === 0 ? undefined : missing,
      Unchanged: changed ? undefined : true,
    })
  },
})
