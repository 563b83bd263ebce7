/** Graphs of grants whose best batches are known (migration.md 2.7): what is planted, or follows from the shape. */
import { type Graph, mergeEdges } from '#src/domain/migration/batching/graph.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'

export type Tie = readonly [a: number, b: number, weight: number]

export const graphOf = (nodes: number, ties: readonly (readonly number[])[]): Graph =>
  mergeEdges(
    nodes,
    Int32Array.from(ties, ([a]) => a!),
    Int32Array.from(ties, ([, b]) => b!),
    Int32Array.from(ties, ([, , weight]) => weight ?? 100),
    2_000,
  )

/** Assistants with so many principals each, who have nobody else. */
export function starAssistants(assistants: number, principals: number): Graph {
  const each = principals + 1
  const ties = Array.from({ length: assistants * principals }, (_, at): Tie => {
    const hub = Math.floor(at / principals) * each
    return [hub, hub + 1 + (at % principals), 1_000]
  })
  return graphOf(assistants * each, ties)
}

/** One shared mailbox that everybody else may open. */
export const sharedMailbox = (members: number): Graph => starAssistants(1, members)

/** Managers of teams, each a delegate of the one above: mailbox 0 of each team, teams one behind the other. */
export function chainOfManagers(managers: number, team: number): Graph {
  const ties: Tie[] = []
  for (let manager = 0; manager < managers; manager++) {
    for (let member = 1; member < team; member++) ties.push([manager * team, manager * team + member, 1_000])
    if (manager > 0) ties.push([(manager - 1) * team, manager * team, 500])
  }
  return graphOf(managers * team, ties)
}

/** Two communities in which everybody is tied to some, and an administrator (the last) who has rights on one of each. */
export function joinedCommunities(size: number, seed: number): Graph {
  const random = new SeededRandom(seed)
  const ties: Tie[] = []
  for (const begin of [0, size]) {
    for (let member = 1; member < size; member++) {
      ties.push([begin + member, begin + random.below(member), 800])
      ties.push([begin + member, begin + random.below(size), 500])
    }
    ties.push([2 * size, begin, 200])
  }
  return graphOf(2 * size + 1, ties)
}

export const isolated = (nodes: number): Graph => graphOf(nodes, [])

/** Everybody to everybody, all alike: each arrangement into full batches cuts the same. */
export function everybodyToEverybody(nodes: number): Graph {
  const ties: Tie[] = []
  for (let a = 0; a < nodes; a++) for (let b = a + 1; b < nodes; b++) ties.push([a, b, 100])
  return graphOf(nodes, ties)
}

/** Everybody tied to somebody before, so that all hang together, and as many ties as told beside, anywhere. */
export function scattered(nodes: number, ties: number, seed: number): Graph {
  const random = new SeededRandom(seed)
  const worth = () => 100 * (1 + random.below(9))
  const tree = Array.from({ length: nodes - 1 }, (_, at): Tie => [at + 1, random.below(at + 1), worth()])
  const more = Array.from({ length: ties }, (): Tie => [random.below(nodes), random.below(nodes), worth()])
  return graphOf(nodes, [...tree, ...more])
}

/**
 * Who mails whom, as dense and as uneven as mail is: few know very many (degrees follow a power law), circles of 20 to 200 have
 * `inside` of all ties, the others go anywhere. Every tie weighs 1.
 */
export function mailLike(nodes: number, ties: number, inside: number, seed: number): Graph {
  const random = new SeededRandom(seed)
  const begins: number[] = []
  for (let at = 0; at < nodes; at += 20 + random.below(180)) begins.push(at)
  begins.push(nodes)
  const circleOf = new Int32Array(nodes)
  for (let circle = 0; circle + 1 < begins.length; circle++)
    circleOf.fill(circle, begins[circle]!, begins[circle + 1]!)
  // A share of 1/rank^0.8 in each circle and in all gives degrees with an exponent of about 2.2.
  const pick = (begin: number, end: number) =>
    begin + Math.min(end - begin - 1, Math.floor((end - begin) * random.fraction() ** 5))
  const name = random.permutation(nodes)
  const from = new Int32Array(ties)
  const to = new Int32Array(ties)
  for (let tie = 0; tie < ties; tie++) {
    const a = random.below(nodes)
    const [begin, end] = [begins[circleOf[a]!]!, begins[circleOf[a]! + 1]!]
    const b = random.fraction() < inside ? pick(begin, end) : name[pick(0, nodes)]!
    from[tie] = a
    to[tie] = b
  }
  return mergeEdges(nodes, from, to, new Int32Array(ties).fill(1), 1)
}

/** Circles of 10 in circles of 80, of 640 and so on, side by side: three of four ties stay in the smallest, three of four others in the next. */
export function layered(nodes: number, ties: number, seed: number): Graph {
  const random = new SeededRandom(seed)
  const from = new Int32Array(ties)
  const to = new Int32Array(ties)
  const weight = new Int32Array(ties)
  for (let tie = 0; tie < ties; tie++) {
    const a = random.below(nodes)
    let circle = 10
    while (circle < nodes && random.below(4) === 0) circle *= 8
    const begin = Math.floor(a / circle) * circle
    from[tie] = a
    to[tie] = begin + random.below(Math.min(circle, nodes - begin))
    weight[tie] = 100 * (1 + random.below(9))
  }
  return mergeEdges(nodes, from, to, weight, 2_000)
}
