import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import { OpenSources } from '#src/domain/migration/engine/pace/open-sources.ts'
import type { Project, ProjectId, SourceConfig } from '#src/domain/migration/engine/project/project.ts'
import { usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { oldExchange } from '#test/support/migration-site.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

/** Sources of projects by the name of each, as they are configured now. */
function sources() {
  const configs = new Map<string, SourceConfig>()
  const migration = {
    getSourceLogin: async (_organization: OrganizationId, project: ProjectId) => ({
      config: configs.get(project)!,
      secret: 'password',
    }),
  }
  const source = new ScriptedSource()
  const open = new OpenSources({
    store: { migration } as never,
    clock: new ManualClock(),
    openSource: async () => source,
  })
  return {
    open,
    async budget(organization: string, name: string, config: Partial<SourceConfig> = {}) {
      const known = configs.get(name) ?? oldExchange
      configs.set(name, { ...known, ...config, changedAt: known.changedAt + 1 })
      const project = { organization, id: name, settings: usualSettings } as unknown as Project
      return (await open.open(project, 'old')).budget
    },
  }
}

test('projects share the budget of a server where they ask with one account', async () => {
  const site = sources()
  const first = await site.budget('one', 'move')
  assert.equal(await site.budget('one', 'archive'), first)
  assert.deepEqual(site.open.budgets(), [{ budget: first, projects: ['move', 'archive'] }])
})

test('an account that is refused is no trouble of another one, or of another organisation', async () => {
  const site = sources()
  const right = await site.budget('one', 'move')
  const wrong = await site.budget('one', 'archive', { user: 'typo' })
  const theirs = await site.budget('two', 'theirs', { user: 'typo' })
  for (let attempt = 0; attempt < 2; attempt++) {
    const ended = await wrong.signIn.turn(AbortSignal.timeout(5_000))
    wrong.restUnsigned('The credentials of typo are refused.')
    ended()
    right.succeeded()
  }
  assert.equal(right.trouble, undefined)
  assert.equal(theirs.trouble, undefined)
  assert.equal(wrong.signIn.refusals, 2)
  assert.match(wrong.trouble!.message, /once a day/)
})

test('a source that asks with another account is told apart from what it asked with before', async () => {
  const site = sources()
  const before = await site.budget('one', 'move', { user: 'typo' })
  before.restUnsigned('The credentials of typo are refused.')
  const now = await site.budget('one', 'move', { user: 'svc' })
  assert.notEqual(now, before)
  assert.deepEqual(site.open.budgets(), [{ budget: now, projects: ['move'] }])
})

test('a source that is somewhere else by now is told of no more, one with another password is', async () => {
  const site = sources()
  const budget = await site.budget('one', 'move')
  const of = { organization: 'one', id: 'move' } as unknown as Project
  site.open.noteConfigs(of, [{ ...oldExchange, changedAt: 5 }])
  assert.deepEqual(site.open.budgets(), [{ budget, projects: ['move'] }])
  site.open.noteConfigs(of, [{ ...oldExchange, url: 'https://new.example', changedAt: 6 }])
  assert.deepEqual(site.open.budgets(), [])
})
