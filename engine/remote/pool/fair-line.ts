/**
 * The line before the servers: owners get equal shares of work, whatever the size and number of their pictures; the pictures of one
 * owner keep their order. Decides only.
 * Source: Goyal, Vin and Cheng, "Start-time Fair Queueing" (1996).
 */

interface Owner<T> {
  waiting: Place<T>[];
  /** Work taken for the owner; never less than that of the owner whose turn it was last, so that time away is not saved up. */
  taken: number;
}

/** A place in line. */
export interface Place<T> {
  readonly owner: string;
  readonly work: number;
  readonly item: T;
}

export class FairLine<T> {
  readonly #owners = new Map<string, Owner<T>>();
  /** What the owner had taken whose turn it was last. */
  #turn = 0;

  get isEmpty(): boolean {
    return !this.#owners.values().some(({ waiting }) => waiting.length > 0);
  }

  add(owner: string, work: number, item: T): Place<T> {
    const place = { owner, work, item };
    const line = this.#owners.get(owner) ?? { waiting: [], taken: this.#turn };
    if (line.waiting.length === 0) line.taken = Math.max(line.taken, this.#turn);
    line.waiting.push(place);
    this.#owners.set(owner, line);
    return place;
  }

  /** Takes a place out that is not served any more. Answers whether it was in line. */
  remove(place: Place<T>): boolean {
    const line = this.#owners.get(place.owner);
    const at = line?.waiting.indexOf(place) ?? -1;
    if (at < 0) return false;
    line!.waiting.splice(at, 1);
    this.#forgetIdle();
    return true;
  }

  /** Puts a place back in front of its owner's, as if it had not been taken. */
  putBack(place: Place<T>): void {
    const line = this.#owners.get(place.owner) ?? { waiting: [], taken: this.#turn + place.work };
    line.waiting.unshift(place);
    line.taken -= place.work;
    this.#owners.set(place.owner, line);
  }

  /** The place whose turn it is, of those that `can` be served. It stays until it is taken. */
  next(can: (item: T) => boolean): Place<T> | undefined {
    let first: { place: Place<T>; taken: number } | undefined;
    for (const { waiting, taken } of this.#owners.values()) {
      if (first && taken >= first.taken) continue;
      const place = waiting.find(({ item }) => can(item));
      if (place) first = { place, taken };
    }
    return first?.place;
  }

  /** The place is served: its owner is charged. */
  take(place: Place<T>): void {
    const line = this.#owners.get(place.owner)!;
    this.#turn = Math.max(this.#turn, line.taken);
    line.taken += place.work;
    line.waiting.splice(line.waiting.indexOf(place), 1);
    this.#forgetIdle();
  }

  /** Everything in line, which is empty then. */
  empty(): T[] {
    const all = [...this.#owners.values()].flatMap(({ waiting }) => waiting.map(({ item }) => item));
    this.#owners.clear();
    return all;
  }

  /** Owners without a picture in line whose share is no more than everyone's are as new. */
  #forgetIdle(): void {
    for (const [name, { waiting, taken }] of this.#owners)
      if (waiting.length === 0 && taken <= this.#turn) this.#owners.delete(name);
  }
}
