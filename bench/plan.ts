/**
 * How well and how fast the planner groups (migration.md 2.5, issue "Migration", To show 2). Rates depend on the machine;
 * cuts and batches do not.
 *
 *   bin/with-node bench/plan.ts [--mailboxes 1000000] [--cap 1000] [--graph email-Eu-core.txt.gz] [--caps 50,109,250] [--only planted|written|mail|dense]
 *
 * planted: departments of 40 to 400 with teams and hubs, 5 grants a mailbox, 2.5 % of them to anybody. The planted cut is that
 * between departments, which an arrangement of whole departments never exceeds. written: the same with names, as the program plans
 * it: every grant is written to plan.json and the CSV files, and plan.json is read again. mail: a graph of who mails whom, each pair
 * with weight 1, against gpmetis where it is installed. gpmetis does not keep caps: it is asked for as many parts as we use,
 * with the imbalance that just lets the largest part reach the cap, and a run whose largest part exceeds it does not count. dense: the
 * same with a graph of the size of email-Enron, made as uneven as mail is. SNAP's email-Enron was looked for by name among the
 * packages of npm and Debian and not found: who has the file names it, `--only mail --graph email-Enron.txt.gz --caps 250,1000,2000`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { writeReports } from '#src/app/plan-migration.ts'
import { readMovePlan } from '#src/cli/commands/migrate-move-plan.ts'
import { grantRows } from '#src/cli/commands/migrate-plan-grants.ts'
import { cutOf, type Graph, mergeEdges } from '#src/domain/migration/batching/graph.ts'
import { type BatchProblem, type BatchSolution, solve } from '#src/domain/migration/batching/solve.ts'
import { LeftOutList } from '#src/domain/migration/collect-grants.ts'
import { GrantTable } from '#src/domain/migration/grant-table.ts'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'
import { describePlan } from '#src/domain/migration/plan.ts'
import { planProblem } from '#src/domain/migration/problem.ts'
import { heaviestPair } from '#src/domain/migration/right.ts'
import { judge } from '#src/domain/migration/what-if.ts'
import { batchSizes, plainProblem, solved } from '#test/support/batch-problem.ts'
import { mailboxNamed, plainRules } from '#test/support/migration-plan.ts'
import { mailLike } from '#test/support/organisation-graphs.ts'
import { plantedGrants } from '#test/support/planted-grants.ts'
import { parseArgs } from './arguments.ts'

const { values } = parseArgs({
  options: {
    mailboxes: { type: 'string', default: '1000000' },
    cap: { type: 'string', default: '1000' },
    graph: { type: 'string', default: '../shared/data/graphs/email-Eu-core.txt.gz' },
    caps: { type: 'string', default: '50,109,250' },
    only: { type: 'string', default: '' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)

const has = (what: string) => values.only === '' || values.only === what
if (has('planted')) planted(Number(values.mailboxes), Number(values.cap))
if (has('written')) await written(Number(values.mailboxes), Number(values.cap))
if (has('mail')) mail(values.graph, mailGraph(values.graph), values.caps.split(',').map(Number))
if (has('dense')) mail('mail-like, 36,692 people', mailLike(36_692, 230_000, 0.6, 1), [250, 1_000, 2_000])

function planted(mailboxes: number, cap: number): void {
  const { from, to, weight, department } = plantedGrants(mailboxes, 5 * mailboxes, 7)
  say(`${mailboxes} mailboxes, ${from.length} grants, cap ${cap}`)
  let peak = 0
  const look = () => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }
  const begin = performance.now()
  const cpuBegin = process.cpuUsage()
  const graph = mergeEdges(mailboxes, from, to, weight, heaviestPair)
  look()
  const problem = plainProblem(graph, cap)
  const solution = timed(problem, begin, look)
  const seconds = (performance.now() - begin) / 1000
  const cpu = process.cpuUsage(cpuBegin)
  const sizes = batchSizes(solution)
  const cut = cutOf(graph, solution.batchOf)
  const best = cutOf(graph, department)
  const fewest = Math.ceil(mailboxes / cap)
  const { brokenDays } = judge(problem, solution)
  const chance = judge(problem, {
    ...solution,
    batchOf: solution.batchOf.map((_, at) => solution.batchOf[(at * 7_919) % mailboxes]!),
  })
  say(
    `  ${seconds.toFixed(1)} s, ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s of processor time, ${(peak / 2 ** 20).toFixed(0)} MB`,
  )
  say(
    `  cut ${((100 * cut) / weightOf(graph)).toFixed(2)} %, planted ${((100 * best) / weightOf(graph)).toFixed(2)} %: ${(cut / best).toFixed(3)}`,
  )
  say(
    `  batches ${sizes.length}, fewest ${fewest}: ${(sizes.length / fewest).toFixed(3)}; largest ${Math.max(...sizes)}`,
  )
  say(
    `  delegation-days ${brokenDays.toFixed(0)}, by chance ${chance.brokenDays.toFixed(0)}: ${(brokenDays / chance.brokenDays).toFixed(3)}`,
  )
}

/** From grants in columns to files, and back from plan.json to what `migrate create` makes a migration of. */
async function written(mailboxes: number, cap: number): Promise<void> {
  const begin = { clock: performance.now(), cpu: process.cpuUsage() }
  const step = (what: string) => {
    const { user, system } = process.cpuUsage(begin.cpu)
    const seconds = (performance.now() - begin.clock) / 1_000
    say(
      `    ${seconds.toFixed(1).padStart(6)} s  ${((user + system) / 1e6).toFixed(1).padStart(6)} s of processor time  ` +
        `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB now, ${Math.round(process.resourceUsage().maxRSS / 1_024)} MB at most  ${what}`,
    )
  }
  const grants = namedGrants(mailboxes)
  say(`${mailboxes} mailboxes with names, ${grants.count} grants, cap ${cap}`)
  const people = Array.from({ length: mailboxes }, (_, no) => mailboxNamed(nameOf(no)))
  step('grants and mailboxes are in memory')
  const problem = planProblem({
    mailboxes: people,
    identities: new IdentityIndex(),
    grants,
    rules: { ...plainRules, caps: { mailboxes: cap, bytes: null, perServer: {} } },
    today: 20_000,
  })
  step('problem')
  const solution = solved(problem.batches)
  step('solved')
  const plan = describePlan(problem, solution)
  step('described')
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-plan-'))
  try {
    const report = {
      plan,
      leftOut: new LeftOutList(),
      untied: new GrantTable(),
      whatIf: [],
      notes: [],
      sources: [],
    }
    const files = await writeReports({ ...report, madeAt: '2024-10-04' }, folder)
    step('written')
    for (const file of files)
      say(`      ${(statSync(file).size / 2 ** 20).toFixed(1).padStart(8)} MB  ${basename(file)}`)
    const read = await readMovePlan(join(folder, 'plan.json'))
    let count = 0
    for (const _ of grantRows(read.grants!, read.mailboxes, { folderRights: true })) count++
    step(`read again: ${read.mailboxes.length} mailboxes, ${count} grants, ${read.cuts.length} cuts`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function nameOf(no: number): string {
  return `person${String(no).padStart(7, '0')}`
}

function namedGrants(mailboxes: number): GrantTable {
  const { from, to } = plantedGrants(mailboxes, 5 * mailboxes, 7)
  const grants = new GrantTable()
  const none = { folder: null, group: null, groupMembers: null, lastUsedDay: null }
  for (let at = 0; at < from.length; at++) {
    if (from[at] === to[at]) continue
    const right = at % 5 === 0 ? 'send-as' : at % 3 === 0 ? 'send-on-behalf' : 'full-access'
    grants.add({ owner: from[at]!, grantee: to[at]!, right, ...none, where: `permissions.csv:${at + 2}` })
  }
  return grants
}

function timed(problem: BatchProblem, begin: number, look: () => void): BatchSolution {
  const work = solve(problem)
  let what = ''
  for (;;) {
    const step = work.next()
    look()
    if (step.done === true) return step.value
    if (step.value.what === what) continue
    what = step.value.what
    say(`    ${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${what}`)
  }
}

function mail(file: string, graph: Graph, caps: readonly number[]): void {
  say(`${file}: ${graph.nodes} mailboxes, ${graph.targets.length / 2} pairs`)
  say('  cap  batches  ours   largest  gpmetis (1 run)  ratio  best of 10  ratio  days  by cut  s')
  for (const cap of caps) {
    const problem = { ...plainProblem(graph, cap), objective: 'cut' as const }
    const begin = performance.now()
    const solution = solved(problem)
    const seconds = (performance.now() - begin) / 1000
    const days = solved({ ...problem, objective: 'days' })
    const sizes = batchSizes(solution)
    const ours = cutOf(graph, solution.batchOf)
    const theirs = metisCuts(graph, cap, sizes.length)
    const best = Math.min(...theirs)
    const first = theirs[0]
    const cells = [cap, sizes.length, ours, Math.max(...sizes)]
    const compared =
      first === undefined
        ? ['-', '-', '-', '-']
        : [first, (ours / first).toFixed(3), best, (ours / best).toFixed(3)]
    const broken = [judge(problem, days).brokenDays * 100, judge(problem, solution).brokenDays * 100].map(
      Math.round,
    )
    say(`  ${[...cells, ...compared, ...broken, seconds.toFixed(1)].join('  ')}`)
  }
}

function mailGraph(file: string): Graph {
  const pairs = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/).map(Number))
  const from = Int32Array.from(pairs, ([a]) => a!)
  const to = Int32Array.from(pairs, ([, b]) => b!)
  const nodes =
    1 +
    from.reduce(
      (most, node) => Math.max(most, node),
      to.reduce((a, b) => Math.max(a, b), 0),
    )
  return mergeEdges(nodes, from, to, new Int32Array(from.length).fill(1), 1)
}

/** Cuts of ten runs whose largest part keeps the cap; empty where gpmetis is not installed. */
function metisCuts(graph: Graph, cap: number, parts: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-metis-'))
  const file = join(folder, 'graph')
  const rows = Array.from({ length: graph.nodes }, (_, node) =>
    [...graph.targets.subarray(graph.offsets[node]!, graph.offsets[node + 1]!)]
      .map((other) => other + 1)
      .join(' '),
  )
  writeFileSync(file, `${graph.nodes} ${graph.targets.length / 2}\n${rows.join('\n')}\n`)
  const imbalance = Math.max(1, Math.floor((cap / (graph.nodes / parts) - 1) * 1000))
  const cuts: number[] = []
  try {
    for (let seed = 1; seed <= 10; seed++) {
      execFileSync('gpmetis', [`-seed=${seed}`, `-ufactor=${imbalance}`, file, String(parts)], {
        stdio: 'pipe',
      })
      const found = Int32Array.from(readFileSync(`${file}.part.${parts}`, 'utf8').trim().split('\n'), Number)
      const sizes = new Int32Array(parts)
      for (const part of found) sizes[part]!++
      if (Math.max(...sizes) <= cap) cuts.push(cutOf(graph, found))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    say('  gpmetis is not installed (apt-get install metis)')
  } finally {
    rmSync(folder, { recursive: true })
  }
  return cuts
}

function weightOf(graph: Graph): number {
  let sum = 0
  for (const weight of graph.weights) sum += weight
  return sum / 2
}
